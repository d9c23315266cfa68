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
                return Vector(eval, vector.Labels, vector.Values, eval.Ordered);
            default:
                return $"unexpected {result.GetType().Name}";
        }
    }

    public static string? Vector(EvalCommand eval, IReadOnlyList<LabelSet> labels, IReadOnlyList<double> values, bool ordered)
    {
        string actual = string.Join("; ", labels.Zip(values, (label, value) => $"{label} {value:R}"));
        List<(LabelSet Labels, List<Point> Points)> expected = [.. eval.Results.Select(SeriesNotation.Read)];
        if (expected.Any(series => series.Points.Any(point => point.IsHistogram)))
        {
            return "native histogram expected";
        }

        if (expected.Count != labels.Count)
        {
            return $"expected {expected.Count} series, got {labels.Count}: {actual}";
        }

        for (int i = 0; i < expected.Count; i++)
        {
            int at = ordered ? i : labels.ToList().IndexOf(expected[i].Labels);
            if (at < 0 || labels[at] != expected[i].Labels || !Same(expected[i].Points[0].Value, values[at]))
            {
                return $"expected {expected[i].Labels} {expected[i].Points[0].Value:R}, got {actual}";
            }
        }

        return null;
    }

    public static string? Range(EvalCommand eval, RangeResult result)
    {
        List<(LabelSet Labels, List<Point> Points)> expected = [.. eval.Results.Select(SeriesNotation.Read)];
        if (expected.Any(series => series.Points.Any(point => point.IsHistogram)))
        {
            return "native histogram expected";
        }

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
                if (point.Present != RangeResult.IsPresent(actual) || (point.Present && !Same(point.Value, actual)))
                {
                    return $"{labels} step {step}: expected {(point.Present ? point.Value : "nothing")}, got {string.Join(' ', result.Values[at])}";
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
            if (at < 0 || points.Any(point => point.IsHistogram))
            {
                return $"{labels} is missing, or a native histogram";
            }

            List<(long Time, double Value)> wanted = [.. points.Select((point, i) => (Point: point, Time: times.FromMs + (i * times.StepMs)))
                .Where(pair => pair.Point.Present).Select(pair => (pair.Time, pair.Point.Value))];
            SampleRun run = matrix.Samples[at];
            if (wanted.Count != run.Values.Length || wanted.Where((sample, i) => sample.Time != run.TimestampsMs[i] || !Same(sample.Value, run.Values[i])).Any())
            {
                return $"{labels}: got {string.Join(' ', run.TimestampsMs.Zip(run.Values))}";
            }
        }

        return null;
    }
}
