using Plimsoll.Organizations;
using Plimsoll.PromQL;
using Plimsoll.Series;
using VectorResult = Plimsoll.PromQL.VectorResult;

namespace Plimsoll.Server.PublicApi;

/// <summary>Since when, and until when, this host has been measured: read from its samples.</summary>
internal sealed class HostObservation(SeriesStore store, QueryEngine engine, MachineId machine, TimeProvider time)
{
    /// <summary>The oldest sample moves when retention deletes a block; this often is soon enough to notice.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(10);

    private long _firstMs = long.MaxValue;
    private DateTimeOffset _lookedAt;

    /// <summary>The newest sample of the last five minutes, or null.</summary>
    public DateTimeOffset? Newest(CancellationToken cancellation)
    {
        ISeriesReader reader = store.OpenReader(new TenantId(OrganizationId.Local.Value));
        Expression expression = PromQLParser.Parse($"max(timestamp({Heartbeat}))").Expression!;
        VectorResult newest = (VectorResult)engine.Instant(reader, expression, time.GetUtcNow().ToUnixTimeMilliseconds(), null, cancellation);
        return newest.Values.Length == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(newest.Values[0] * 1000));
    }

    /// <summary>The oldest sample that is still kept, or null before the first.</summary>
    public DateTimeOffset? Since(CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (_firstMs == long.MaxValue || now - _lookedAt > LookAgain)
        {
            _lookedAt = now;
            _firstMs = long.MaxValue;
            LabelMatcher[] matchers =
            [
                new(Label.MetricName, MatchOperator.Equal, "up"),
                new("job", MatchOperator.Equal, "node"),
                new("machine", MatchOperator.Equal, machine.Value),
            ];
            using ISeriesSelection selection = store.OpenReader(new TenantId(OrganizationId.Local.Value)).Select(matchers, TimeRange.All, SelectLimits.Default, cancellation);
            Span<long> timestamps = stackalloc long[1];
            Span<double> values = stackalloc double[1];
            for (int i = 0; i < selection.Count; i++)
            {
                if (selection.Open(i).Read(timestamps, values) > 0)
                {
                    _firstMs = Math.Min(_firstMs, timestamps[0]);
                }
            }
        }

        return _firstMs == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(_firstMs);
    }

    private string Heartbeat => $"up{{job=\"node\",machine=\"{machine.Value}\"}}";
}
