using System.IO.Pipelines;
using Plimsoll.Collect;
using Plimsoll.Series;
using Plimsoll.Server.Background;

namespace Plimsoll.Server.Observation;

/// <summary><c>/metrics</c>: this process and its rooms, in Prometheus' text. The host's own series are queried, not scraped.</summary>
internal sealed class MetricsEndpoint(OwnProcess process, HostMetricsLoop? host, SeriesStore store, HttpMeter http, LoopRunner loops, IEnumerable<IMetricSource> sources)
{
    private readonly Lock _one = new();

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/metrics", (RequestDelegate)WriteAsync).ExcludeFromDescription();

    private async Task WriteAsync(HttpContext context)
    {
        bool open = context.Request.Headers.Accept.ToString().Contains("application/openmetrics-text", StringComparison.Ordinal);
        context.Response.ContentType = open ? ExpositionWriter.OpenMetricsContentType : ExpositionWriter.ContentType;
        PipeWriter output = context.Response.BodyWriter;

        // Families are reused between rounds, so one scrape is written at a time.
        lock (_one)
        {
            IReadOnlyList<MetricFamily> families = [.. process.Collect(), .. host?.HealthFamilies() ?? [], .. Ours()];
            if (open)
            {
                ExpositionWriter.WriteOpenMetrics(output, families);
            }
            else
            {
                ExpositionWriter.Write(output, families);
            }
        }

        await output.FlushAsync(context.RequestAborted);
    }

    private List<MetricFamily> Ours()
    {
        MetricSink sink = new();
        http.Write(sink);
        WriteStore(sink, store.Statistics);
        MetricFamily running = sink.Gauge("plimsoll_loop_running", "Whether a background loop runs.");
        MetricFamily restarts = sink.Counter("plimsoll_loop_restarts_total", "How often a background loop failed and was started again.");
        foreach (Loop loop in loops.Loops)
        {
            LabelSet labels = LabelSet.From(new Label("loop", loop.Name));
            running.Add(labels, loop.Running ? 1 : 0);
            restarts.Add(labels, loop.Restarts);
        }

        foreach (IMetricSource source in sources)
        {
            source.Write(sink);
        }

        return [.. sink.Families, .. http.Duration is { } duration ? [duration] : Array.Empty<MetricFamily>()];
    }

    private static void WriteStore(MetricSink sink, SeriesStoreStatistics statistics)
    {
        sink.Gauge("plimsoll_series_head_series", "Series that the head holds in memory.").Add(statistics.HeadSeries);
        sink.Gauge("plimsoll_series_head_samples", "Samples that the head holds in memory.").Add(statistics.HeadSamples);
        sink.Gauge("plimsoll_series_head_bytes", "Memory of the head: samples, labels, postings.").Add(statistics.HeadBytes);
        sink.Gauge("plimsoll_series_head_chunks", "Chunks that the head holds in memory.").Add(statistics.HeadChunks);
        sink.Gauge("plimsoll_series_blocks", "Blocks on disk.").Add(statistics.Blocks);
        sink.Gauge("plimsoll_series_block_samples", "Samples in blocks on disk.").Add(statistics.BlockSamples);
        sink.Gauge("plimsoll_series_log_bytes", "Size of the write-ahead log.").Add(statistics.LogBytes);
        sink.Gauge("plimsoll_series_block_bytes", "Size of the blocks on disk.").Add(statistics.BlockBytes);
        sink.Counter("plimsoll_series_appended_samples_total", "Samples stored and acknowledged.").Add(statistics.AppendedSamples);
        sink.Counter("plimsoll_series_refused_samples_total", "Samples refused.").Add(statistics.RefusedSamples);
        sink.Counter("plimsoll_series_failed_appends_total", "Batches that could not be made durable.").Add(statistics.FailedAppends);
        sink.Counter("plimsoll_series_log_syncs_total", "Times that the write-ahead log was forced to disk.").Add(statistics.LogSyncs);
        sink.Counter("plimsoll_series_quarantined_total", "Damaged records and blocks set aside.").Add(statistics.Quarantined);
        sink.Gauge("plimsoll_series_replay_duration_seconds", "How long the log took to read at the start.").Add(statistics.ReplayDuration.TotalSeconds);
    }
}

/// <summary>A room's own counters, declared here and composed in one place.</summary>
internal interface IMetricSource
{
    void Write(MetricSink sink);
}
