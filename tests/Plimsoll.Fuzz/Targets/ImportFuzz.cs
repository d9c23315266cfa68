using System.Buffers.Binary;
using Plimsoll.Collect;
using Plimsoll.Series;
using Snappier;

namespace Plimsoll.Fuzz.Targets;

public sealed class OpenMetricsFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new OpenMetricsTexts();
}

public sealed class PrometheusTextFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new PrometheusTexts();
}

public sealed class CaptureFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new Captures();
}

internal sealed class OpenMetricsTexts : Texts
{
    public OpenMetricsTexts()
        : base(ImportFormat.OpenMetrics)
    {
    }

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Utf8("# EOF"),
        Utf8("a 1 2\n# EOF\n"),
        Utf8("# HELP jobs Jobs \"done\", by \\\\ path.\\nSecond.\n# TYPE jobs counter\n# UNIT jobs seconds\njobs_total{path=\"C:\\\\x\\ny\",kind=\"a\\\"b\"} 3 1520879607.789 # {trace_id=\"abc\"} 0.5 1520879600\njobs_created{kind=\"a\"} 1520430000.123 1520879607.789\n# EOF\n"),
        Utf8("# TYPE size gauge\nsize NaN 1\nsize{\"quoted name\"=\"é😀\"} -Inf 2.0004\n{\"a.b\",x=\"y\"} +Inf 1e3\n# EOF\n"),
        Utf8("h_bucket{le=\"0.1\"} 8 1 # {} 0.05\nh_bucket{le=\"+Inf\"} 9 1 # {id=\"q\"} 0.5\nh_sum 1.5 1\nh_count 9 1\n# EOF\n"),
    ];
}

internal sealed class PrometheusTexts : Texts
{
    public PrometheusTexts()
        : base(ImportFormat.Prometheus)
    {
    }

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Utf8(""),
        Utf8("a 1 2000\n"),
        Utf8("# HELP a Some.\n# TYPE a counter\na{b=\"c\",d=\"\\\\\\\"\\n\"} 1.5e3 1700000000000\n\n# a comment\na{b=\"c\",} 2 1700000015000\n"),
        Utf8("\t a { b = \"c\" , d = \"e\" }\t-0 -1\nnode:cpu NaN 9223372036854775807\n"),
    ];
}

/// <summary>
/// A text gives samples or an error with its line; in one piece or in small ones it gives the same; and each series it names can be
/// stored and found again by its labels.
/// </summary>
internal abstract class Texts(ImportFormat format) : FuzzTarget
{
    private static readonly ImportLimits Limits = new() { MaxLineBytes = 2_000, MaxLabels = 8, MaxNameBytes = 64, MaxValueBytes = 300, BatchSamples = 5 };

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[]
        {
            "# EOF\n", "# EOF", "# HELP a ", "# TYPE a ", "# UNIT a ", "# TYPE a counter\n", "a_created", "a_total", "_created", "{", "}", "{}", "\"", "\\", "\\n", "\\\"", "\\\\", "=", ",", "=\"\"", "a=\"b\"", "{\"a\"", "\"a b\",", " # {", "# {a=\"b\"} 1 2", "\n", "\r\n", " ", "\t", "\0",
            "NaN", "+Inf", "-inf", "1e308", "1e309", "0x1p3", "1_0", "9007199254740993", "1e17", "-9223372036854775808", "9223372036854775808", "é", "😀", "__name__", ":",
        }.Select(Utf8),
        [0xFF], [0xC3], [0xED, 0xA0, 0x80],
    ];

    public override int MaxBytes => 6_000;

    public override int Runs => 8_000;

    // Buffers of 64 KiB for two readings, and what labels and messages take.
    public override long MayAllocate(int inputBytes) => (2L << 20) + (2_000L * inputBytes);

    public override Reading Run(byte[] input)
    {
        Sink whole = new();
        ImportOutcome outcome = Read(new MemoryStream(input), whole);
        Sink inPieces = new();
        ImportOutcome again = Read(new Drops(input), inPieces);
        Check.That(outcome == again && whole.Lines.SequenceEqual(inPieces.Lines), $"in small pieces it reads otherwise: {outcome}, {again}");
        Check.That(outcome.Samples == whole.Samples, $"{outcome.Samples} samples are told and {whole.Samples} handed over");
        if (outcome.Error is { } error)
        {
            Check.That(error.Line > 0 && error.Offset >= 0 && error.Offset <= input.Length && error.Message.EndsWith('.'), $"an error has no place: {error}");
            return Reading.Refused(error.Message);
        }

        return Reading.Accepted(outcome.Samples, whole.Exemplars, whole.Lines.Count);
    }

    private ImportOutcome Read(Stream stream, Sink sink) =>
        new TextImport(format, Limits).ReadAsync(stream, sink, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    /// <summary>A stream that gives one to seven bytes at a time.</summary>
    private sealed class Drops(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span[..Math.Min(buffer.Length, 1 + (int)(Position % 7))]));
    }
}

/// <summary>A recording gives its frames' samples up to the first fault, which is told with its place.</summary>
internal sealed class Captures : FuzzTarget
{
    private static readonly ImportLimits Limits = new() { Frame = new RemoteWriteLimits { MaxCompressedBytes = 4_000, MaxDecodedBytes = 20_000, MaxSeries = 100, MaxSamples = 300, MaxLabels = 8, MaxLabelNameBytes = 64, MaxLabelValueBytes = 300 } };

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        [], [.. Frame(RequestSeeds.Message(2, 2), 4), .. Frame(RequestSeeds.Message(1, 0), 0), .. Frame(RequestSeeds.Message(9, 1), 9)], Frame(RequestSeeds.Rich(), 1),
    ];

    public override IReadOnlyList<byte[]> Words { get; } = [Frame(RequestSeeds.Message(1, 1), 1), Frame([], 0), [0xFF, 0xFF, 0xFF, 0x7F]];

    public override long MayAllocate(int inputBytes) => (2L << 20) + (4_000L * 22 * inputBytes);

    public override Reading Run(byte[] input)
    {
        Sink sink = new();
        ImportOutcome outcome = new CaptureImport(Limits).ReadAsync(new MemoryStream(input), sink, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        Check.That(outcome.Samples == sink.Samples, $"{outcome.Samples} samples are told and {sink.Samples} handed over");
        if (outcome.Error is { } error)
        {
            Check.That(error.Offset >= 0 && error.Offset <= input.Length, $"an error has no place: {error}");
            return Reading.Refused(error.Message);
        }

        return Reading.Accepted(outcome.Samples, outcome.Refused, outcome.PassedOver);
    }

    private static byte[] Frame(byte[] message, int samples)
    {
        byte[] body = Snappy.CompressToArray(message);
        byte[] frame = new byte[8 + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, body.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), samples);
        body.CopyTo(frame.AsSpan(8));
        return frame;
    }
}

/// <summary>Takes what an import hands out, looks whether it could be stored, and keeps it as text.</summary>
internal sealed class Sink : IImportSink
{
    public List<string> Lines { get; } = [];

    public long Samples { get; private set; }

    public int Exemplars { get; private set; }

    public ValueTask AppendAsync(SampleBatch batch, CancellationToken cancellation)
    {
        for (int i = 0; i < batch.SeriesCount; i++)
        {
            LabelSet labels = batch.Labels(i);
            byte[] bytes = LabelBytes.From(labels);
            Check.That(LabelBytes.IsCanonical(bytes) && LabelBytes.ToLabelSet(bytes).Equals(labels), $"{labels} can't be stored");
            for (int sample = 0; sample < batch.TimestampsMs(i).Length; sample++)
            {
                Samples++;
                Lines.Add($"{labels} {batch.TimestampsMs(i)[sample]} {BitConverter.DoubleToInt64Bits(batch.Values(i)[sample]):x}");
            }

            Samples += batch.Histograms(i).Length;
        }

        return ValueTask.CompletedTask;
    }

    public void Exemplar(LabelSet series, in ImportedExemplar exemplar)
    {
        Exemplars++;
        Lines.Add($"exemplar {series} {exemplar.Labels} {exemplar.Value:r} {exemplar.TimestampMs}");
    }

    public void Describe(string family, FamilyProperty what, string text) => Lines.Add($"{what} {family} {text}");

    public void Started(string family, LabelSet labels, long startMs, long? timestampMs) => Lines.Add($"started {family} {labels} {startMs} {timestampMs}");
}
