namespace Plimsoll.Bench.Ingest.Servers;

/// <summary>Waits until a server has nothing left to do: ten seconds with less than 3% of a core.</summary>
internal static class IdleWatch
{
    private const int IdleSeconds = 10;
    private const double IdleCpuSeconds = 0.3;
    private const int MaxSeconds = 300;

    /// <returns>False when it was still busy after five minutes.</returns>
    public static async Task<bool> WaitAsync(RunningServer server, CancellationToken cancellation)
    {
        Queue<double> last = new();
        for (int second = 0; second < MaxSeconds; second++)
        {
            double cpu = server.CpuSeconds;
            last.Enqueue(cpu);
            if (last.Count > IdleSeconds && cpu - last.Dequeue() < IdleCpuSeconds)
            {
                return true;
            }

            await Task.Delay(1000, cancellation);
        }

        return false;
    }
}
