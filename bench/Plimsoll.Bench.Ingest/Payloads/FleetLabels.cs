using System.Text;

namespace Plimsoll.Bench.Ingest.Payloads;

/// <summary>The label sets of a made-up fleet: 13 series a host, nine labels each, encoded once as remote write carries them.</summary>
internal static class FleetLabels
{
    public const int SeriesPerHost = 13;

    private static readonly string[] Regions = ["iad", "lhr", "nrt", "syd", "gru", "jnb"];
    private static readonly string[] Continents = ["na", "eu", "as", "oc", "sa", "af"];

    /// <summary>The names of the metrics, in the order of a host's series.</summary>
    public static IReadOnlyList<string> Metrics { get; } =
    [
        "cpu_usage_user", "cpu_usage_system", "cpu_usage_idle", "cpu_usage_nice", "cpu_usage_iowait",
        "cpu_usage_irq", "cpu_usage_softirq", "cpu_usage_steal", "cpu_usage_guest", "cpu_usage_guest_nice",
        "http_requests_total", "node_memory_used_bytes", "node_load1",
    ];

    public static byte[] Encode(int host, int metric)
    {
        int region = host % Regions.Length;
        MemoryStream to = new();
        Put(to, "__name__", Metrics[metric]);
        Put(to, "app", $"app_{host % 50}");
        Put(to, "arch", "x86");
        Put(to, "continent", Continents[region]);
        Put(to, "hostname", $"host_{host}");
        Put(to, "os", "Debian12");
        Put(to, "rack", $"{host % 100}");
        Put(to, "region", Regions[region]);
        Put(to, "service_environment", "production");
        return to.ToArray();
    }

    // Every text is shorter than 128 bytes, so each length is one byte.
    private static void Put(MemoryStream to, string name, string value)
    {
        to.WriteByte(0x0A);
        to.WriteByte((byte)(name.Length + value.Length + 4));
        to.WriteByte(0x0A);
        to.WriteByte((byte)name.Length);
        to.Write(Encoding.ASCII.GetBytes(name));
        to.WriteByte(0x12);
        to.WriteByte((byte)value.Length);
        to.Write(Encoding.ASCII.GetBytes(value));
    }
}
