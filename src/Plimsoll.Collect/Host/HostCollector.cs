using Plimsoll.Series;
using RegexTimeout = System.Text.RegularExpressions.RegexMatchTimeoutException;

namespace Plimsoll.Collect;

/// <summary>Measures the host: families named, typed and labelled as node_exporter names them.</summary>
/// <remarks>
/// The families returned are this collector's own and are refilled by the next round: read them before.
/// Not safe for use by several threads at once; make one for each reader.
/// </remarks>
public sealed class HostCollector
{
    private readonly MetricSink _sink = new();
    private readonly TimeProvider _time;
    private readonly HostPart[] _parts;
    private readonly LabelSet[] _partLabels;
    private readonly string?[] _failures;
    private readonly MetricFamily _success;
    private readonly MetricFamily _duration;

    public HostCollector(HostPaths paths, TimeProvider time)
        : this(time, (sink, files) =>
        [
            new Cpu(sink, paths, files),
            new KernelCounters(sink, paths, files),
            new LoadAverage(sink, paths, files),
            new Memory(sink, paths, files),
            new VirtualMemory(sink, paths, files),
            new Pressure(sink, paths, files),
            new Disks(sink, paths, files),
            new FileSystems(sink, paths, files),
            new NetworkTraffic(sink, paths, files),
            new NetworkDevices(sink, paths, files),
            new NetworkStack(sink, paths, files),
            new Sockets(sink, paths, files),
            new OpenFiles(sink, paths, files),
            new Entropy(sink, paths, files),
            new KernelNames(sink, paths, files),
            new Distribution(sink, paths, files),
            new Clock(sink, time),
        ])
    {
    }

    internal HostCollector(TimeProvider time, Func<MetricSink, KernelFiles, HostPart[]> parts)
    {
        _time = time;
        _parts = parts(_sink, new KernelFiles());
        _partLabels = [.. _parts.Select(part => LabelSet.From(new Label("collector", part.Name)))];
        _failures = new string?[_parts.Length];
        _success = _sink.Gauge("node_scrape_collector_success", "1 when the collector could read what it reads.");
        _duration = _sink.Gauge("node_scrape_collector_duration_seconds", "How long the collector took.");
    }

    /// <summary>The collectors that failed in the last round, and why.</summary>
    public IEnumerable<(string Collector, string Reason)> Failures
    {
        get
        {
            for (int i = 0; i < _parts.Length; i++)
            {
                if (_failures[i] is { } reason)
                {
                    yield return (_parts[i].Name, reason);
                }
            }
        }
    }

    /// <summary>Measures once. A part of the host that can't be read is told by its <c>node_scrape_collector_success</c> and stops no other.</summary>
    /// <returns>All families, those without a sample too; valid until the next round.</returns>
    public IReadOnlyList<MetricFamily> Collect()
    {
        _sink.Clear();
        for (int i = 0; i < _parts.Length; i++)
        {
            long start = _time.GetTimestamp();
            _failures[i] = CollectPart(_parts[i]);
            _duration.Add(_partLabels[i], _time.GetElapsedTime(start).TotalSeconds);
            _success.Add(_partLabels[i], _failures[i] is null ? 1 : 0);
        }

        return _sink.Families;
    }

    private static string? CollectPart(HostPart part)
    {
        try
        {
            return part.Collect();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or RegexTimeout)
        {
            return failure.Message;
        }
    }
}
