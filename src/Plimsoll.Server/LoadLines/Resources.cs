namespace Plimsoll.Server.LoadLines;

/// <summary>One resource of a machine: how its demand and capacity are asked of the series, and its line.</summary>
/// <param name="Demand">The expression of demand now, in <paramref name="Unit"/>.</param>
/// <param name="Hourly">The same, averaged over an hour: what a trend is fitted to.</param>
/// <param name="Capacity">The expression of capacity in the same unit.</param>
/// <param name="Line">The share of capacity that it may be loaded to.</param>
internal sealed record Resource(string Id, string Kind, string? Instance, string Unit, string Demand, string Hourly, string Capacity, double Line);

/// <summary>The resources that a host has, from the names of its devices and mount points.</summary>
internal static class Resources
{
    /// <summary>File systems that hold data of their own; the rest are views of memory or of others.</summary>
    private const string RealFileSystems = "fstype=~\"ext[234]|xfs|btrfs|zfs|f2fs|vfat|exfat|ntfs|bcachefs\"";

    public static string FileSystemsOf(string machine) => $"node_filesystem_size_bytes{{job=\"node\",machine=\"{machine}\",{RealFileSystems}}}";

    public static string DevicesOf(string machine) => $"node_network_up{{job=\"node\",machine=\"{machine}\",device!=\"lo\"}} == 1";

    public static Resource Cpu(string machine, double line)
    {
        string busy = $"node_cpu_seconds_total{{job=\"node\",machine=\"{machine}\",mode!~\"idle|iowait|steal\"}}";
        return new Resource(
            "cpu", "cpu", null, "cores",
            Demand: $"sum(rate({busy}[1m]))",
            Hourly: $"sum(rate({busy}[1h]))",
            Capacity: $"count(node_cpu_seconds_total{{job=\"node\",machine=\"{machine}\",mode=\"idle\"}})",
            line);
    }

    public static Resource Memory(string machine, double line)
    {
        string of = $"{{job=\"node\",machine=\"{machine}\"}}";
        return new Resource(
            "memory", "memory", null, "bytes",
            Demand: $"node_memory_MemTotal_bytes{of} - node_memory_MemAvailable_bytes{of}",
            Hourly: $"avg_over_time(node_memory_MemTotal_bytes{of}[1h]) - avg_over_time(node_memory_MemAvailable_bytes{of}[1h])",
            Capacity: $"node_memory_MemTotal_bytes{of}",
            line);
    }

    public static Resource Disk(string machine, string mountPoint, double line)
    {
        // What is free for root alone counts as capacity that nobody may plan with: as df does it.
        string of = $"{{job=\"node\",machine=\"{machine}\",mountpoint={Quote(mountPoint)}}}";
        return new Resource(
            "disk:" + mountPoint, "disk", mountPoint, "bytes",
            Demand: $"max(node_filesystem_size_bytes{of} - node_filesystem_free_bytes{of})",
            Hourly: $"max(avg_over_time(node_filesystem_size_bytes{of}[1h]) - avg_over_time(node_filesystem_free_bytes{of}[1h]))",
            Capacity: $"max(node_filesystem_size_bytes{of} - node_filesystem_free_bytes{of} + node_filesystem_avail_bytes{of})",
            line);
    }

    public static Resource Network(string machine, string device, double line)
    {
        string of = $"{{job=\"node\",machine=\"{machine}\",device={Quote(device)}}}";
        return new Resource(
            "network:" + device, "network", device, "bits_per_second",
            Demand: BusierDirection(of, "1m"),
            Hourly: BusierDirection(of, "1h"),
            Capacity: $"max(node_network_speed_bytes{of} > 0) * 8",
            line);
    }

    /// <summary>Links are full duplex: the busier direction is what fills them.</summary>
    private static string BusierDirection(string of, string range)
    {
        string received = $"sum(rate(node_network_receive_bytes_total{of}[{range}]))";
        string sent = $"sum(rate(node_network_transmit_bytes_total{of}[{range}]))";
        return $"(({received} > {sent}) or {sent}) * 8";
    }

    private static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
