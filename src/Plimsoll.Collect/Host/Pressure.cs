namespace Plimsoll.Collect;

/// <summary>How long work was held up for want of a resource, from <c>/proc/pressure</c>.</summary>
internal sealed class Pressure(MetricSink sink, HostPaths paths, KernelFiles files) : HostPart("pressure")
{
    private const double MicrosecondsPerSecond = 1e6;

    private readonly Resource[] _resources =
    [
        new(paths.Proc("pressure/cpu"), sink.Counter("node_pressure_cpu_waiting_seconds_total", "Time in which some work waited for a processor."), null),
        new(
            paths.Proc("pressure/io"),
            sink.Counter("node_pressure_io_waiting_seconds_total", "Time in which some work waited for input or output."),
            sink.Counter("node_pressure_io_stalled_seconds_total", "Time in which all work waited for input or output.")),
        new(
            paths.Proc("pressure/memory"),
            sink.Counter("node_pressure_memory_waiting_seconds_total", "Time in which some work waited for memory."),
            sink.Counter("node_pressure_memory_stalled_seconds_total", "Time in which all work waited for memory.")),
        new(paths.Proc("pressure/irq"), null, sink.Counter("node_pressure_irq_stalled_seconds_total", "Time in which all work was held up by interrupts.")),
    ];

    public override string? Collect()
    {
        bool any = false;
        foreach (Resource resource in _resources)
        {
            // Each file may be missing: kernels before 4.20 have none, most have no irq; switched off, reading fails.
            if (!files.TryRead(resource.Path, out ReadOnlySpan<byte> text))
            {
                continue;
            }

            Lines lines = new(text);
            while (lines.Next(out ReadOnlySpan<byte> line))
            {
                Words words = new(line);
                if (!words.Next(out ReadOnlySpan<byte> kind))
                {
                    continue;
                }

                MetricFamily? family = kind.SequenceEqual("some"u8) ? resource.Some : kind.SequenceEqual("full"u8) ? resource.Full : null;
                while (family is { Samples.IsEmpty: true } && words.Next(out ReadOnlySpan<byte> field))
                {
                    if (field.StartsWith("total="u8) && KernelNumber.TryParse(field[6..], out double microseconds))
                    {
                        family.Add(microseconds / MicrosecondsPerSecond);
                        any = true;
                    }
                }
            }
        }

        return any ? null : "/proc/pressure is missing or switched off; kernels from 4.20 have it, some only with psi=1";
    }

    private sealed record Resource(KernelPath Path, MetricFamily? Some, MetricFamily? Full);
}
