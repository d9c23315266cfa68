namespace Plimsoll.Collect;

/// <summary>Switches, interrupts, forks and the run queue, from <c>/proc/stat</c>.</summary>
internal sealed class KernelCounters(MetricSink sink, HostPaths paths, KernelFiles files) : HostPart("stat")
{
    private readonly KernelPath _stat = paths.Proc("stat");
    private readonly MetricFamily _interrupts = sink.Counter("node_intr_total", "Interrupts served since boot.");
    private readonly MetricFamily _switches = sink.Counter("node_context_switches_total", "Context switches since boot.");
    private readonly MetricFamily _forks = sink.Counter("node_forks_total", "Processes and threads created since boot.");
    private readonly MetricFamily _bootTime = sink.Gauge("node_boot_time_seconds", "When the host booted, in seconds since 1970.");
    private readonly MetricFamily _running = sink.Gauge("node_procs_running", "Threads that run or could run.");
    private readonly MetricFamily _blocked = sink.Gauge("node_procs_blocked", "Threads blocked until input or output completes.");

    public override string? Collect()
    {
        if (!files.TryRead(_stat, out ReadOnlySpan<byte> text))
        {
            return "/proc/stat can't be read";
        }

        int seen = 0;
        Lines lines = new(text);
        while (lines.Next(out ReadOnlySpan<byte> line))
        {
            Words words = new(line);
            if (words.Next(out ReadOnlySpan<byte> name) && Family(name) is { } family && words.NextNumber(out double value))
            {
                if (family.Samples.IsEmpty)
                {
                    family.Add(value);
                    seen++;
                }
            }
        }

        return seen > 0 ? null : "/proc/stat holds none of the kernel's counters";
    }

    private MetricFamily? Family(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("intr"u8) ? _interrupts
        : name.SequenceEqual("ctxt"u8) ? _switches
        : name.SequenceEqual("processes"u8) ? _forks
        : name.SequenceEqual("btime"u8) ? _bootTime
        : name.SequenceEqual("procs_running"u8) ? _running
        : name.SequenceEqual("procs_blocked"u8) ? _blocked
        : null;
}
