using System.Globalization;
using System.Text;

namespace Plimsoll.Collect;

/// <summary>A network device and the speed of its link.</summary>
/// <param name="SpeedBytesPerSecond">Null where the device doesn't tell, as virtual ones mostly don't.</param>
public sealed record HostNetworkDevice(string Name, long? SpeedBytesPerSecond);

/// <summary>What the host is, as against how it fares.</summary>
/// <param name="OperatingSystem">As people call it: "Debian GNU/Linux 12 (bookworm)".</param>
/// <param name="VirtualCpus">Processors online.</param>
/// <param name="MemoryBytes">What the kernel can use; zero when unknown.</param>
/// <param name="BootTime">Null when unknown.</param>
/// <param name="NetworkDevices">By name, without the loopback.</param>
public sealed record HostFacts(
    string HostName,
    string OperatingSystem,
    string Kernel,
    int VirtualCpus,
    long MemoryBytes,
    DateTimeOffset? BootTime,
    IReadOnlyList<HostNetworkDevice> NetworkDevices)
{
    private const long BytesPerMegabit = 1_000_000 / 8;

    public static HostFacts Read() => Read(new HostPaths());

    /// <summary>Reads the facts; what the host doesn't tell is empty, zero or null.</summary>
    public static HostFacts Read(HostPaths paths)
    {
        KernelFiles files = new();
        string name = Line(files, paths.Proc("sys/kernel/hostname"));
        (int processors, DateTimeOffset? boot) = ReadStat(files, paths);
        return new HostFacts(
            name.Length > 0 ? name : Environment.MachineName,
            new OsRelease(paths, files).Read()?.GetValueOrDefault("PRETTY_NAME") ?? "Linux",
            Line(files, paths.Proc("sys/kernel/osrelease")),
            processors > 0 ? processors : Environment.ProcessorCount,
            ReadMemory(files, paths),
            boot,
            ReadDevices(files, paths));
    }

    private static string Line(KernelFiles files, KernelPath path) =>
        files.TryReadLine(path, out ReadOnlySpan<byte> line) ? Encoding.UTF8.GetString(line) : "";

    private static (int Processors, DateTimeOffset? Boot) ReadStat(KernelFiles files, HostPaths paths)
    {
        int processors = 0;
        DateTimeOffset? boot = null;
        _ = files.TryRead(paths.Proc("stat"), out ReadOnlySpan<byte> text);
        Lines lines = new(text);
        while (lines.Next(out ReadOnlySpan<byte> line))
        {
            Words words = new(line);
            if (!words.Next(out ReadOnlySpan<byte> word))
            {
                continue;
            }

            if (word.StartsWith("cpu"u8) && int.TryParse(word[3..], NumberStyles.None, null, out _))
            {
                processors++;
            }
            else if (word.SequenceEqual("btime"u8) && words.NextNumber(out double seconds) && seconds is > 0 and < 1e11)
            {
                boot = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
            }
        }

        return (processors, boot);
    }

    private static long ReadMemory(KernelFiles files, HostPaths paths)
    {
        _ = files.TryRead(paths.Proc("meminfo"), out ReadOnlySpan<byte> text);
        Lines lines = new(text);
        while (lines.Next(out ReadOnlySpan<byte> line))
        {
            Words words = new(line);
            if (words.Next(out ReadOnlySpan<byte> word) && word.SequenceEqual("MemTotal:"u8) && words.NextNumber(out double kibibytes)
                && kibibytes < long.MaxValue / 1024.0)
            {
                return (long)kibibytes * 1024;
            }
        }

        return 0;
    }

    private static List<HostNetworkDevice> ReadDevices(KernelFiles files, HostPaths paths)
    {
        List<HostNetworkDevice> devices = [];
        string folder = Path.Combine(paths.SysRoot, "class/net");
        if (!Directory.Exists(folder))
        {
            return devices;
        }

        foreach (string path in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path);
            if (name == "lo" || !files.TryReadLine(paths.Sys($"class/net/{name}/operstate"), out _))
            {
                continue;
            }

            bool known = files.TryReadLine(paths.Sys($"class/net/{name}/speed"), out ReadOnlySpan<byte> line)
                & (KernelNumber.TryParse(line, out double megabits) && megabits is > 0 and < 1e12);
            devices.Add(new HostNetworkDevice(name, known ? (long)megabits * BytesPerMegabit : null));
        }

        return devices;
    }
}
