namespace Plimsoll.Series;

/// <summary>Running counts of a store: each written by one thread at a time, read by any as a number that may be a moment old.</summary>
internal sealed class StoreCounters
{
    private long _appended;
    private long _refused;
    private long _failed;
    private long _logSyncs;
    private long _quarantined;
    private string? _lastError;

    public long Appended
    {
        get => Volatile.Read(ref _appended);
        set => Volatile.Write(ref _appended, value);
    }

    public long Refused
    {
        get => Volatile.Read(ref _refused);
        set => Volatile.Write(ref _refused, value);
    }

    public long Failed
    {
        get => Volatile.Read(ref _failed);
        set => Volatile.Write(ref _failed, value);
    }

    public long LogSyncs
    {
        get => Volatile.Read(ref _logSyncs);
        set => Volatile.Write(ref _logSyncs, value);
    }

    public long Quarantined => Volatile.Read(ref _quarantined);

    public string? LastError => Volatile.Read(ref _lastError);

    public TimeSpan ReplayDuration { get; set; }

    public long ReplayedSamples { get; set; }

    public void AddAppended(long accepted, long refused)
    {
        Interlocked.Add(ref _appended, accepted);
        if (refused > 0)
        {
            Interlocked.Add(ref _refused, refused);
        }
    }

    public void AddQuarantined() => Interlocked.Increment(ref _quarantined);

    public void Report(string error) => Volatile.Write(ref _lastError, error);
}
