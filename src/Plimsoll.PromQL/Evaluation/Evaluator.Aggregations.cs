using System.Runtime.InteropServices;
using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>Aggregations: series into groups by label, then each group over all steps at once.</summary>
internal sealed partial class Evaluator
{
    private List<SeriesColumn> Aggregate(AggregateExpression aggregate, StepGrid grid)
    {
        switch (aggregate.Operator)
        {
            case AggregateOperator.CountValues:
                return CountValues(aggregate, grid);
            case AggregateOperator.LimitRatio:
                return LimitRatio(aggregate, grid);
        }

        List<SeriesColumn> columns = Vector(aggregate.Operand, grid);
        double[]? parameter = aggregate.Parameter is { } written ? Scalar(written, grid) : null;
        bool keepsSeries = aggregate.Operator is AggregateOperator.TopK or AggregateOperator.BottomK or AggregateOperator.LimitK;
        if (keepsSeries)
        {
            foreach (double wanted in parameter!)
            {
                WholeCount(wanted, aggregate, columns.Count);
            }
        }

        List<SeriesColumn> result = [];
        foreach ((LabelSet labels, List<SeriesColumn> members) in GroupColumns(columns, aggregate))
        {
            context.ThrowIfCancelled();
            DropIgnoredHistograms(members, aggregate);
            if (aggregate.Operator is AggregateOperator.TopK or AggregateOperator.BottomK)
            {
                result.AddRange(KeepExtremes(members, parameter!, aggregate, grid));
            }
            else if (keepsSeries)
            {
                KeepFirst(members, parameter!, aggregate);
                result.AddRange(members);
            }
            else
            {
                SeriesColumn combined = new(labels, Combine(members, parameter, aggregate, grid)) { DropsName = members.Exists(member => member.DropsName) };
                CombineHistograms(combined, members, aggregate);
                result.Add(combined);
            }
        }

        if (!keepsSeries)
        {
            context.Release(columns);
        }

        return result;
    }

    private static Dictionary<LabelSet, List<SeriesColumn>> GroupColumns(List<SeriesColumn> columns, AggregateExpression aggregate)
    {
        Dictionary<LabelSet, List<SeriesColumn>> groups = [];
        foreach (SeriesColumn column in columns)
        {
            LabelSet key = Labelling.Group(column.Labels, aggregate.Grouping, aggregate.Without);
            ref List<SeriesColumn>? members = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, key, out _);
            (members ??= []).Add(column);
        }

        return groups;
    }

    private double[] Combine(List<SeriesColumn> members, double[]? parameter, AggregateExpression aggregate, StepGrid grid)
    {
        double[] result = context.NewColumn(grid.Steps);
        switch (aggregate.Operator)
        {
            case AggregateOperator.Sum:
                SumInto(result, members);
                break;
            case AggregateOperator.Min or AggregateOperator.Max:
                ExtremeInto(result, members, aggregate.Operator == AggregateOperator.Max);
                break;
            case AggregateOperator.Count or AggregateOperator.Group:
                CountInto(result, members, once: aggregate.Operator == AggregateOperator.Group);
                break;
            case AggregateOperator.Avg:
                MeanInto(result, members);
                break;
            case AggregateOperator.StdDev or AggregateOperator.StdVar:
                SpreadInto(result, members, root: aggregate.Operator == AggregateOperator.StdDev);
                break;
            case AggregateOperator.Quantile:
                QuantileInto(result, members, parameter!, aggregate.Parameter!.Span);
                break;
            default:
                throw new InvalidOperationException($"'{aggregate.Operator.Name()}' combines nothing.");
        }

        return result;
    }

    private static void SumInto(double[] result, List<SeriesColumn> members)
    {
        double[] compensation = new double[result.Length];
        foreach (SeriesColumn member in members)
        {
            double[] values = member.Values;
            for (int step = 0; step < result.Length; step++)
            {
                if (SampleBlock.IsStale(values[step]))
                {
                    continue;
                }

                if (SampleBlock.IsStale(result[step]))
                {
                    result[step] = values[step];
                }
                else
                {
                    KahanSum.Add(values[step], ref result[step], ref compensation[step]);
                }
            }
        }

        for (int step = 0; step < result.Length; step++)
        {
            result[step] = SampleBlock.IsStale(result[step]) ? result[step] : result[step] + compensation[step];
        }
    }

    private static void ExtremeInto(double[] result, List<SeriesColumn> members, bool max)
    {
        foreach (SeriesColumn member in members)
        {
            double[] values = member.Values;
            for (int step = 0; step < result.Length; step++)
            {
                // The marker of absence is a NaN too, so any value replaces it.
                if (!SampleBlock.IsStale(values[step]) &&
                    ((max ? values[step] > result[step] : values[step] < result[step]) || double.IsNaN(result[step])))
                {
                    result[step] = values[step];
                }
            }
        }
    }

    private static void CountInto(double[] result, List<SeriesColumn> members, bool once)
    {
        foreach (SeriesColumn member in members)
        {
            for (int step = 0; step < result.Length; step++)
            {
                if (member.Has(step))
                {
                    result[step] = once || SampleBlock.IsStale(result[step]) ? 1 : result[step] + 1;
                }
            }
        }
    }

    private static void MeanInto(double[] result, List<SeriesColumn> members)
    {
        CompensatedMean[] means = new CompensatedMean[result.Length];
        foreach (SeriesColumn member in members)
        {
            for (int step = 0; step < result.Length; step++)
            {
                if (!SampleBlock.IsStale(member.Values[step]))
                {
                    means[step].Add(member.Values[step]);
                }
            }
        }

        for (int step = 0; step < result.Length; step++)
        {
            result[step] = means[step].HasValue ? means[step].Value : SampleBlock.Stale;
        }
    }

    private static void SpreadInto(double[] result, List<SeriesColumn> members, bool root)
    {
        CompensatedVariance[] variances = new CompensatedVariance[result.Length];
        foreach (SeriesColumn member in members)
        {
            for (int step = 0; step < result.Length; step++)
            {
                if (!SampleBlock.IsStale(member.Values[step]))
                {
                    variances[step].Add(member.Values[step]);
                }
            }
        }

        for (int step = 0; step < result.Length; step++)
        {
            double variance = variances[step].HasValue ? variances[step].Value : SampleBlock.Stale;
            result[step] = root && variances[step].HasValue ? Math.Sqrt(variance) : variance;
        }
    }

    private void QuantileInto(double[] result, List<SeriesColumn> members, double[] quantiles, SourceSpan span)
    {
        double[] scratch = new double[members.Count];
        for (int step = 0; step < result.Length; step++)
        {
            int count = 0;
            foreach (SeriesColumn member in members)
            {
                scratch[count] = member.Values[step];
                count += SampleBlock.IsStale(scratch[count]) ? 0 : 1;
            }

            if (count > 0)
            {
                context.Notes.CheckQuantile(quantiles[step], span);
                result[step] = Quantiles.Of(quantiles[step], scratch.AsSpan(0, count));
            }
        }
    }

    /// <summary>Blanks all but the k largest or smallest values of each step; NaN is beaten by every number.</summary>
    private static List<SeriesColumn> KeepExtremes(List<SeriesColumn> members, double[] wanted, AggregateExpression aggregate, StepGrid grid)
    {
        bool top = aggregate.Operator == AggregateOperator.TopK;
        int[] order = new int[members.Count];
        for (int step = 0; step < grid.Steps; step++)
        {
            int k = WholeCount(wanted[step], aggregate, members.Count);
            int count = 0;
            for (int i = 0; i < members.Count; i++)
            {
                double value = members[i].Values[step];
                if (!SampleBlock.IsStale(value))
                {
                    order[count] = i;
                    count++;
                }
            }

            int at = step;
            order.AsSpan(0, count).Sort((a, b) => Rank(members[a].Values[at], members[b].Values[at], top) is var rank && rank != 0 ? rank : a - b);
            foreach (int beaten in order.AsSpan(Math.Min(k, count), Math.Max(0, count - k)))
            {
                members[beaten].Values[step] = SampleBlock.Stale;
            }

            if (grid.Steps == 1)
            {
                return [.. order.AsSpan(0, Math.Min(k, count)).ToArray().Select(index => members[index])];
            }
        }

        return members;
    }

    private static int Rank(double a, double b, bool top)
    {
        if (double.IsNaN(a) || double.IsNaN(b))
        {
            return (double.IsNaN(a) ? 1 : 0) - (double.IsNaN(b) ? 1 : 0);
        }

        return top ? b.CompareTo(a) : a.CompareTo(b);
    }

    private static int WholeCount(double wanted, AggregateExpression aggregate, int most)
    {
        if (double.IsNaN(wanted))
        {
            throw new QueryException("Parameter value is NaN", aggregate.Parameter!.Span);
        }

        return Math.Abs(wanted) < 9.2e18
            ? (int)Math.Clamp(wanted, 0, most)
            : throw new QueryException($"Scalar value {GoNumber.Short(wanted)} {(wanted < 0 ? "underflows" : "overflows")} int64", aggregate.Parameter!.Span);
    }

    private List<SeriesColumn> CountValues(AggregateExpression aggregate, StepGrid grid)
    {
        string label = Text(aggregate.Parameter!);
        if (label.Length == 0 || !StringText.IsWellFormed(label))
        {
            throw new QueryException($"invalid label name {StringText.Quote(label)}", aggregate.Parameter!.Span);
        }

        List<SeriesColumn> columns = Vector(aggregate.Operand, grid);
        Dictionary<LabelSet, SeriesColumn> counts = [];
        Dictionary<(LabelSet, long, string?), SeriesColumn> known = [];
        foreach ((LabelSet group, List<SeriesColumn> members) in GroupColumns(columns, aggregate))
        {
            foreach (SeriesColumn member in members)
            {
                for (int step = 0; step < grid.Steps; step++)
                {
                    if (!member.Has(step))
                    {
                        continue;
                    }

                    double value = member.Values[step];
                    string? histogram = member.HistogramAt(step)?.ToString();
                    ref SeriesColumn? count =
                        ref CollectionsMarshal.GetValueRefOrAddDefault(known, (group, BitConverter.DoubleToInt64Bits(value), histogram), out _);
                    if (count is null)
                    {
                        LabelSet labels = Labelling.With(group, label, histogram ?? GoNumber.Plain(value));
                        ref SeriesColumn? named = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, labels, out _);
                        count = named ??= new SeriesColumn(labels, context.NewColumn(grid.Steps));
                        count.DropsName |= member.DropsName;
                    }

                    count.Values[step] = SampleBlock.IsStale(count.Values[step]) ? 1 : count.Values[step] + 1;
                }
            }
        }

        context.Release(columns);
        return [.. counts.Values];
    }
}
