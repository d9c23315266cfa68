using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>One query being answered: sets the grid, evaluates, and shapes the result.</summary>
internal sealed class QueryRun(ISeriesReader reader, EngineOptions options, QueryLimits limits, QueryTimes times, CancellationToken cancellation)
{
    private readonly long _started = options.TimeProvider.GetTimestamp();

    public QueryResult Instant(Expression expression)
    {
        QueryContext context = NewContext(expression);
        Evaluator evaluator = new(context);
        long timeMs = times.StartMs;
        StepGrid grid = new(timeMs, 1, 1);
        QueryResult result;
        switch (expression.ValueType)
        {
            case QueryValueType.Scalar:
                result = new ScalarResult(timeMs, evaluator.Scalar(expression, grid)[0]);
                break;
            case QueryValueType.Text:
                result = new StringResult(timeMs, Evaluator.Text(expression));
                break;
            case QueryValueType.RangeVector:
                result = evaluator.Matrix(expression, grid);
                break;
            default:
                List<SeriesColumn> columns = Present(evaluator.WithoutDropped(evaluator.Vector(expression, grid), expression.Span));
                result = new VectorResult(timeMs, [.. columns.Select(column => column.Labels)], [.. columns.Select(column => column.Values[0])])
                {
                    Histograms = [.. columns.Select(column => column.HistogramAt(0))],
                };
                break;
        }

        Finish(result, context);
        return result;
    }

    public RangeResult Range(Expression expression)
    {
        if (expression.ValueType is QueryValueType.Text or QueryValueType.RangeVector)
        {
            throw new QueryException(
                $"a range query needs a scalar or an instant vector, not a {TypeNames.Of(expression.ValueType)}", expression.Span);
        }

        long steps = ((times.EndMs - times.StartMs) / times.StepMs) + 1;
        if (steps > limits.MaxSteps)
        {
            throw new QueryLimitException(
                "steps", $"The query asks for {steps} points per series; at most {limits.MaxSteps} are given. Ask for a shorter range or a longer step.");
        }

        QueryContext context = NewContext(expression);
        Evaluator evaluator = new(context);
        StepGrid grid = new(times.StartMs, times.StepMs, (int)steps);
        List<SeriesColumn> columns = expression.ValueType == QueryValueType.Scalar
            ? [new SeriesColumn(LabelSet.Empty, evaluator.Scalar(expression, grid))]
            : Present(evaluator.WithoutDropped(evaluator.Vector(expression, grid), expression.Span));
        columns.Sort((a, b) => a.Labels.CompareTo(b.Labels));
        RangeResult result = new(
            times.StartMs, times.StepMs, (int)steps, [.. columns.Select(column => column.Labels)], [.. columns.Select(column => column.Values)])
        {
            Histograms = [.. columns.Select(column => column.Histograms)],
        };
        Finish(result, context);
        return result;
    }

    private QueryContext NewContext(Expression expression)
    {
        FeatureGate.Check(expression, options);
        return new QueryContext(reader, options, limits, times, new Annotations(expression.Query), cancellation);
    }

    private static List<SeriesColumn> Present(List<SeriesColumn> columns)
    {
        columns.RemoveAll(column => column.IsEmpty());
        return columns;
    }

    private void Finish(QueryResult result, QueryContext context)
    {
        double total = options.TimeProvider.GetElapsedTime(_started).TotalMilliseconds;
        result.Warnings = context.Notes.Warnings;
        result.Infos = context.Notes.Infos;
        result.Statistics = new QueryStatistics(
            context.SeriesSelected, context.SamplesRead, context.PeakHeld, context.SelectMs, Math.Max(0, total - context.SelectMs));
    }
}
