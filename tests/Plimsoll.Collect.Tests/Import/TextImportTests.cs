using System.Globalization;
using System.Text;
using CsCheck;
using Plimsoll.Series;

namespace Plimsoll.Collect.Tests.Import;

public sealed class TextImportTests
{
    private static readonly Gen<string> Names = Gen.String[Gen.Char["abcXYZ_019"], 0, 6].Select(text => "n" + text);

    private static readonly string[] Symbols = ["a", "b", "\\", "\"", "\n", "{", "}", "=", ",", "é", "#", "😀", " "];

    private static readonly Gen<string> Values =
        Gen.Int[0, Symbols.Length - 1].Array[1, 8].Select(picks => string.Concat(picks.Select(pick => Symbols[pick])));

    private static readonly Gen<LabelSet> Sets = Gen.Select(Names, Gen.Select(Names, Values).Array[0, 4], (metric, labels) =>
        LabelSet.Of(metric, [.. labels.DistinctBy(label => label.Item1)]));

    private static readonly Gen<(LabelSet Labels, long Ms, double Value)[]> Samples =
        Gen.Select(Sets, Gen.Long[-4_000_000_000_000, 4_000_000_000_000], Gen.Double).Array[1, 30];

    [Fact]
    public async Task OpenMetrics_gives_samples_exemplars_starts_and_descriptions()
    {
        const string text = """
            # HELP jobs Jobs "done", by \\ path.\nSecond line.
            # TYPE jobs counter
            # UNIT jobs seconds
            jobs_total{path="C:\\x\ny",kind="a\"b"} 3 1520879607.789 # {trace_id="abc"} 0.5 1520879600
            jobs_created{kind="a"} 1520430000.123 1520879607.789
            # TYPE size gauge
            size NaN 1
            size_created -Inf 2.0004
            # EOF

            """;
        MemorySink sink = new();
        ImportOutcome outcome = await ImportAsync(text, sink);
        Assert.Null(outcome.Error);
        Assert.Equal(3, outcome.Samples);
        Assert.Equal(
            [
                "Help jobs Jobs \"done\", by \\ path.\nSecond line.",
                "Type jobs counter",
                "Unit jobs seconds",
                "exemplar jobs_total{kind=\"a\\\"b\",path=\"C:\\\\x\\ny\"} {trace_id=\"abc\"} 3fe0000000000000 1520879600000",
                "started jobs {kind=\"a\"} 1520430000123 1520879607789",
                "Type size gauge",
                "jobs_total{kind=\"a\\\"b\",path=\"C:\\\\x\\ny\"} 1520879607789 4008000000000000",
                "size 1000 NaN",
                "size_created 2000 fff0000000000000",
            ],
            sink.Lines);
    }

    [Fact]
    public async Task Prometheus_text_has_milliseconds_and_takes_one_timestamp_for_all()
    {
        MemorySink sink = new();
        byte[] text = "# a remark\n\n  up{ a = \"b\" , } 1e3 1520879607789\ndown 0x\n"u8.ToArray();
        ImportOutcome outcome = await new TextImport(ImportFormat.Prometheus, ImportLimits.Default).ReadAsync(new MemoryStream(text), sink, default);
        Assert.Equal("Line 4 (byte 48): the value '0x' is no number.", outcome.Error?.ToString());
        Assert.Equal([MemorySink.Sample(LabelSet.Of("up", ("a", "b")), 1520879607789, 1000)], sink.Lines);

        sink = new();
        outcome = await new TextImport(ImportFormat.Prometheus, ImportLimits.Default, 77).ReadAsync(new MemoryStream("up 1\n"u8.ToArray()), sink, default);
        Assert.Null(outcome.Error);
        Assert.Equal([MemorySink.Sample(LabelSet.Of("up"), 77, 1)], sink.Lines);
    }

    [Fact]
    public void What_is_written_is_read_again_to_the_bit() => Samples.Sample(samples =>
    {
        MemorySink sink = new();
        ImportOutcome outcome = ImportAsync(Write(samples), sink, batch: 7).AsTask().GetAwaiter().GetResult();
        Assert.Null(outcome.Error);
        Assert.Equal(samples.Length, outcome.Samples);
        Assert.Equal(samples.Select(s => MemorySink.Sample(s.Labels, s.Ms, s.Value)), sink.Lines);
        Assert.DoesNotContain(sink.Batches, count => count > 7);
    });

    [Fact]
    public void A_text_that_is_cut_off_is_said_to_be_and_what_came_before_is_kept() => Samples.Sample(
        samples =>
        {
            byte[] whole = Encoding.UTF8.GetBytes(Write(samples));
            for (int length = 0; length < whole.Length - 1; length += 1 + (whole.Length / 40))
            {
                MemorySink sink = new();
                ImportOutcome outcome = Read(whole.AsSpan(0, length), sink);
                Assert.NotNull(outcome.Error);
                Assert.Equal(sink.Lines.Count, outcome.Samples);
                Assert.Equal(samples.Take(sink.Lines.Count).Select(s => MemorySink.Sample(s.Labels, s.Ms, s.Value)), sink.Lines);
            }
        },
        iter: 50);

    [Fact]
    public void Garbage_is_an_error_with_its_line_and_never_an_exception() => Gen.Select(Samples, Gen.Select(Gen.Int[0, 1 << 20], Gen.Byte).Array[1, 5]).Sample(
        (samples, damages) =>
        {
            byte[] text = Encoding.UTF8.GetBytes(Write(samples));
            foreach ((int at, byte value) in damages)
            {
                text[at % text.Length] = value;
            }

            ImportOutcome outcome = Read(text, new MemorySink());
            Assert.True(outcome.Error is null || (outcome.Error.Line > 0 && outcome.Error.Offset < text.Length + 1));
        });

    [Theory]
    [InlineData("up 1\n", "the sample has no timestamp")]
    [InlineData("up{a=\"b\" 1 1\n", "no closing '}'")]
    [InlineData("up{a=\"b\",a=\"c\"} 1 1\n", "the label 'a' is given twice")]
    [InlineData("up{a} 1 1\n", "a '=' is expected")]
    [InlineData("up{a=b} 1 1\n", "the value of 'a' is expected in quotes")]
    [InlineData("{a=\"b\"} 1 1\n", "the metric has no name")]
    [InlineData("up 1e999 1\n", "larger than a double can be")]
    [InlineData("up 1 1e300\n", "is no instant")]
    [InlineData("up 1 1 x\n", "comes after the timestamp")]
    [InlineData("up\n", "the value is missing")]
    [InlineData("up 1 1 # x 1\n", "labels are expected")]
    [InlineData("# EOF\nup 1 1\n", "more after '# EOF'")]
    [InlineData("up 1 1\n", "ends without '# EOF'")]
    public async Task Each_fault_is_named(string text, string expected)
    {
        ImportOutcome outcome = await ImportAsync(text, new MemorySink());
        Assert.Contains(expected, outcome.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_in_quotes_may_have_any_symbols()
    {
        MemorySink sink = new();
        Assert.Null((await ImportAsync("{\"my.metric\",\"a b\"=\"c\"} 1 1\n# EOF\n", sink)).Error);
        Assert.Equal([MemorySink.Sample(LabelSet.Of("my.metric", ("a b", "c")), 1000, 1)], sink.Lines);
    }

    [Fact]
    public async Task Long_lines_and_many_labels_are_refused()
    {
        ImportLimits limits = ImportLimits.Default with { MaxLineBytes = 100, MaxLabels = 3, MaxNameBytes = 10, MaxValueBytes = 20 };
        TextImport import = new(ImportFormat.OpenMetrics, limits);
        foreach ((string text, string expected) in ((string, string)[])
        [
            ("up 1 1\n" + new string(' ', 101) + "\n", "the line is longer than 100 bytes"),
            ("up{a=\"1\",b=\"1\",c=\"1\"} 1 1\n", "more than 3 labels"),
            ("abcdefghijkl 1 1\n", "longer than 10 bytes"),
            ("up{a=\"123456789012345678901\"} 1 1\n", "longer than 20 bytes"),
        ])
        {
            ImportOutcome outcome = await import.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), new MemorySink(), default);
            Assert.Contains(expected, outcome.Error?.Message, StringComparison.Ordinal);
        }
    }

    private static string Write((LabelSet Labels, long Ms, double Value)[] samples)
    {
        StringBuilder text = new();
        foreach ((LabelSet labels, long ms, double value) in samples)
        {
            string number = double.IsNaN(value) ? "NaN" : double.IsInfinity(value) ? (value > 0 ? "+Inf" : "-Inf") : value.ToString("R", CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{labels} {number} {ms / 1000m}\n");
        }

        return text.Append("# EOF\n").ToString();
    }

    private static ValueTask<ImportOutcome> ImportAsync(string text, MemorySink sink, int batch = 1000) =>
        new TextImport(ImportFormat.OpenMetrics, ImportLimits.Default with { BatchSamples = batch })
            .ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), sink, default);

    private static ImportOutcome Read(ReadOnlySpan<byte> text, MemorySink sink) =>
        new TextImport(ImportFormat.OpenMetrics, ImportLimits.Default).ReadAsync(new MemoryStream(text.ToArray()), sink, default).AsTask().GetAwaiter().GetResult();
}
