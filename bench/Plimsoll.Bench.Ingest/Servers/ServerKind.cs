using System.Globalization;

namespace Plimsoll.Bench.Ingest.Servers;

/// <summary>A server to compare: how it is started and asked. The address is 127.0.0.1 and a port of its own.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Command">The program.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="Arguments">Of a data folder; the folder exists.</param>
/// <param name="ReadyPath">Answers 200 once the server takes and answers all.</param>
/// <param name="CompactPaths">What to ask, in order, for it to bring its data into their final form; none where it does so by itself.</param>
internal sealed record ServerKind(
    string Name, string Command, int Port, Func<string, string[]> Arguments, string ReadyPath, IReadOnlyList<string> CompactPaths)
{
    public Uri At(string path) => new($"http://127.0.0.1:{Port}{path}");

    public Uri Write => At("/api/v1/write");

    public static ServerKind Prometheus(int port) => new(
        "prometheus",
        "prometheus",
        port,
        folder =>
        {
            string config = Path.Combine(folder, "prometheus.yml");
            File.WriteAllText(config, "global: {}\n");
            return
            [
                $"--config.file={config}", $"--storage.tsdb.path={folder}", $"--web.listen-address=127.0.0.1:{port}",
                "--web.enable-remote-write-receiver", "--query.max-samples=500000000",
            ];
        },
        "/-/ready",
        []);

    public static ServerKind VictoriaMetrics(int port) => new(
        "victoria",
        "victoria-metrics",
        port,
        folder =>
        [
            $"-storageDataPath={folder}", $"-httpListenAddr=127.0.0.1:{port}", "-retentionPeriod=10y", "-search.disableCache",
            "-search.maxUniqueTimeseries=3000000",
        ],
        "/health",
        ["/internal/force_flush", "/internal/force_merge"]);

    /// <param name="durability">What an answer promises: <c>process</c> or <c>power</c>; null for a server that has no such flag.</param>
    public static ServerKind Plimsoll(string command, string? durability, int port) => new(
        durability is null ? "plimsoll" : $"plimsoll-{durability}",
        command,
        port,
        folder =>
        [
            "serve", "--data", folder, "--listen", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"),
            .. durability is null ? Array.Empty<string>() : ["--durability", durability],
        ],
        "/readyz",
        ["/api/v1/admin/tsdb/clean_tombstones"]);
}
