using System.Globalization;
using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>Processor time by mode, from <c>/proc/stat</c>.</summary>
internal sealed class Cpu(MetricSink sink, HostPaths paths, KernelFiles files) : HostPart("cpu")
{
    private const double TicksPerSecond = 100;

    // The kernel's idle and wait counters waver by a few ticks; a fall beyond this is a processor that was taken out and came back.
    private const double ResetSeconds = 3;
    private const int Idle = 3;
    private const int Guest = 8;
    private static readonly string[] Modes = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"];

    private readonly KernelPath _stat = paths.Proc("stat");
    private readonly MetricFamily _seconds = sink.Counter("node_cpu_seconds_total", "Processor time spent in each mode, in seconds.");
    private readonly MetricFamily _guestSeconds = sink.Counter("node_cpu_guest_seconds_total", "Processor time spent for guests, in seconds; part of the modes user and nice.");
    private readonly Utf8Table<Processor> _processors = new(static number => new Processor(number));

    public override string? Collect()
    {
        if (!files.TryRead(_stat, out ReadOnlySpan<byte> text))
        {
            return "/proc/stat can't be read";
        }

        int seen = 0;
        Span<double> seconds = stackalloc double[10];
        Lines lines = new(text);
        while (lines.Next(out ReadOnlySpan<byte> line))
        {
            Words words = new(line);
            if (!words.Next(out ReadOnlySpan<byte> name) || !name.StartsWith("cpu"u8) || name.Length == 3
                || !int.TryParse(name[3..], NumberStyles.None, null, out _))
            {
                continue;
            }

            int count = 0;
            while (count < seconds.Length && words.NextNumber(out double ticks))
            {
                seconds[count++] = ticks / TicksPerSecond;
            }

            if (count > Idle)
            {
                Report(_processors[name[3..]], seconds[..count]);
                seen++;
            }
        }

        return seen > 0 ? null : "/proc/stat names no processor";
    }

    private void Report(Processor processor, ReadOnlySpan<double> now)
    {
        Span<double> last = processor.Seconds;
        bool reset = now[Idle] < last[Idle] - ResetSeconds;
        for (int i = 0; i < now.Length; i++)
        {
            last[i] = reset ? now[i] : Math.Max(now[i], last[i]);
            if (i < Guest)
            {
                _seconds.Add(processor.Modes[i], last[i]);
            }
            else
            {
                _guestSeconds.Add(i == Guest ? processor.Modes[0] : processor.Modes[1], last[i]);
            }
        }
    }

    private sealed class Processor(string number)
    {
        public double[] Seconds { get; } = new double[10];

        public LabelSet[] Modes { get; } = [.. Cpu.Modes.Select(mode => Labels(("cpu", number), ("mode", mode)))];
    }
}
