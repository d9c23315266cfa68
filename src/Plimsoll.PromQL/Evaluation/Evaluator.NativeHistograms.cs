using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>Functions of native histograms alone; numbers give nothing.</summary>
internal sealed partial class Evaluator
{
    // True within functions that read counts and sums alone. Prometheus decodes no buckets there, and as it goes finds out for itself which
    // histograms began anew, so that sums of such with others are warned of; we find out the same.
    private bool _findsResets;

    private List<SeriesColumn> HistogramStatistic(CallExpression call, StepGrid grid)
    {
        Func<FloatHistogram, double> statistic = call.Function.Name switch
        {
            "histogram_count" => static histogram => histogram.Count,
            "histogram_sum" => static histogram => histogram.Sum,
            "histogram_avg" => static histogram => histogram.Sum / histogram.Count,
            "histogram_stddev" => static histogram => Math.Sqrt(NativeEstimates.Variance(histogram)),
            "histogram_stdvar" => NativeEstimates.Variance,
            _ => throw QueryException.NotSupported($"'{call.Function.Name}()'", call.Span),
        };
        List<SeriesColumn> result = [];
        bool counts = call.Function.Name is "histogram_count" or "histogram_sum" or "histogram_avg";
        List<SeriesColumn> columns = FindingResets(counts || _findsResets, call.Arguments[0], grid);
        foreach (SeriesColumn column in columns)
        {
            if (column.Histograms is null)
            {
                continue;
            }

            SeriesColumn numbers = new(column.Labels, context.NewColumn(grid.Steps)) { DropsName = column.DropsName };
            for (int step = 0; step < grid.Steps; step++)
            {
                if (column.HistogramAt(step) is { } histogram)
                {
                    numbers.Values[step] = statistic(histogram);
                }
            }

            DropMetric(numbers);
            result.Add(numbers);
        }

        context.Release(columns);
        return Labelling.Merge(result, call.Span, context);
    }

    /// <summary>An argument of which the buckets are read.</summary>
    private List<SeriesColumn> WholeHistograms(Expression argument, StepGrid grid) => FindingResets(false, argument, grid);

    private List<SeriesColumn> FindingResets(bool finds, Expression argument, StepGrid grid)
    {
        (bool outer, _findsResets) = (_findsResets, finds);
        List<SeriesColumn> columns = Vector(argument, grid);
        _findsResets = outer;
        return columns;
    }

    /// <summary>Loads a series for a selector.</summary>
    private void Load(ISeriesSelection selection, int index, SampleBuffer buffer, bool keepStale)
    {
        context.Load(selection, index, buffer, keepStale);
        if (_findsResets)
        {
            buffer.FindResets();
        }
    }

    private double NativeQuantile(double quantile, FloatHistogram histogram, string metric, SourceSpan span)
    {
        double value = NativeEstimates.Quantile(quantile, histogram, out NanObservations nan);
        if (nan != NanObservations.None)
        {
            string result = nan == NanObservations.Result ? "NaN" : "skewed higher";
            context.Notes.Info($"input to histogram_quantile has NaN observations, result is {result} for metric name \"{metric}\"", span);
        }

        return value;
    }

    private double NativeFraction(double lower, double upper, FloatHistogram histogram, string metric, SourceSpan span)
    {
        double value = NativeEstimates.Fraction(lower, upper, histogram, out NanObservations nan);
        if (nan != NanObservations.None)
        {
            context.Notes.Info(
                $"input to histogram_fraction has NaN observations, which are excluded from all fractions for metric name \"{metric}\"", span);
        }

        return value;
    }
}
