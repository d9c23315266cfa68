namespace Plimsoll.Collect;

/// <summary>Sockets by protocol, from <c>/proc/net/sockstat</c> and <c>sockstat6</c>.</summary>
internal sealed class Sockets : HostPart
{
    private readonly KernelPath _v4;
    private readonly KernelPath _v6;
    private readonly KernelFiles _files;
    private readonly DiscoveredFamilies _families;

    public Sockets(MetricSink sink, HostPaths paths, KernelFiles files)
        : base("sockstat")
    {
        _v4 = paths.Proc("net/sockstat");
        _v6 = paths.Proc("net/sockstat6");
        _files = files;
        _families = new DiscoveredFamilies(sink, MetricType.Gauge, static field => "node_sockstat_" + field, static field => $"The field {field} of /proc/net/sockstat.");
    }

    public override string? Collect()
    {
        bool v4 = ReadOne(_v4);
        bool v6 = ReadOne(_v6);
        return v4 || v6 ? null : "/proc/net/sockstat can't be read";
    }

    private bool ReadOne(KernelPath path)
    {
        if (!_files.TryRead(path, out ReadOnlySpan<byte> text))
        {
            return false;
        }

        Span<byte> name = stackalloc byte[64];
        Lines lines = new(text);
        while (lines.Next(out ReadOnlySpan<byte> line))
        {
            // "TCP: inuse 4 orphan 0 …": each field becomes TCP_inuse.
            int colon = line.IndexOf((byte)':');
            if (colon is <= 0 or > 30)
            {
                continue;
            }

            line[..colon].CopyTo(name);
            name[colon] = (byte)'_';
            Words words = new(line[(colon + 1)..]);
            while (words.Next(out ReadOnlySpan<byte> field) && words.NextNumber(out double value) && field.Length < 24)
            {
                field.CopyTo(name[(colon + 1)..]);
                int end = colon + 1 + field.Length;
                _families.Add(name[..end], "", value);
                if (field.SequenceEqual("mem"u8))
                {
                    _families.Add(name[..end], "_bytes", value * Environment.SystemPageSize);
                }
            }
        }

        return true;
    }
}
