using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>What aggregations make of native histograms.</summary>
internal sealed partial class Evaluator
{
    /// <summary>Leaves out histograms where only numbers can be compared, and says so.</summary>
    private void DropIgnoredHistograms(List<SeriesColumn> members, AggregateExpression aggregate)
    {
        if (aggregate.Operator is AggregateOperator.Sum or AggregateOperator.Avg or AggregateOperator.Count or AggregateOperator.Group or AggregateOperator.LimitK)
        {
            return;
        }

        foreach (SeriesColumn member in members)
        {
            if (member.Histograms is null)
            {
                continue;
            }

            if (Array.Exists(member.Histograms, histogram => histogram is not null))
            {
                context.Notes.Info($"ignored histogram in {aggregate.Operator.Name()} aggregation", aggregate.Operand.Span);
            }

            member.Histograms = null;
        }
    }

    /// <summary>Sums and means of histograms; a group that holds numbers too has no result at that step.</summary>
    private void CombineHistograms(SeriesColumn combined, List<SeriesColumn> members, AggregateExpression aggregate)
    {
        if (aggregate.Operator is not (AggregateOperator.Sum or AggregateOperator.Avg) || !members.Exists(member => member.Histograms is not null))
        {
            return;
        }

        List<FloatHistogram> histograms = [];
        for (int step = 0; step < combined.Values.Length; step++)
        {
            histograms.Clear();
            foreach (SeriesColumn member in members)
            {
                if (member.HistogramAt(step) is { } histogram)
                {
                    histograms.Add(histogram);
                }
            }

            if (histograms.Count == 0)
            {
                continue;
            }

            SourceSpan span = aggregate.Operand.Span;
            if (combined.Has(step))
            {
                context.Notes.Warn("encountered a mix of histograms and floats for aggregation", span);
                combined.Blank(step);
            }
            else if (HistogramTotal.Of(histograms, aggregate.Operator == AggregateOperator.Avg, out HistogramNotes found) is { } total)
            {
                context.Notes.Of(found, "aggregation", span);
                combined.Put(step, total);
            }
            else
            {
                context.Notes.MixedLayouts(members[0].Labels.MetricName, span);
            }
        }
    }
}
