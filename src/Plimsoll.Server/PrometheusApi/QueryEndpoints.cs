using System.Text.Json;
using Plimsoll.PromQL;
using Plimsoll.Series;

namespace Plimsoll.Server.PrometheusApi;

/// <summary>Instant and range queries, answered as Prometheus answers them.</summary>
internal sealed class QueryEndpoints(SeriesStore store, QueryEngine engine, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LongestQuery = TimeSpan.FromMinutes(2);

    // More at once would only wait for the same cores, each with its own memory.
    private readonly SemaphoreSlim _slots = new(Math.Max(4, Environment.ProcessorCount * 2));

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapAnswer("/api/v1/query", ["GET", "POST"], InstantAsync);
        routes.MapAnswer("/api/v1/query_range", ["GET", "POST"], RangeAsync);
    }

    public void Dispose() => _slots.Dispose();

    private Task<Action<Utf8JsonWriter>> InstantAsync(HttpContext context, ApiParameters parameters)
    {
        ISeriesReader reader = store.OpenReader(Tenancy.Of(context));
        long at = parameters.Time("time") ?? time.GetUtcNow().ToUnixTimeMilliseconds();
        QueryLimits limits = Limits(parameters);
        (string query, Expression expression) = Parse(parameters);
        bool stats = parameters.Find("stats") is { Length: > 0 };
        int limit = parameters.Limit();
        return EvaluateAsync(context, parameters, query, cancellation =>
        {
            QueryResult result = engine.Instant(reader, expression, at, limits, cancellation);
            return writer => QueryAnswerWriter.Write(writer, result, limit, stats);
        });
    }

    private Task<Action<Utf8JsonWriter>> RangeAsync(HttpContext context, ApiParameters parameters)
    {
        ISeriesReader reader = store.OpenReader(Tenancy.Of(context));
        long start = parameters.RequiredTime("start");
        long end = parameters.RequiredTime("end");
        long step = parameters.Duration("step") ?? throw ApiException.BadData("the parameter \"step\" is missing");
        if (end < start)
        {
            throw ApiException.BadData("invalid parameter \"end\": end timestamp must not be before start time");
        }

        if (step <= 0)
        {
            throw ApiException.BadData("invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer");
        }

        QueryLimits limits = Limits(parameters);
        if ((end - start) / step >= limits.MaxSteps)
        {
            throw ApiException.BadData($"exceeded maximum resolution of {limits.MaxSteps} points per timeseries. Try increasing the value of the 'step' parameter");
        }

        (string query, Expression expression) = Parse(parameters);
        bool stats = parameters.Find("stats") is { Length: > 0 };
        int limit = parameters.Limit();
        return EvaluateAsync(context, parameters, query, cancellation =>
        {
            RangeResult result = engine.Range(reader, expression, start, end, step, limits, cancellation);
            return writer => QueryAnswerWriter.Write(writer, result, limit, stats);
        });
    }

    /// <summary>Parses the query, with the place of the first error in the exception.</summary>
    public static (string Query, Expression Expression) Parse(ApiParameters parameters)
    {
        string query = parameters.Required("query");
        ParseResult parsed = PromQLParser.Parse(query);
        if (parsed.Succeeded)
        {
            return (query, parsed.Expression);
        }

        ParseError first = parsed.Errors[0];
        throw new ApiException(StatusCodes.Status400BadRequest, "bad_data", $"invalid parameter \"query\": {string.Join("; ", parsed.Errors.Select(error => $"{error.Line}:{error.Column}: parse error: {error.Message}"))}")
        {
            Position = new ErrorPosition(first.Start, first.End, first.Line, first.Column),
        };
    }

    private async Task<Action<Utf8JsonWriter>> EvaluateAsync(
        HttpContext context, ApiParameters parameters, string query, Func<CancellationToken, Action<Utf8JsonWriter>> evaluate)
    {
        TimeSpan timeout = parameters.Duration("timeout") is { } asked && asked > 0 && asked < LongestQuery.TotalMilliseconds ? TimeSpan.FromMilliseconds(asked) : LongestQuery;
        using CancellationTokenSource deadline = new(timeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        try
        {
            await _slots.WaitAsync(either.Token);
            try
            {
                return evaluate(either.Token);
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            throw new ApiException(StatusCodes.Status503ServiceUnavailable, "timeout", $"the query was stopped after {timeout.TotalSeconds:0.###} s. Narrow its range, add a matcher, or take a wider step");
        }
        catch (QueryException failed)
        {
            (int line, int column) = LineAndColumn(query, failed.Span.Start);
            throw new ApiException(StatusCodes.Status422UnprocessableEntity, "execution", failed.Message)
            {
                Position = new ErrorPosition(failed.Span.Start, failed.Span.End, line, column),
            };
        }
        catch (QueryLimitException limit)
        {
            throw new ApiException(StatusCodes.Status422UnprocessableEntity, "execution", limit.Message);
        }
    }

    private static QueryLimits Limits(ApiParameters parameters) =>
        parameters.Duration("lookback_delta") is { } lookback && lookback > 0
            ? QueryLimits.Default with { Lookback = TimeSpan.FromMilliseconds(lookback) }
            : QueryLimits.Default;

    private static (int Line, int Column) LineAndColumn(string text, int offset)
    {
        ReadOnlySpan<char> before = text.AsSpan(0, Math.Clamp(offset, 0, text.Length));
        return (before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
    }
}
