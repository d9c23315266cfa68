using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary><c>info()</c>: labels of info metrics, such as <c>target_info</c>, on the series that they describe.</summary>
internal sealed partial class Evaluator
{
    private List<SeriesColumn> Info(CallExpression call, StepGrid grid)
    {
        VectorSelector? written = call.Arguments.Count > 1 ? Unwrap(call.Arguments[1]) as VectorSelector : null;
        if (call.Arguments.Count > 1 && written is null)
        {
            throw new QueryException("the second argument of info() must be matchers in braces", call.Arguments[1].Span);
        }

        InfoSelection wanted = new(written);
        List<SeriesColumn> columns = Vector(call.Arguments[0], grid);
        List<LabelMatcher>? matchers = wanted.Matchers(columns.Select(column => column.Labels).Where(labels => !wanted.IsInfoMetric(labels)));
        List<SeriesColumn> info = matchers is null || grid.Steps == 0 ? [] : InfoSeries(call, matchers, grid);
        return new InfoJoin(context, wanted, grid, call.Span).Join(columns, info);
    }

    /// <summary>The times of the info series' samples, read at the times that the first selector of the argument reads at.</summary>
    private List<SeriesColumn> InfoSeries(CallExpression call, List<LabelMatcher> matchers, StepGrid grid)
    {
        ReadTimes reads = FirstReads(call.Arguments[0], grid) ?? new ReadTimes(grid.StartMs, grid.StepMs);
        TimeRange range = new(Times.Subtract(reads.At(0), context.LookbackMs) + 1, reads.At(grid.Steps - 1));
        List<SeriesColumn> columns = [];
        using ISeriesSelection selection = context.Select(matchers, range, call);
        using SampleBuffer buffer = new();
        for (int i = 0; i < selection.Count; i++)
        {
            context.Load(selection, i, buffer, keepStale: true);
            if (!buffer.Histograms.IsEmpty && Latest(buffer, reads, grid.Steps, timestamps: false, out FloatHistogram?[]? histograms) is { } held)
            {
                context.Release(held.Length);
                if (histograms is not null)
                {
                    throw new QueryException($"{selection.Labels(i)} holds native histograms, so that it can't be an info metric", call.Span);
                }
            }

            if (Latest(buffer, reads, grid.Steps, timestamps: true, out _) is { } values)
            {
                columns.Add(new SeriesColumn(selection.Labels(i), values));
            }
        }

        context.Release(buffer.Weight);
        return columns;
    }

    /// <summary>When the leftmost selector of an expression reads; null when it has none. Subqueries shift what is within them.</summary>
    private ReadTimes? FirstReads(Expression node, StepGrid grid)
    {
        switch (node)
        {
            case VectorSelector selector:
                return Resolve(selector.Modifiers, grid);
            case MatrixSelector matrix:
                return Resolve(matrix.Selector.Modifiers, grid);
            case SubqueryExpression subquery:
                ReadTimes outer = Resolve(subquery.Modifiers, grid);
                return FirstReads(subquery.Inner, new StepGrid(outer.FirstMs, outer.StepMs, grid.Steps));
            case ParenExpression paren:
                return FirstReads(paren.Inner, grid);
            case UnaryExpression unary:
                return FirstReads(unary.Operand, grid);
            case BinaryExpression binary:
                return FirstReads(binary.Left, grid) ?? FirstReads(binary.Right, grid);
            case AggregateExpression aggregate:
                return FirstReads(aggregate.Operand, grid);
            case CallExpression call:
                foreach (Expression argument in call.Arguments)
                {
                    if (FirstReads(argument, grid) is { } reads)
                    {
                        return reads;
                    }
                }

                return null;
            default:
                return null;
        }
    }
}
