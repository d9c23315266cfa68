using System.Text.RegularExpressions;
using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>Requests, bytes and times of whole disks, from <c>/proc/diskstats</c>.</summary>
internal sealed partial class Disks(MetricSink sink, HostPaths paths, KernelFiles files) : HostPart("diskstats")
{
    // The kernel counts in sectors of 512 bytes whatever the device's own sector is, and in milliseconds.
    private const double SectorBytes = 512;
    private const double MillisecondsPerSecond = 1000;

    private readonly KernelPath _diskstats = paths.Proc("diskstats");
    private readonly Utf8Table<Device> _devices = new(static name => new Device(name));
    private readonly MetricFamily _info = sink.Gauge("node_disk_info", "What the kernel calls the disk; always 1.");

    // In the order of the columns after the device's name.
    private readonly (MetricFamily Family, double Times, double Per)[] _columns =
    [
        (sink.Counter("node_disk_reads_completed_total", "Reads completed."), 1, 1),
        (sink.Counter("node_disk_reads_merged_total", "Reads merged into a neighbour before they were issued."), 1, 1),
        (sink.Counter("node_disk_read_bytes_total", "Bytes read."), SectorBytes, 1),
        (sink.Counter("node_disk_read_time_seconds_total", "Time that reads took, added up over all of them."), 1, MillisecondsPerSecond),
        (sink.Counter("node_disk_writes_completed_total", "Writes completed."), 1, 1),
        (sink.Counter("node_disk_writes_merged_total", "Writes merged into a neighbour before they were issued."), 1, 1),
        (sink.Counter("node_disk_written_bytes_total", "Bytes written."), SectorBytes, 1),
        (sink.Counter("node_disk_write_time_seconds_total", "Time that writes took, added up over all of them."), 1, MillisecondsPerSecond),
        (sink.Gauge("node_disk_io_now", "Requests in flight."), 1, 1),
        (sink.Counter("node_disk_io_time_seconds_total", "Time with at least one request in flight."), 1, MillisecondsPerSecond),
        (sink.Counter("node_disk_io_time_weighted_seconds_total", "Time in flight, weighted by the number of requests."), 1, MillisecondsPerSecond),
        (sink.Counter("node_disk_discards_completed_total", "Discards completed."), 1, 1),
        (sink.Counter("node_disk_discards_merged_total", "Discards merged into a neighbour before they were issued."), 1, 1),
        (sink.Counter("node_disk_discarded_sectors_total", "Sectors discarded."), 1, 1),
        (sink.Counter("node_disk_discard_time_seconds_total", "Time that discards took, added up over all of them."), 1, MillisecondsPerSecond),
        (sink.Counter("node_disk_flush_requests_total", "Flushes completed."), 1, 1),
        (sink.Counter("node_disk_flush_requests_time_seconds_total", "Time that flushes took, added up over all of them."), 1, MillisecondsPerSecond),
    ];

    public override string? Collect()
    {
        if (!files.TryRead(_diskstats, out ReadOnlySpan<byte> text))
        {
            return "/proc/diskstats can't be read";
        }

        Lines lines = new(text);
        while (lines.Next(out ReadOnlySpan<byte> line))
        {
            Words words = new(line);
            if (words.NextNumber(out double major) && words.NextNumber(out double minor) && words.Next(out ReadOnlySpan<byte> name))
            {
                Device device = _devices[name];
                if (!device.Excluded)
                {
                    Report(device, (long)major, (long)minor, words);
                }
            }
        }

        return null;
    }

    private void Report(Device device, long major, long minor, Words words)
    {
        if (device.Info is null || device.Major != major || device.Minor != minor)
        {
            device.Major = major;
            device.Minor = minor;
            device.Info = Labels(("device", device.Labels["device"]), ("major", $"{major}"), ("minor", $"{minor}"));
        }

        _info.Add(device.Info, 1);

        // Kernels before 4.18 end before the discards, those before 5.5 before the flushes.
        foreach ((MetricFamily family, double times, double per) in _columns)
        {
            if (!words.NextNumber(out double value))
            {
                return;
            }

            family.Add(device.Labels, value * times / per);
        }
    }

    [GeneratedRegex(@"^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PartsOfDisks();

    private sealed class Device(string name)
    {
        public bool Excluded { get; } = PartsOfDisks().IsMatch(name);

        public LabelSet Labels { get; } = HostPart.Labels(("device", name));

        public LabelSet? Info { get; set; }

        public long Major { get; set; }

        public long Minor { get; set; }
    }
}
