using Plimsoll.Collect;
using Plimsoll.Metering;

namespace Plimsoll.Server.Observation;

/// <summary>How metering fares, as metrics.</summary>
internal sealed class MeteringMetrics(MeteringLoop loop) : IMetricSource
{
    public void Write(MetricSink sink)
    {
        MeteringHealth health = loop.Health;
        sink.Counter("plimsoll_metering_rounds_total", "Metering rounds that went through.").Add(health.Rounds);
        sink.Counter("plimsoll_metering_failures_total", "Metering rounds that failed.").Add(health.Failures);
        sink.Counter("plimsoll_metering_usage_rows_written_total", "Rows of hourly usage written, running hours again and again.").Add(health.HoursWritten);
        sink.Counter("plimsoll_metering_usage_rows_closed_total", "Rows of hourly usage closed.").Add(health.HoursClosed);
        sink.Gauge("plimsoll_metering_last_round_duration_seconds", "How long the last metering round took.").Add(health.LastRoundDuration.TotalSeconds);
        if (health.UsageUntil is { } until)
        {
            sink.Gauge("plimsoll_metering_usage_until_timestamp_seconds", "The newest sample metered, in seconds since 1970.").Add(until.ToUnixTimeMilliseconds() / 1000.0);
        }
    }
}
