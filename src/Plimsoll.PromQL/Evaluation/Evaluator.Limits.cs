using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary><c>limitk</c> and <c>limit_ratio</c>: some of the series, as they are.</summary>
internal sealed partial class Evaluator
{
    /// <summary>Blanks all but the first k values of each step, in the order of the labels.</summary>
    private static void KeepFirst(List<SeriesColumn> members, double[] wanted, AggregateExpression aggregate)
    {
        for (int step = 0; step < wanted.Length; step++)
        {
            int left = WholeCount(wanted[step], aggregate, members.Count);
            foreach (SeriesColumn member in members)
            {
                if (member.Has(step) && --left < 0)
                {
                    member.Blank(step);
                }
            }
        }
    }

    private List<SeriesColumn> LimitRatio(AggregateExpression aggregate, StepGrid grid)
    {
        double[] ratios = Scalar(aggregate.Parameter!, grid);
        CheckRatios(ratios, aggregate.Parameter!.Span);
        List<SeriesColumn> columns = Vector(aggregate.Operand, grid);
        foreach (SeriesColumn column in columns)
        {
            double share = RatioShare.Of(column.Labels);
            for (int step = 0; step < ratios.Length; step++)
            {
                if (!RatioShare.Keeps(Math.Clamp(ratios[step], -1, 1), share))
                {
                    column.Blank(step);
                }
            }
        }

        context.Release(ratios.Length);
        return columns;
    }

    private void CheckRatios(double[] ratios, SourceSpan span)
    {
        double max = double.NegativeInfinity;
        double min = double.PositiveInfinity;
        foreach (double ratio in ratios)
        {
            if (double.IsNaN(ratio))
            {
                throw new QueryException("Ratio value is NaN", span);
            }

            max = Math.Max(max, ratio);
            min = Math.Min(min, ratio);
        }

        if (max > 1)
        {
            context.Notes.Warn($"ratio value should be between -1 and 1, got {GoNumber.Short(max)}, capping to 1", span);
        }

        if (min < -1)
        {
            context.Notes.Warn($"ratio value should be between -1 and 1, got {GoNumber.Short(min)}, capping to -1", span);
        }
    }
}
