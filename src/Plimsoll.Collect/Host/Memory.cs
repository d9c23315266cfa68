namespace Plimsoll.Collect;

/// <summary>All of <c>/proc/meminfo</c>, whatever the kernel lists there.</summary>
internal sealed class Memory : HostPart
{
    private const double BytesPerKibibyte = 1024;
    private readonly KernelPath _meminfo;
    private readonly KernelFiles _files;
    private readonly DiscoveredFamilies _families;

    public Memory(MetricSink sink, HostPaths paths, KernelFiles files)
        : base("meminfo")
    {
        _meminfo = paths.Proc("meminfo");
        _files = files;
        _families = new DiscoveredFamilies(sink, MetricType.Gauge, FamilyName, static field => $"The field {field} of /proc/meminfo.");
    }

    public override string? Collect()
    {
        if (!_files.TryRead(_meminfo, out ReadOnlySpan<byte> text))
        {
            return "/proc/meminfo can't be read";
        }

        int seen = 0;
        Lines lines = new(text);
        while (lines.Next(out ReadOnlySpan<byte> line))
        {
            int colon = line.IndexOf((byte)':');
            if (colon <= 0)
            {
                continue;
            }

            Words words = new(line[(colon + 1)..]);
            if (!words.NextNumber(out double value))
            {
                continue;
            }

            // "Active(anon)" with a unit is node_memory_Active_anon_bytes; counts such as HugePages_Total have no unit.
            bool kibibytes = words.Next(out ReadOnlySpan<byte> unit) && unit.SequenceEqual("kB"u8);
            if (_families.Add(line[..colon], kibibytes ? "_bytes" : "", kibibytes ? value * BytesPerKibibyte : value))
            {
                seen++;
            }
        }

        return seen > 0 ? null : "/proc/meminfo holds no field";
    }

    private static string FamilyName(string field) =>
        "node_memory_" + field.Replace("(", "_", StringComparison.Ordinal).Replace(")", "", StringComparison.Ordinal);
}
