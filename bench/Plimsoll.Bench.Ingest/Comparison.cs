using Plimsoll.Bench.Ingest.Payloads;
using Plimsoll.Bench.Ingest.Servers;

namespace Plimsoll.Bench.Ingest;

/// <summary>What one server made of one payload file.</summary>
internal sealed record Figures(
    string Server,
    long Samples,
    double SamplesPerSecond,
    double CpuSeconds,
    long PeakMebibytes,
    double DiskBytesPerSample,
    long Lost,
    double ReadySeconds)
{
    public double SamplesPerCpuSecond => Samples / CpuSeconds;
}

/// <summary>Runs a payload file through a server twice: to the end and at rest, then killed with the last answer.</summary>
internal sealed class Comparison(string payload, int connections, long endMs, long spanSeconds, string work)
{
    /// <summary>CPU time counts as complete when the disk is this near to its final size.</summary>
    private const double NearFinal = 0.05;

    public async Task<Figures> RunAsync(ServerKind kind, CancellationToken cancellation)
    {
        (Figures figures, long expected) = await ToRestAsync(kind, cancellation);
        (long held, double ready) = await KilledAsync(kind, cancellation);
        return figures with { Lost = expected - held, ReadySeconds = ready };
    }

    private async Task<(Figures Figures, long Samples)> ToRestAsync(ServerKind kind, CancellationToken cancellation)
    {
        string folder = Path.Combine(work, kind.Name + "-rest");
        using RunningServer server = await RunningServer.StartAsync(kind, folder, cancellation);
        await IdleWatch.WaitAsync(server, cancellation);
        double before = server.CpuSeconds;
        ReplayResult replay = await ReplayAsync(kind, cancellation);
        bool rested = await IdleWatch.WaitAsync(server, cancellation);
        double cpu = server.CpuSeconds - before;
        long disk = ProcessUsage.FolderBytes(folder);
        await server.CompactAsync(cancellation);
        rested &= await IdleWatch.WaitAsync(server, cancellation);
        long final = ProcessUsage.FolderBytes(folder);
        if (disk > final * (1 + NearFinal))
        {
            cpu = server.CpuSeconds - before;
        }

        if (!rested)
        {
            Console.WriteLine($"  {kind.Name} was still at work after five minutes; its CPU time is counted up to then");
        }

        Figures figures = new(
            kind.Name, replay.Samples, replay.Samples / replay.Wall.TotalSeconds, cpu, ProcessUsage.PeakMebibytes(server.Pid), (double)final / replay.Samples, 0, 0);
        await server.StopAsync(cancellation);
        Directory.Delete(folder, recursive: true);
        return (figures, replay.Samples);
    }

    private async Task<(long Held, double ReadySeconds)> KilledAsync(ServerKind kind, CancellationToken cancellation)
    {
        string folder = Path.Combine(work, kind.Name + "-kill");
        using (RunningServer first = await RunningServer.StartAsync(kind, folder, cancellation))
        {
            await ReplayAsync(kind, cancellation);
            await first.KillAsync(cancellation);
        }

        using RunningServer again = await RunningServer.StartAsync(kind, folder, cancellation);
        long held = 0;
        foreach (string metric in FleetLabels.Metrics)
        {
            held += await again.CountAsync(metric, endMs, spanSeconds, cancellation);
        }

        double ready = again.TimeToReady.TotalSeconds;
        await again.KillAsync(cancellation);
        Directory.Delete(folder, recursive: true);
        return (held, ready);
    }

    private async Task<ReplayResult> ReplayAsync(ServerKind kind, CancellationToken cancellation)
    {
        ReplayResult replay = await new Replay(payload, kind.Write, connections).RunAsync(cancellation);
        if (replay.RefusedRequests > 0)
        {
            Console.WriteLine($"  {kind.Name} refused {replay.RefusedRequests} requests: {replay.FirstRefusal}");
        }

        return replay;
    }
}
