using System.Globalization;
using System.Text.RegularExpressions;
using Plimsoll.Series;

namespace Plimsoll.PromQL.Tests;

/// <summary>A native histogram as scripts write it: <c>{{schema:0 sum:5 count:4 buckets:[1 2 1]}}</c>.</summary>
/// <param name="HintWritten">False when nothing was said of resets; then an expectation does not compare that.</param>
public sealed partial record WrittenHistogram(FloatHistogram Histogram, bool HintWritten)
{
    public static WrittenHistogram Read(string text)
    {
        Dictionary<string, string> fields = Fields().Matches(text)
            .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value, StringComparer.Ordinal);
        if (Fields().Replace(text, "").Trim().Length > 0)
        {
            throw new FormatException($"A histogram holds something else than fields: {text}");
        }

        return new WrittenHistogram(
            new FloatHistogram
            {
                Schema = (int)Number("schema"),
                Sum = Number("sum"),
                Count = Number("count"),
                ZeroCount = Number("z_bucket"),
                ZeroThreshold = Number("z_bucket_w"),
                Bounds = Numbers("custom_values"),
                Positive = Side("buckets", "offset"),
                Negative = Side("n_buckets", "n_offset"),
                Hint = fields.GetValueOrDefault("counter_reset_hint", "unknown") switch
                {
                    "reset" => CounterResetHint.Reset,
                    "not_reset" => CounterResetHint.NoReset,
                    "gauge" => CounterResetHint.Gauge,
                    _ => CounterResetHint.Unknown,
                },
            },
            fields.ContainsKey("counter_reset_hint"));

        double Number(string name) => fields.TryGetValue(name, out string? value) ? SeriesNotation.Number(value) : 0;

        double[] Numbers(string name) => fields.TryGetValue(name, out string? value)
            ? [.. value.Trim('[', ']').Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(SeriesNotation.Number)]
            : [];

        Buckets Side(string counts, string offset)
        {
            double[] values = Numbers(counts);
            return new Buckets([.. Enumerable.Range((int)Number(offset), values.Length)], values);
        }
    }

    public WrittenHistogram Plus(WrittenHistogram step, bool adds)
    {
        if (Histogram.Schema > step.Histogram.Schema)
        {
            throw new FormatException("A histogram is stepped by one of a coarser schema.");
        }

        FloatHistogram? next = adds ? Histogram.Add(step.Histogram, out _) : Histogram.Subtract(step.Histogram, out _);
        return new WrittenHistogram(next ?? throw new FormatException("A histogram is stepped by one of another kind."), step.HintWritten);
    }

    [GeneratedRegex(@"(?<name>[a-z_]+):(?<value>\[[^\]]*\]|[^\s\[]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fields();
}
