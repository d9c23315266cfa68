using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>
/// Answers queries over one tenant's reader. Series by series, each with all steps at once. Safe for use by several
/// threads; keeps nothing between queries.
/// </summary>
public sealed class QueryEngine(EngineOptions options)
{
    public QueryEngine()
        : this(new EngineOptions())
    {
    }

    /// <summary>Evaluates at one time.</summary>
    /// <returns>A scalar, string, vector or matrix result, as the expression's type says.</returns>
    /// <exception cref="QueryException">The data or the query's version of the language forbids an answer.</exception>
    /// <exception cref="QueryLimitException">The query exceeds a limit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, as by a timeout.</exception>
    public QueryResult Instant(ISeriesReader reader, Expression expression, long timeMs, QueryLimits? limits = null, CancellationToken cancellation = default)
    {
        QueryRun run = new(reader, options, limits ?? QueryLimits.Default, new QueryTimes(timeMs, timeMs, 0), cancellation);
        return run.Instant(expression);
    }

    /// <summary>Evaluates at <paramref name="startMs"/> and every <paramref name="stepMs"/> after, up to <paramref name="endMs"/> included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is not positive, or the end before the start.</exception>
    /// <exception cref="QueryException">The expression is neither a scalar nor an instant vector, or as for <see cref="Instant"/>.</exception>
    /// <exception cref="QueryLimitException">The query exceeds a limit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, as by a timeout.</exception>
    public RangeResult Range(
        ISeriesReader reader, Expression expression, long startMs, long endMs, long stepMs, QueryLimits? limits = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stepMs);
        ArgumentOutOfRangeException.ThrowIfLessThan(endMs, startMs);
        QueryRun run = new(reader, options, limits ?? QueryLimits.Default, new QueryTimes(startMs, endMs, stepMs), cancellation);
        return run.Range(expression);
    }
}
