namespace Plimsoll.Server.Background;

/// <summary>
/// Hosts the loops. One that fails is logged and started again after a pause that doubles up to a minute, so that a full
/// disk or a bug in one room stops neither the others nor the server.
/// </summary>
internal sealed partial class LoopRunner(IReadOnlyList<Loop> loops, TimeProvider time, ILogger<LoopRunner> log) : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    public IReadOnlyList<Loop> Loops { get; } = loops;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Loops.Select(loop => Task.Run(() => KeepRunningAsync(loop, stoppingToken), CancellationToken.None)));

    private async Task KeepRunningAsync(Loop loop, CancellationToken cancellation)
    {
        TimeSpan pause = TimeSpan.FromSeconds(1);
        while (!cancellation.IsCancellationRequested)
        {
            long startedAt = time.GetTimestamp();
            try
            {
                loop.Started();
                await loop.RunAsync(cancellation);
                loop.Stopped();
                return;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                loop.Stopped();
                return;
            }
#pragma warning disable CA1031 // Whatever a room throws, the others must go on; it is logged and shown at /readyz.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                loop.Failed(failure);
                LoopFailed(log, failure, loop.Name, pause.TotalSeconds);
            }

            // A loop that ran well for a while starts its pauses anew.
            if (time.GetElapsedTime(startedAt) > LongestPause)
            {
                pause = TimeSpan.FromSeconds(1);
            }

            await Task.Delay(pause, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
        }
    }

    [LoggerMessage(LogLevel.Error, "The loop '{Loop}' failed; it starts again in {Seconds} s")]
    private static partial void LoopFailed(ILogger log, Exception exception, string loop, double seconds);
}
