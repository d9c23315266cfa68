namespace Plimsoll.Series.Tests.Simulation;

/// <summary>
/// A clock that stands until it is moved. What repeats never rings: a seed decides when that is done. Who waits once has waited at once.
/// </summary>
internal sealed class SimulatedClock : TimeProvider
{
    public long NowMs { get; set; } = Samples.Start;

    public override long GetTimestamp() => NowMs;

    public override long TimestampFrequency => 1000;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period == Timeout.InfiniteTimeSpan && dueTime != Timeout.InfiniteTimeSpan)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => callback(state), null);
        }

        return new Silent();
    }

    private sealed class Silent : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
