namespace Plimsoll.Bench.Ingest;

/// <summary>The figures, a line for each server, and how ours stand to the peers'.</summary>
internal static class ComparisonTable
{
    public static void Write(IReadOnlyList<Figures> all)
    {
        Console.WriteLine($"  {"server",-17} {"M samples/s",11} {"CPU-s",7} {"M/CPU-s",8} {"peak MiB",8} {"B/sample",8} {"lost",12} {"ready s",7}");
        foreach (Figures f in all)
        {
            Console.WriteLine(
                $"  {f.Server,-17} {f.SamplesPerSecond / 1e6,11:F3} {f.CpuSeconds,7:F2} {f.SamplesPerCpuSecond / 1e6,8:F3} {f.PeakMebibytes,8} {f.DiskBytesPerSample,8:F3} {f.Lost,12} {f.ReadySeconds,7:F2}");
        }

        foreach (Figures ours in all.Where(f => f.Server.StartsWith("plimsoll", StringComparison.Ordinal)))
        {
            foreach (Figures peer in all.Where(f => !f.Server.StartsWith("plimsoll", StringComparison.Ordinal)))
            {
                Console.WriteLine(
                    $"  {ours.Server} to {peer.Server}: samples/CPU-s x {ours.SamplesPerCpuSecond / peer.SamplesPerCpuSecond:F2}, peak memory x {(double)ours.PeakMebibytes / peer.PeakMebibytes:F2}, disk x {ours.DiskBytesPerSample / peer.DiskBytesPerSample:F2}, ready x {ours.ReadySeconds / peer.ReadySeconds:F2}");
            }
        }
    }
}
