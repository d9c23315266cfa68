namespace Plimsoll.Collect;

/// <summary>The load averages, from <c>/proc/loadavg</c>.</summary>
internal sealed class LoadAverage(MetricSink sink, HostPaths paths, KernelFiles files) : HostPart("loadavg")
{
    private readonly KernelPath _loadavg = paths.Proc("loadavg");
    private readonly MetricFamily[] _loads =
    [
        sink.Gauge("node_load1", "Load average over one minute."),
        sink.Gauge("node_load5", "Load average over five minutes."),
        sink.Gauge("node_load15", "Load average over fifteen minutes."),
    ];

    public override string? Collect()
    {
        if (!files.TryReadLine(_loadavg, out ReadOnlySpan<byte> line))
        {
            return "/proc/loadavg can't be read";
        }

        Words words = new(line);
        foreach (MetricFamily load in _loads)
        {
            if (!words.NextNumber(out double value))
            {
                return "/proc/loadavg holds no three numbers";
            }

            load.Add(value);
        }

        return null;
    }
}
