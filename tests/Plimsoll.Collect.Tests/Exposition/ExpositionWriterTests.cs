using System.Buffers;
using System.Text;
using Plimsoll.Series;

namespace Plimsoll.Collect.Tests;

public sealed class ExpositionWriterTests
{
    [Fact]
    public void Families_are_written_with_help_type_and_escapes()
    {
        const string expected = """
            # HELP jobs_total Jobs done, by "kind" and \\ path.\nSecond line.
            # TYPE jobs_total counter
            jobs_total{kind="a\"b",path="C:\\x\ny"} 3
            jobs_total{kind="é"} 1.5
            # HELP temperature_celsius Now.
            # TYPE temperature_celsius gauge
            temperature_celsius NaN
            # HELP wait_seconds How long.
            # TYPE wait_seconds histogram
            wait_seconds_bucket{le="0.5"} 1
            wait_seconds_bucket{le="+Inf"} 2
            wait_seconds_sum 1E+20
            wait_seconds_count 2
            # HELP odd What nobody typed.
            # TYPE odd untyped
            odd{sign="+"} +Inf
            odd{sign="-"} -Inf

            """;

        Assert.Equal(expected, Text(Families(), openMetrics: false));
    }

    [Fact]
    public void Open_metrics_name_a_counter_without_its_suffix_and_end_with_a_mark()
    {
        string text = Text(Families(), openMetrics: true);

        Assert.Contains("# TYPE jobs counter\njobs_total{", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE odd unknown\n", text, StringComparison.Ordinal);
        Assert.Contains("\\\"kind\\\"", text, StringComparison.Ordinal);
        Assert.EndsWith("\n# EOF\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_family_without_samples_is_left_out() =>
        Assert.Equal("", Text([new MetricFamily("empty", "Nothing.", MetricType.Gauge)], openMetrics: false));

    [Theory]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData("a-b")]
    [InlineData("é")]
    public void A_name_that_is_no_metric_name_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => new MetricFamily(name, "Help.", MetricType.Gauge));

    [Fact]
    public void A_label_that_has_no_place_in_the_format_is_named()
    {
        MetricFamily family = new("a", "Help.", MetricType.Gauge);
        family.Add(LabelSet.From(new Label("not a label", "x")), 1);

        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => Text([family], openMetrics: false));
        Assert.Contains("not a label", refused.Message, StringComparison.Ordinal);
    }

    internal static string Text(IEnumerable<MetricFamily> families, bool openMetrics)
    {
        ArrayBufferWriter<byte> output = new();
        if (openMetrics)
        {
            ExpositionWriter.WriteOpenMetrics(output, families);
        }
        else
        {
            ExpositionWriter.Write(output, families);
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static MetricFamily[] Families()
    {
        MetricFamily jobs = new("jobs_total", "Jobs done, by \"kind\" and \\ path.\nSecond line.", MetricType.Counter);
        jobs.Add(LabelSet.From(new Label("kind", "a\"b"), new Label("path", "C:\\x\ny")), 3);
        jobs.Add(LabelSet.From(new Label("kind", "é")), 1.5);
        MetricFamily temperature = new("temperature_celsius", "Now.", MetricType.Gauge);
        temperature.Add(double.NaN);
        MetricFamily wait = new("wait_seconds", "How long.", MetricType.Histogram);
        wait.Add("_bucket", LabelSet.From(new Label("le", "0.5")), 1);
        wait.Add("_bucket", LabelSet.From(new Label("le", "+Inf")), 2);
        wait.Add("_sum", LabelSet.Empty, 1e20);
        wait.Add("_count", LabelSet.Empty, 2);
        MetricFamily odd = new("odd", "What nobody typed.", MetricType.Untyped);
        odd.Add(LabelSet.From(new Label("sign", "+")), double.PositiveInfinity);
        odd.Add(LabelSet.From(new Label("sign", "-")), double.NegativeInfinity);
        return [jobs, temperature, wait, odd];
    }
}
