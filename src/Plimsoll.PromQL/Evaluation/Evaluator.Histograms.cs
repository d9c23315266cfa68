using System.Globalization;
using System.Runtime.InteropServices;
using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>Functions over histograms: native ones, and classic ones, of which the series differ by their label <c>le</c>.</summary>
internal sealed partial class Evaluator
{
    private List<SeriesColumn> HistogramQuantile(CallExpression call, StepGrid grid)
    {
        double[] quantiles = Scalar(call.Arguments[0], grid);
        List<SeriesColumn> columns = WholeHistograms(call.Arguments[1], grid);
        foreach (double quantile in quantiles)
        {
            context.Notes.CheckQuantile(quantile, call.Arguments[0].Span);
        }

        List<SeriesColumn> result = OverBuckets(call, columns, call.Arguments[1].Span, grid, (step, buckets, name) =>
        {
            double value = ClassicHistogram.Quantile(quantiles[step], buckets, out bool forced);
            if (forced)
            {
                context.Notes.Info(
                    $"input to histogram_quantile needed to be fixed for monotonicity (see the documentation of histogram_quantile) for metric name \"{name}\"",
                    call.Arguments[1].Span);
            }

            return value;
        },
        (step, histogram, name) => NativeQuantile(quantiles[step], histogram, name, call.Arguments[1].Span));
        context.Release(quantiles.Length);
        return result;
    }

    private List<SeriesColumn> HistogramFraction(CallExpression call, StepGrid grid)
    {
        double[] lower = Scalar(call.Arguments[0], grid);
        double[] upper = Scalar(call.Arguments[1], grid);
        List<SeriesColumn> result = OverBuckets(
            call, WholeHistograms(call.Arguments[2], grid), call.Arguments[2].Span, grid,
            (step, buckets, _) => ClassicHistogram.Fraction(lower[step], upper[step], buckets),
            (step, histogram, name) => NativeFraction(lower[step], upper[step], histogram, name, call.Arguments[2].Span));
        context.Release(lower.Length + upper.Length);
        return result;
    }

    private List<SeriesColumn> OverBuckets(
        CallExpression call,
        List<SeriesColumn> columns,
        SourceSpan span,
        StepGrid grid,
        Func<int, List<Bucket>, string, double> function,
        Func<int, FloatHistogram, string, double> ofNative)
    {
        Dictionary<LabelSet, SeriesColumn> natives = [];
        HashSet<(LabelSet Labels, int Step)> mixed = [];
        Dictionary<LabelSet, List<(double Bound, SeriesColumn Column)>> histograms = [];
        foreach (SeriesColumn column in columns)
        {
            if (column.Histograms is not null)
            {
                natives[column.Labels] = column;
            }

            string bound = column.Labels["le"];
            if (!TryBound(bound, out double value))
            {
                if (column.HasNumbers())
                {
                    context.Notes.Warn(
                        $"bucket label \"le\" is missing or has a malformed value of {StringText.Quote(bound)} for metric name \"{column.Labels.MetricName}\"", span);
                }

                continue;
            }

            // The name takes part in the grouping, so that buckets of two metrics are never mixed into one histogram.
            LabelSet labels = LabelSet.From(column.Labels.Where(label => label.Name != "le"));
            ref List<(double, SeriesColumn)>? buckets = ref CollectionsMarshal.GetValueRefOrAddDefault(histograms, labels, out _);
            (buckets ??= []).Add((value, column));
        }

        List<SeriesColumn> result = [];
        List<Bucket> present = [];
        foreach ((LabelSet labels, List<(double Bound, SeriesColumn Column)> buckets) in histograms)
        {
            buckets.Sort((a, b) => a.Bound.CompareTo(b.Bound));
            double[] values = context.NewColumn(grid.Steps);
            SeriesColumn? native = natives.GetValueOrDefault(labels);
            for (int step = 0; step < values.Length; step++)
            {
                present.Clear();
                foreach ((double bound, SeriesColumn column) in buckets)
                {
                    if (!SampleBlock.IsStale(column.Values[step]))
                    {
                        present.Add(new Bucket(bound, column.Values[step]));
                    }
                }

                if (present.Count > 0 && native?.HistogramAt(step) is not null)
                {
                    context.Notes.Warn($"vector contains a mix of classic and native histograms for metric name \"{labels.MetricName}\"", span);
                    mixed.Add((labels, step));
                }
                else if (present.Count > 0)
                {
                    values[step] = function(step, present, buckets[0].Column.Labels.MetricName);
                }
            }

            result.Add(new SeriesColumn(Labelling.WithoutMetric(labels), values));
        }

        foreach ((LabelSet labels, SeriesColumn native) in natives)
        {
            double[] values = context.NewColumn(grid.Steps);
            for (int step = 0; step < values.Length; step++)
            {
                if (native.HistogramAt(step) is { } histogram && !mixed.Contains((labels, step)))
                {
                    values[step] = ofNative(step, histogram, labels.MetricName);
                }
            }

            result.Add(new SeriesColumn(Labelling.WithoutMetric(labels), values));
        }

        context.Release(columns);
        return Labelling.Merge(result, call.Span, context);
    }

    private static bool TryBound(string text, out double bound)
    {
        string trimmed = text.TrimStart('+', '-').ToLowerInvariant();
        if (trimmed is "inf" or "infinity")
        {
            bound = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        return double.TryParse(text, NumberStyles.Float & ~(NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite), CultureInfo.InvariantCulture, out bound)
            && !double.IsNaN(bound);
    }
}
