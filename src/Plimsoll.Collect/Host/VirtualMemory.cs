namespace Plimsoll.Collect;

/// <summary>Paging, swapping and faults, from <c>/proc/vmstat</c>.</summary>
internal sealed class VirtualMemory : HostPart
{
    private readonly KernelPath _vmstat;
    private readonly KernelFiles _files;
    private readonly DiscoveredFamilies _families;

    public VirtualMemory(MetricSink sink, HostPaths paths, KernelFiles files)
        : base("vmstat")
    {
        _vmstat = paths.Proc("vmstat");
        _files = files;
        _families = new DiscoveredFamilies(sink, MetricType.Untyped, FamilyName, static field => $"The field {field} of /proc/vmstat.");
    }

    public override string? Collect()
    {
        if (!_files.TryRead(_vmstat, out ReadOnlySpan<byte> text))
        {
            return "/proc/vmstat can't be read";
        }

        Lines lines = new(text);
        while (lines.Next(out ReadOnlySpan<byte> line))
        {
            Words words = new(line);
            if (words.Next(out ReadOnlySpan<byte> name) && IsWanted(name) && words.NextNumber(out double value))
            {
                _families.Add(name, "", value);
            }
        }

        return null;
    }

    private static string? FamilyName(string field) => "node_vmstat_" + field;

    private static bool IsWanted(ReadOnlySpan<byte> name) =>
        name.StartsWith("oom_kill"u8) || name.StartsWith("pgpg"u8) || name.StartsWith("pswp"u8)
        || (name.StartsWith("pg"u8) && name[2..].IndexOf("fault"u8) >= 0);
}
