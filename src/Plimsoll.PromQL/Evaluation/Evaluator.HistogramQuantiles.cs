using System.Runtime.InteropServices;
using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary><c>histogram_quantiles</c>: several quantiles of each histogram, each under a label that names it.</summary>
internal sealed partial class Evaluator
{
    private List<SeriesColumn> HistogramQuantiles(CallExpression call, StepGrid grid)
    {
        string label = Text(call.Arguments[1]);
        RequireLabelName(label, "quantile", call.Function.Name, call.Arguments[1].Span);
        List<SeriesColumn> buckets = WholeHistograms(call.Arguments[0], grid);
        Dictionary<LabelSet, SeriesColumn> result = [];
        foreach (Expression argument in call.Arguments.Skip(2))
        {
            double[] quantiles = Scalar(argument, grid);
            foreach (double quantile in quantiles)
            {
                context.Notes.CheckQuantile(quantile, argument.Span);
            }

            // The buckets are needed for the next quantile too, while each round releases them.
            context.Hold(buckets.Sum(column => column.Values.LongLength));
            Place(QuantileOfEach(call, buckets, quantiles, grid), label, quantiles, result, call.Span);
            context.Release(quantiles.Length);
        }

        context.Release(buckets);
        return [.. result.Values];
    }

    private List<SeriesColumn> QuantileOfEach(CallExpression call, List<SeriesColumn> columns, double[] quantiles, StepGrid grid)
    {
        SourceSpan span = call.Arguments[0].Span;
        return OverBuckets(call, columns, span, grid, (step, buckets, name) =>
        {
            double value = ClassicHistogram.Quantile(quantiles[step], buckets, out bool forced);
            if (forced)
            {
                context.Notes.Info(
                    $"input to histogram_quantile needed to be fixed for monotonicity (see the documentation of histogram_quantile) for metric name \"{name}\"",
                    span);
            }

            return value;
        },
        (step, histogram, name) => NativeQuantile(quantiles[step], histogram, name, span));
    }

    /// <summary>Moves values under the labels that name their quantiles, which a query may change from step to step.</summary>
    private void Place(List<SeriesColumn> columns, string label, double[] quantiles, Dictionary<LabelSet, SeriesColumn> result, SourceSpan span)
    {
        foreach (SeriesColumn column in columns)
        {
            SeriesColumn? target = null;
            double targetOf = 0;
            for (int step = 0; step < quantiles.Length; step++)
            {
                if (SampleBlock.IsStale(column.Values[step]))
                {
                    continue;
                }

                if (target is null || !quantiles[step].Equals(targetOf))
                {
                    targetOf = quantiles[step];
                    LabelSet labels = Labelling.With(column.Labels, label, GoNumber.OpenMetrics(targetOf));
                    ref SeriesColumn? named = ref CollectionsMarshal.GetValueRefOrAddDefault(result, labels, out _);
                    target = named ??= new SeriesColumn(labels, context.NewColumn(quantiles.Length));
                    target.DropsName |= column.DropsName;
                }

                target.Values[step] = SampleBlock.IsStale(target.Values[step])
                    ? column.Values[step]
                    : throw new QueryException("vector cannot contain metrics with the same labelset", span);
            }
        }

        context.Release(columns);
    }
}
