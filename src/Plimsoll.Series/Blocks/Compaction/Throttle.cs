namespace Plimsoll.Series.Blocks;

/// <summary>Keeps background reading and writing below a number of bytes a second.</summary>
internal sealed class Throttle(TimeProvider time, long bytesPerSecond)
{
    private const long OwedMsToWait = 20;

    private long _paidUntil = time.GetTimestamp();

    /// <summary>Waits until so many bytes more are within the budget.</summary>
    public async ValueTask TakeAsync(long bytes, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (bytesPerSecond <= 0)
        {
            return;
        }

        long now = time.GetTimestamp();
        _paidUntil = Math.Max(_paidUntil, now) + (long)((double)bytes / bytesPerSecond * time.TimestampFrequency);
        TimeSpan owed = time.GetElapsedTime(now, _paidUntil);
        if (owed.TotalMilliseconds >= OwedMsToWait)
        {
            await Task.Delay(owed, time, cancellation);
        }
    }
}
