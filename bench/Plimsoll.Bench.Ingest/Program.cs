using Plimsoll.Bench.Ingest;
using Plimsoll.Bench.Ingest.Payloads;
using Plimsoll.Bench.Ingest.Servers;

const string usage = """
    gen FILE [--hosts 1000] [--steps 2880] [--interval 15] [--end MS]
        writes remote write requests of 13 series a host; END is the last instant, in ms since 1970 [now]
    ingest FILE URL PID [--connections 2]
        replays them against a server that runs, and says what they cost it
    snappy FILE
        decodes the blocks with our decoder and with Snappier
    compare FILE --app PLIMSOLL --steps N --end MS [--interval 15] [--connections 2]
            [--servers prometheus,victoria,process,power] [--work DIR]
        starts each server on an empty folder, replays, waits for rest; then again, killed with the last answer
    """;
try
{
    Options options = new(args.AsSpan(Math.Min(1, args.Length)));
    using CancellationTokenSource stop = new();
    Console.CancelKeyPress += (_, pressed) =>
    {
        pressed.Cancel = true;
        stop.Cancel();
    };
    switch (args.FirstOrDefault())
    {
        case "gen":
            Generate(options);
            return 0;
        case "ingest":
            await IngestAsync(options, stop.Token);
            return 0;
        case "snappy":
            SnappySpeed.Measure(options.Word(0, "FILE"));
            return 0;
        case "compare":
            await CompareAsync(options, stop.Token);
            return 0;
        default:
            Console.Error.WriteLine(usage);
            return 2;
    }
}
catch (ArgumentException wrong)
{
    Console.Error.WriteLine($"{wrong.Message}\n{usage}");
    return 2;
}

static void Generate(Options options)
{
    int interval = options.Number("--interval", 15);
    long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
    long endMs = options.LongNumber("--end", now / (interval * 1000) * (interval * 1000));
    string path = options.Word(0, "FILE");
    long samples = PayloadFile.Write(path, options.Number("--hosts", 1000), options.Number("--steps", 2880), interval, endMs);
    Console.WriteLine($"samples {samples} end {endMs} bytes {new FileInfo(path).Length}");
}

static async Task IngestAsync(Options options, CancellationToken cancellation)
{
    int pid = int.Parse(options.Word(2, "PID"));
    double before = ProcessUsage.CpuSeconds(pid);
    Replay replay = new(options.Word(0, "FILE"), new Uri(options.Word(1, "URL")), options.Number("--connections", 2));
    ReplayResult result = await replay.RunAsync(cancellation);
    double cpu = ProcessUsage.CpuSeconds(pid) - before;
    Console.WriteLine(
        $"samples {result.Samples} refused requests {result.RefusedRequests} {result.FirstRefusal} wall {result.Wall.TotalSeconds:F1} s = {result.Samples / result.Wall.TotalSeconds / 1e6:F3} M/s; server {cpu:F2} CPU-s = {result.Samples / cpu / 1e6:F3} M/CPU-s, peak {ProcessUsage.PeakMebibytes(pid)} MiB; this program {ProcessUsage.CpuSeconds(Environment.ProcessId):F2} CPU-s");
}

static async Task CompareAsync(Options options, CancellationToken cancellation)
{
    string app = options.Text("--app") ?? throw new ArgumentException("--app is missing.");
    long span = ((long)options.Number("--steps", 2880) * options.Number("--interval", 15)) + 60;
    string work = options.Text("--work") ?? Directory.CreateTempSubdirectory("plimsoll-bench-").FullName;
    Comparison comparison = new(options.Word(0, "FILE"), options.Number("--connections", 2), options.LongNumber("--end", 0), span, work);
    List<Figures> all = [];
    foreach (string server in (options.Text("--servers") ?? "prometheus,victoria,process,power").Split(','))
    {
        ServerKind kind = server switch
        {
            "prometheus" => ServerKind.Prometheus(19090),
            "victoria" => ServerKind.VictoriaMetrics(18428),
            "plimsoll" => ServerKind.Plimsoll(app, null, 17070),
            "process" or "power" => ServerKind.Plimsoll(app, server, 17070),
            _ => throw new ArgumentException($"'{server}' is no server; known are prometheus, victoria, process, power, plimsoll."),
        };
        all.Add(await comparison.RunAsync(kind, cancellation));
    }

    ComparisonTable.Write(all);
}
