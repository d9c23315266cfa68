namespace Plimsoll.Bench.Encoding;

/// <summary>
/// The walk of the remote-write benchmark: per host four integer gauges, four counters of two decimals, a gauge of full precision,
/// a constant, an integer counter, a gauge in pages and a gauge of two decimals; one scrape of all series after the other from one seed.
/// </summary>
internal sealed class Workload
{
    public const long StepMs = 15_000;
    public const long FirstMs = 1_760_000_400_000;

    private const int SeriesAHost = 13;

    private static readonly string[] s_cpu = ["user", "system", "idle", "nice", "iowait", "irq", "softirq", "steal", "guest", "guest_nice"];
    private static readonly string[] s_continents = ["na", "eu", "as", "oc", "sa", "af"];

    public static readonly string[] Kinds =
        ["full gauge", "integer counter", "pages", "2-decimal gauge", "integer gauge x4", "2-decimal counter x4", "constant"];

    public Workload(int hosts, int steps)
    {
        Random random = new(42);
        int count = hosts * SeriesAHost;
        double[] value = new double[count];
        int[] kind = new int[count];
        for (int i = 0; i < count; i++)
        {
            int k = i % SeriesAHost;
            kind[i] = k < 4 ? 4 : k < 8 ? 5 : k == 8 ? 0 : k == 9 ? 6 : k - 9;
            value[i] = k switch
            {
                < 10 => kind[i] == 6 ? 0 : Math.Floor(random.NextDouble() * 100),
                10 => random.Next(100000),
                11 => 4e9 + (random.Next(1 << 20) * 4096.0),
                _ => 1,
            };
        }

        double[][] values = new double[count][];
        for (int i = 0; i < count; i++)
        {
            values[i] = new double[steps];
        }

        for (int step = 0; step < steps; step++)
        {
            for (int i = 0; i < count; i++)
            {
                values[i][step] = value[i] = Walk(kind[i], value[i], random);
            }
        }

        TimestampsMs = new long[steps];
        for (int i = 0; i < steps; i++)
        {
            TimestampsMs[i] = FirstMs + (i * StepMs);
        }

        // As a block keeps them: ascending by label bytes, which is by name, then by app, continent and host.
        int[] order = [.. Enumerable.Range(0, count).OrderBy(Labels, StringComparer.Ordinal)];
        Values = [.. order.Select(i => values[i])];
        KindOf = [.. order.Select(i => kind[i])];
    }

    public long[] TimestampsMs { get; }

    public double[][] Values { get; }

    public int[] KindOf { get; }

    public int Series => Values.Length;

    private static string Labels(int series)
    {
        int host = series / SeriesAHost;
        int k = series % SeriesAHost;
        string name = k switch
        {
            < 10 => "cpu_usage_" + s_cpu[k],
            10 => "http_requests_total",
            11 => "node_memory_used_bytes",
            _ => "node_load1",
        };
        return $"{name}\u0001app_{host % 50}\u0001{s_continents[host % 6]}\u0001host_{host}";
    }

    private static double Walk(int kind, double value, Random random) => kind switch
    {
        0 => Math.Clamp(value + (random.NextDouble() * 2) - 1, 0, 100),
        1 => value + random.Next(200),
        2 => random.Next(4) == 0 ? value + ((random.Next(201) - 100) * 4096.0) : value,
        4 => Math.Clamp(value + random.Next(-2, 3), 0, 100),
        5 => Math.Round(value + (random.Next(0, 1500) / 100.0), 2),
        6 => value,
        _ => Math.Round(Math.Clamp(value + ((random.NextDouble() - .5) * .2), 0, 64), 2),
    };
}
