namespace Plimsoll.Collect;

/// <summary>What the process takes of its host, from <c>/proc/self</c>.</summary>
internal sealed class ProcessUsage(MetricSink sink, HostPaths paths, KernelFiles files)
{
    private const double TicksPerSecond = 100;

    // Fields of /proc/self/stat, counted from the one after the name, which itself may hold blanks and brackets.
    private const int StartTimeField = 19;
    private const int VirtualBytesField = 20;
    private const int ResidentPagesField = 21;

    private readonly KernelPath _self = paths.Proc("self/stat");
    private readonly KernelPath _limits = paths.Proc("self/limits");
    private readonly KernelPath _host = paths.Proc("stat");
    private readonly string _descriptors = Path.Combine(paths.ProcRoot, "self/fd");
    private readonly MetricFamily _cpu = sink.Counter("process_cpu_seconds_total", "Processor time of the process, in seconds.");
    private readonly MetricFamily _resident = sink.Gauge("process_resident_memory_bytes", "Memory that the process holds in RAM, in bytes.");
    private readonly MetricFamily _virtual = sink.Gauge("process_virtual_memory_bytes", "Address space of the process, in bytes.");
    private readonly MetricFamily _openFiles = sink.Gauge("process_open_fds", "Files and sockets that the process has open.");
    private readonly MetricFamily _maxFiles = sink.Gauge("process_max_fds", "Files and sockets that the process may have open.");
    private readonly MetricFamily _start = sink.Gauge("process_start_time_seconds", "When the process started, in seconds since 1970.");
    private double _bootSeconds;

    public void Collect()
    {
        _cpu.Add(Environment.CpuUsage.TotalTime.TotalSeconds);
        CollectStat();
        CollectLimit();
        if (Directory.Exists(_descriptors))
        {
            int open = 0;
            foreach (string descriptor in Directory.EnumerateFileSystemEntries(_descriptors))
            {
                open += descriptor.Length > 0 ? 1 : 0;
            }

            _openFiles.Add(open);
        }
    }

    private void CollectStat()
    {
        if (_bootSeconds == 0)
        {
            _bootSeconds = ReadBootTime();
        }

        if (!files.TryReadLine(_self, out ReadOnlySpan<byte> line))
        {
            return;
        }

        Words words = new(line[(line.LastIndexOf((byte)')') + 1)..]);
        for (int field = 0; words.Next(out ReadOnlySpan<byte> word) && field <= ResidentPagesField; field++)
        {
            if (field < StartTimeField || !KernelNumber.TryParse(word, out double value))
            {
                continue;
            }

            switch (field)
            {
                case StartTimeField when _bootSeconds > 0:
                    _start.Add(_bootSeconds + (value / TicksPerSecond));
                    break;
                case VirtualBytesField:
                    _virtual.Add(value);
                    break;
                case ResidentPagesField:
                    _resident.Add(value * Environment.SystemPageSize);
                    break;
                default:
                    break;
            }
        }
    }

    private void CollectLimit()
    {
        if (!files.TryRead(_limits, out ReadOnlySpan<byte> text))
        {
            return;
        }

        Lines lines = new(text);
        while (lines.Next(out ReadOnlySpan<byte> line))
        {
            if (line.StartsWith("Max open files"u8))
            {
                Words words = new(line["Max open files".Length..]);
                if (words.Next(out ReadOnlySpan<byte> soft))
                {
                    _maxFiles.Add(KernelNumber.TryParse(soft, out double limit) ? limit : double.PositiveInfinity);
                }

                return;
            }
        }
    }

    private double ReadBootTime()
    {
        _ = files.TryRead(_host, out ReadOnlySpan<byte> text);
        Lines lines = new(text);
        while (lines.Next(out ReadOnlySpan<byte> line))
        {
            Words words = new(line);
            if (words.Next(out ReadOnlySpan<byte> word) && word.SequenceEqual("btime"u8) && words.NextNumber(out double seconds))
            {
                return seconds;
            }
        }

        return 0;
    }
}
