namespace Plimsoll.Collect;

/// <summary>Open files of the whole host, from <c>/proc/sys/fs/file-nr</c>.</summary>
internal sealed class OpenFiles(MetricSink sink, HostPaths paths, KernelFiles files) : HostPart("filefd")
{
    private readonly KernelPath _fileNumbers = paths.Proc("sys/fs/file-nr");
    private readonly MetricFamily _allocated = sink.Gauge("node_filefd_allocated", "Files open on the host.");
    private readonly MetricFamily _maximum = sink.Gauge("node_filefd_maximum", "Files that may be open on the host.");

    public override string? Collect()
    {
        if (!files.TryReadLine(_fileNumbers, out ReadOnlySpan<byte> line))
        {
            return "/proc/sys/fs/file-nr can't be read";
        }

        Words words = new(line);
        if (!words.NextNumber(out double allocated) || !words.Next(out _) || !words.NextNumber(out double maximum))
        {
            return "/proc/sys/fs/file-nr holds no three numbers";
        }

        _allocated.Add(allocated);
        _maximum.Add(maximum);
        return null;
    }
}

/// <summary>The kernel's pool of randomness, from <c>/proc/sys/kernel/random</c>.</summary>
internal sealed class Entropy(MetricSink sink, HostPaths paths, KernelFiles files) : HostPart("entropy")
{
    private readonly KernelPath _available = paths.Proc("sys/kernel/random/entropy_avail");
    private readonly KernelPath _poolSize = paths.Proc("sys/kernel/random/poolsize");
    private readonly MetricFamily _availableBits = sink.Gauge("node_entropy_available_bits", "Randomness in the pool, in bits.");
    private readonly MetricFamily _poolSizeBits = sink.Gauge("node_entropy_pool_size_bits", "The size of the pool, in bits.");

    public override string? Collect()
    {
        bool available = Add(_available, _availableBits);
        bool poolSize = Add(_poolSize, _poolSizeBits);
        return available && poolSize ? null : "/proc/sys/kernel/random can't be read";
    }

    private bool Add(KernelPath path, MetricFamily family)
    {
        if (!files.TryReadLine(path, out ReadOnlySpan<byte> line) || !KernelNumber.TryParse(line, out double value))
        {
            return false;
        }

        family.Add(value);
        return true;
    }
}
