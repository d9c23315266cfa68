using System.Collections.Concurrent;
using Plimsoll.Collect;
using Plimsoll.Series;

namespace Plimsoll.Server.Observation;

/// <summary>Counts requests by route, method and status, and how long they took. Routes are templates, so their number is ours, not a stranger's.</summary>
internal sealed class HttpMeter
{
    private static readonly double[] BoundsSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly LabelSet[] BoundLabels =
        [.. BoundsSeconds.Select(bound => LabelSet.From(new Label("le", PrometheusApi.FloatText.ToText(bound)))), LabelSet.From(new Label("le", "+Inf"))];

    private readonly ConcurrentDictionary<(string Route, string Method, int Code), Counter> _requests = [];
    private readonly long[] _buckets = new long[BoundsSeconds.Length + 1];
    private long _microseconds;
    private long _inFlight;

    public async Task MeasureAsync(HttpContext context, Func<Task> next, TimeProvider time)
    {
        long started = time.GetTimestamp();
        Interlocked.Increment(ref _inFlight);
        try
        {
            await next();
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
            Record(context, time.GetElapsedTime(started));
        }
    }

    public void Write(MetricSink sink)
    {
        MetricFamily requests = sink.Counter("plimsoll_http_requests_total", "HTTP requests answered.");
        foreach (((string route, string method, int code), Counter counter) in _requests.OrderBy(entry => entry.Key.Route, StringComparer.Ordinal)
            .ThenBy(entry => entry.Key.Method, StringComparer.Ordinal).ThenBy(entry => entry.Key.Code))
        {
            requests.Add(
                LabelSet.From(new Label("route", route), new Label("method", method), new Label("code", code.ToString(System.Globalization.CultureInfo.InvariantCulture))),
                Interlocked.Read(ref counter.Value));
        }

        MetricFamily duration = new("plimsoll_http_request_duration_seconds", "How long HTTP requests took to answer.", MetricType.Histogram);
        long total = 0;
        for (int i = 0; i < _buckets.Length; i++)
        {
            total += Interlocked.Read(ref _buckets[i]);
            duration.Add("_bucket", BoundLabels[i], total);
        }

        duration.Add("_sum", LabelSet.Empty, Interlocked.Read(ref _microseconds) / 1e6);
        duration.Add("_count", LabelSet.Empty, total);
        Duration = duration;
        sink.Gauge("plimsoll_http_requests_in_flight", "HTTP requests being answered now.").Add(Interlocked.Read(ref _inFlight));
    }

    /// <summary>The histogram of the last <see cref="Write"/>; sinks make counters and gauges only.</summary>
    public MetricFamily? Duration { get; private set; }

    private void Record(HttpContext context, TimeSpan took)
    {
        string route = (Endpoint(context) as RouteEndpoint)?.RoutePattern.RawText is { } text and not "/{**path:nonfile}" ? text : "pages";
        string method = context.Request.Method is "GET" or "POST" or "HEAD" or "PUT" or "DELETE" or "OPTIONS" or "PATCH" ? context.Request.Method : "other";
        Interlocked.Increment(ref _requests.GetOrAdd((route, method, context.Response.StatusCode), static _ => new Counter()).Value);
        int bucket = 0;
        while (bucket < BoundsSeconds.Length && took.TotalSeconds > BoundsSeconds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref _buckets[bucket]);
        Interlocked.Add(ref _microseconds, (long)took.TotalMicroseconds);
    }

    /// <summary>Where a request went, also after the handler of failures cleared it.</summary>
    private static Endpoint? Endpoint(HttpContext context) =>
        context.GetEndpoint() ?? context.Features.Get<Microsoft.AspNetCore.Diagnostics.IExceptionHandlerFeature>()?.Endpoint;

    private sealed class Counter
    {
        public long Value;
    }
}
