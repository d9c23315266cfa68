namespace Plimsoll.Series;

/// <summary>Wakes the store's background work before its time: rung by whoever sees that there is something to do.</summary>
internal sealed class MaintenanceBell : IDisposable
{
    private readonly SemaphoreSlim _rung = new(0, 1);
    private int _isRung;

    public void Ring()
    {
        if (Interlocked.Exchange(ref _isRung, 1) == 0)
        {
            _rung.Release();
        }
    }

    /// <summary>Waits for the bell, or for the time to pass.</summary>
    public async Task WaitAsync(TimeSpan most, TimeProvider time, CancellationToken cancellation)
    {
        using CancellationTokenSource timeout = new(most, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            await _rung.WaitAsync(either.Token);
            Volatile.Write(ref _isRung, 0);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return;
        }
    }

    public void Dispose() => _rung.Dispose();
}
