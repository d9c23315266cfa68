using Plimsoll.Series;

namespace Plimsoll.PromQL.Tests;

/// <summary>Holds results against a script's expectations; each check gives null, or what differs.</summary>
public static class Comparison
{
    public static bool Same(double expected, double actual)
    {
        if (SampleBlock.IsStale(expected) || SampleBlock.IsStale(actual))
        {
            return SampleBlock.IsStale(expected) && SampleBlock.IsStale(actual);
        }

        if ((double.IsNaN(expected) && double.IsNaN(actual)) || expected == actual)
        {
            return true;
        }

        const double Smallest = 2.2250738585072014E-308;
        double sum = Math.Abs(expected) + Math.Abs(actual);
        double difference = Math.Abs(expected - actual);
        return expected == 0 || actual == 0 || sum < Smallest
            ? difference < 1e-6 * Smallest
            : difference / Math.Min(sum, double.MaxValue) < 1e-6;
    }

    public static bool Same(Point expected, double actual, FloatHistogram? histogram) => expected.Histogram is { } written
        ? histogram is not null && Same(written, histogram)
        : histogram is null && Same(expected.Value, actual);

    /// <summary>By the numbers' rule, without empty buckets; the hint only where it is written.</summary>
    public static bool Same(WrittenHistogram written, FloatHistogram actual)
    {
        FloatHistogram expected = written.Histogram.Compact();
        actual = actual.Compact();
        return expected.Schema == actual.Schema
            && expected.ZeroThreshold.Equals(actual.ZeroThreshold)
            && Same(expected.Count, actual.Count)
            && Same(expected.Sum, actual.Sum)
            && Same(expected.ZeroCount, actual.ZeroCount)
            && expected.Bounds.AsSpan().SequenceEqual(actual.Bounds)
            && Same(expected.Positive, actual.Positive)
            && Same(expected.Negative, actual.Negative)
            && (!written.HintWritten || expected.Hint == actual.Hint);
    }

    private static bool Same(Buckets expected, Buckets actual)
    {
        bool same = expected.Indexes.SequenceEqual(actual.Indexes);
        for (int i = 0; same && i < expected.Length; i++)
        {
            same = Same(expected.Counts[i], actual.Counts[i]);
        }

        return same;
    }

    private static string Show(double value, FloatHistogram? histogram) => histogram is null ? $"{value:R}" : $"{histogram} {histogram.Hint} {histogram.Schema}";

    public static string? Instant(EvalCommand eval, QueryResult result)
    {
        switch (result)
        {
            case StringResult text:
                return eval.Text == text.Value ? null : $"expected the string {eval.Text}, got {text.Value}";
            case ScalarResult scalar:
                return eval.Results.Count == 1 && Same(SeriesNotation.Number(eval.Results[0]), scalar.Value) ? null : $"got the scalar {scalar.Value}";
            case MatrixResult matrix:
                return Matrix(eval, matrix);
            case VectorResult vector:
                return Vector(eval, vector.Labels, vector.Values, vector.Histograms, eval.Ordered);
            default:
                return $"unexpected {result.GetType().Name}";
        }
    }

    public static string? Vector(
        EvalCommand eval, IReadOnlyList<LabelSet> labels, IReadOnlyList<double> values, IReadOnlyList<FloatHistogram?> histograms, bool ordered)
    {
        string actual = string.Join("; ", labels.Select((label, i) => $"{label} {Show(values[i], histograms[i])}"));
        List<(LabelSet Labels, List<Point> Points)> expected = [.. eval.Results.Select(SeriesNotation.Read)];

        if (expected.Count != labels.Count)
        {
            return $"expected {expected.Count} series, got {labels.Count}: {actual}";
        }

        for (int i = 0; i < expected.Count; i++)
        {
            int at = ordered ? i : labels.ToList().IndexOf(expected[i].Labels);
            if (at < 0 || labels[at] != expected[i].Labels || !Same(expected[i].Points[0], values[at], histograms[at]))
            {
                return $"expected {expected[i].Labels} {Show(expected[i].Points[0].Value, expected[i].Points[0].Histogram?.Histogram)}, got {actual}";
            }
        }

        return null;
    }

    public static string? Range(EvalCommand eval, RangeResult result)
    {
        List<(LabelSet Labels, List<Point> Points)> expected = [.. eval.Results.Select(SeriesNotation.Read)];
        if (expected.Count != result.Labels.Length)
        {
            return $"expected {expected.Count} series, got {result.Labels.Length}: {string.Join("; ", result.Labels.Select(label => label.ToString()))}";
        }

        foreach ((LabelSet labels, List<Point> points) in expected)
        {
            int at = Array.IndexOf(result.Labels, labels);
            if (at < 0 || points.Count > result.Steps)
            {
                return $"{labels} is missing, or has too many points expected";
            }

            for (int step = 0; step < result.Steps; step++)
            {
                Point point = step < points.Count ? points[step] : default;
                double actual = result.Values[at][step];
                FloatHistogram? histogram = result.Histograms[at]?[step];
                bool present = RangeResult.IsPresent(actual) || histogram is not null;
                if (point.Present != present || (point.Present && !Same(point, actual, histogram)))
                {
                    string wanted = point.Present ? Show(point.Value, point.Histogram?.Histogram) : "nothing";
                    return $"{labels} step {step}: expected {wanted}, got {Show(actual, histogram)} of {string.Join(' ', result.Values[at])}";
                }
            }
        }

        return null;
    }

    private static string? Matrix(EvalCommand eval, MatrixResult matrix)
    {
        List<(LabelSet Labels, List<Point> Points)> expected = [.. eval.Results.Select(SeriesNotation.Read)];
        if (eval.RangeVector is not { } times || expected.Count != matrix.Labels.Length)
        {
            return $"got {matrix.Labels.Length} series of a range vector, expected {expected.Count}";
        }

        foreach ((LabelSet labels, List<Point> points) in expected)
        {
            int at = Array.IndexOf(matrix.Labels, labels);
            if (at < 0)
            {
                return $"{labels} is missing";
            }

            List<(long Time, Point Point)> wanted = [.. points.Select((point, i) => (Point: point, Time: times.FromMs + (i * times.StepMs)))
                .Where(pair => pair.Point.Present).Select(pair => (pair.Time, pair.Point))];
            SampleRun run = matrix.Samples[at];
            if (wanted.Count != run.Values.Length || wanted.Where((sample, i) => sample.Time != run.TimestampsMs[i] || !Same(sample.Point, run.Values[i], run.Histograms?[i])).Any())
            {
                return $"{labels}: got {string.Join(' ', run.TimestampsMs.Zip(run.Values))}";
            }
        }

        return null;
    }
}
