using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>One query being answered.</summary>
internal sealed class QueryRun(ISeriesReader reader, EngineOptions options, QueryLimits limits, QueryTimes times, CancellationToken cancellation)
{
    public QueryResult Instant(Expression expression)
    {
        _ = (reader, options, limits, times, cancellation);
        throw QueryException.NotSupported($"a query at {times.StartMs}", expression.Span);
    }

    public RangeResult Range(Expression expression)
    {
        throw QueryException.NotSupported($"a query at {times.StartMs}", expression.Span);
    }
}
