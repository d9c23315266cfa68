using Microsoft.Extensions.Logging;
using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>
/// The loop "host metrics": measures the host (<c>job="node"</c>) and this process (<c>job="plimsoll"</c>) at every tick of the
/// interval's grid and writes the samples under that tick's time.
/// </summary>
/// <remarks>A tick that comes while a round still runs is skipped, never made up for. Run one loop at a time on an instance.</remarks>
public sealed partial class HostMetricsLoop
{
    private readonly HostMetricsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<HostMetricsLoop> _logger;
    private readonly long _intervalMs;
    private readonly HostCollector _host;
    private readonly OwnProcess _process;
    private readonly TargetSeries _hostSeries;
    private readonly TargetSeries _processSeries;
    private readonly MetricFamily[] _up = [new("up", "1 when the target could be measured.", MetricType.Gauge)];
    private readonly HashSet<string> _toldFailures = new(StringComparer.Ordinal);
    private readonly SampleBatch _batch = new();
    private volatile HostMetricsHealth _health = HostMetricsHealth.NotStarted;

    /// <exception cref="ArgumentOutOfRangeException">The interval is shorter than 100 ms or longer than an hour.</exception>
    public HostMetricsLoop(HostMetricsOptions options, TimeProvider time, ILogger<HostMetricsLoop> logger)
    {
        options.Validate();
        _options = options;
        _time = time;
        _logger = logger;
        _intervalMs = (long)options.Interval.TotalMilliseconds;
        _host = new HostCollector(options.Paths, time);
        _process = new OwnProcess(options.Paths, options.Version);
        string instance = options.Instance is { Length: > 0 } given ? given : HostFacts.Read(options.Paths).HostName;
        _hostSeries = new TargetSeries(Target("node", instance));
        _processSeries = new TargetSeries(Target("plimsoll", instance));
    }

    /// <summary>How the loop fares; safe to read from any thread.</summary>
    public HostMetricsHealth Health => _health;

    /// <summary>The loop's health as metrics of its own; safe to call from any thread.</summary>
    public IReadOnlyList<MetricFamily> HealthFamilies()
    {
        HostMetricsHealth health = _health;
        MetricSink sink = new();
        sink.Counter("plimsoll_collect_rounds_total", "Rounds of host metrics, failed ones too.").Add(health.Rounds);
        sink.Counter("plimsoll_collect_failed_rounds_total", "Rounds of host metrics that were not stored.").Add(health.FailedRounds);
        sink.Counter("plimsoll_collect_skipped_ticks_total", "Ticks passed over because the round before took too long.").Add(health.SkippedTicks);
        sink.Counter("plimsoll_collect_samples_written_total", "Samples of host metrics stored.").Add(health.SamplesWritten);
        sink.Counter("plimsoll_collect_samples_refused_total", "Samples of host metrics that the store refused.").Add(health.SamplesRefused);
        sink.Gauge("plimsoll_collect_last_duration_seconds", "How long the last round of host metrics took, with its write.").Add(health.LastDuration.TotalSeconds);
        MetricFamily lastSuccess = sink.Gauge("plimsoll_collect_last_success_timestamp_seconds", "The time of the last round that was stored, in seconds since 1970.");
        if (health.LastSuccess is { } time)
        {
            lastSuccess.Add((time - DateTimeOffset.UnixEpoch).TotalSeconds);
        }

        return sink.Families;
    }

    /// <summary>Measures and writes until cancelled; a round that fails is logged and told by <see cref="Health"/>, and the next one comes.</summary>
    /// <returns>Ends, without an exception, once cancelled.</returns>
    public async Task RunAsync(ISeriesWriter writer, CancellationToken cancellation)
    {
        LogStarted(_options.Interval);
        try
        {
            long tickMs = NextTick();
            while (true)
            {
                if (!await WaitUntilAsync(tickMs, cancellation))
                {
                    tickMs = NextTick();
                    continue;
                }

                await RoundAsync(writer, tickMs, cancellation);
                long nextMs = NextTick();
                long skipped = Math.Max(0, ((nextMs - tickMs) / _intervalMs) - 1);
                if (skipped > 0)
                {
                    LogSkipped(skipped);
                    _health = _health with { SkippedTicks = _health.SkippedTicks + skipped };
                }

                tickMs = nextMs;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            LogStopped();
        }
    }

    private long NextTick()
    {
        long nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        return nowMs - (nowMs % _intervalMs) + _intervalMs;
    }

    // A timer may ring a little early; the tick's time must not lie ahead of the clock. False when the clock was set back, so
    // that this tick is far away again: measuring goes on at the new time.
    private async Task<bool> WaitUntilAsync(long tickMs, CancellationToken cancellation)
    {
        TimeSpan wait;
        while ((wait = DateTimeOffset.FromUnixTimeMilliseconds(tickMs) - _time.GetUtcNow()) > TimeSpan.Zero)
        {
            if (wait > _options.Interval)
            {
                return false;
            }

            await Task.Delay(wait, _time, cancellation);
        }

        return true;
    }

    private async Task RoundAsync(ISeriesWriter writer, long tickMs, CancellationToken cancellation)
    {
        long start = _time.GetTimestamp();
        HostMetricsHealth before = _health;
        try
        {
            Measure(tickMs);
            AppendResult result = await writer.AppendAsync(_batch, cancellation);
            _hostSeries.ForgetEnded();
            _processSeries.ForgetEnded();
            if (result.Refused > 0)
            {
                RefusedSample? example = result.Examples.Count > 0 ? result.Examples[0] : null;
                LogRefused(result.Refused, example?.Series ?? "", example?.Reason.ToString() ?? "", example?.Detail ?? "");
            }

            _health = before with
            {
                LastSuccess = DateTimeOffset.FromUnixTimeMilliseconds(tickMs),
                LastError = null,
                SamplesWritten = before.SamplesWritten + result.Accepted,
                SamplesRefused = before.SamplesRefused + result.Refused,
                Rounds = before.Rounds + 1,
                LastDuration = _time.GetElapsedTime(start),
            };
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            LogFailed(failure, before.FailedRounds + 1);
            _health = before with
            {
                LastError = failure.Message,
                Rounds = before.Rounds + 1,
                FailedRounds = before.FailedRounds + 1,
                LastDuration = _time.GetElapsedTime(start),
            };
        }
    }

    private void Measure(long tickMs)
    {
        _batch.Clear();
        _up[0].Clear();
        _up[0].Add(1);
        Add(_hostSeries, _host.Collect(), tickMs);
        Add(_processSeries, _process.Collect(), tickMs);
        foreach ((string collector, string reason) in _host.Failures)
        {
            if (_toldFailures.Add(collector))
            {
                LogCollectorFailed(collector, reason);
            }
        }
    }

    private void Add(TargetSeries target, IReadOnlyList<MetricFamily> families, long tickMs)
    {
        target.BeginRound();
        target.Add(_batch, families, tickMs);
        target.Add(_batch, _up, tickMs);
        target.AddEnded(_batch, tickMs);
    }

    private LabelSet Target(string job, string instance) => LabelSet.From(
        new Label("job", job), new Label("instance", instance), new Label("app", _options.App), new Label("machine", _options.Machine));

    [LoggerMessage(Level = LogLevel.Information, Message = "Measuring this host every {Interval}")]
    private partial void LogStarted(TimeSpan interval);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopped measuring this host")]
    private partial void LogStopped();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Host metrics skipped {Ticks} ticks: the round before took too long or the clock was set ahead")]
    private partial void LogSkipped(long ticks);

    [LoggerMessage(Level = LogLevel.Information, Message = "The host collector {Collector} has nothing to tell: {Reason}; this is said once")]
    private partial void LogCollectorFailed(string collector, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store refused {Samples} samples of host metrics, such as {Series}: {Reason} {Detail}")]
    private partial void LogRefused(int samples, string series, string reason, string detail);

    [LoggerMessage(Level = LogLevel.Error, Message = "A round of host metrics was not stored; {FailedRounds} failed so far")]
    private partial void LogFailed(Exception failure, long failedRounds);
}
