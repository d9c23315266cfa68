namespace Plimsoll.Series;

/// <summary>What a store holds and has done since it was opened; a snapshot, cheap enough for every scrape.</summary>
public sealed record SeriesStoreStatistics
{
    /// <summary>Tenants with series in the head.</summary>
    public required int Tenants { get; init; }

    /// <summary>Series in the head, over all tenants.</summary>
    public required long HeadSeries { get; init; }

    /// <summary>Samples in the head, not in a block yet.</summary>
    public required long HeadSamples { get; init; }

    /// <summary>Bytes of memory of the head: samples, labels, postings.</summary>
    public required long HeadBytes { get; init; }

    /// <summary>Compressed chunks in the head.</summary>
    public required long HeadChunks { get; init; }

    public required int Blocks { get; init; }

    /// <summary>Samples in blocks.</summary>
    public required long BlockSamples { get; init; }

    /// <summary>Bytes of the write-ahead log, its checkpoint included.</summary>
    public required long LogBytes { get; init; }

    /// <summary>Bytes of blocks.</summary>
    public required long BlockBytes { get; init; }

    /// <summary>Bytes of log and blocks.</summary>
    public long DiskBytes => LogBytes + BlockBytes;

    /// <summary>Samples acknowledged since the store was opened.</summary>
    public required long AppendedSamples { get; init; }

    /// <summary>Samples refused since the store was opened.</summary>
    public required long RefusedSamples { get; init; }

    /// <summary>Appends that failed because the log could not be written.</summary>
    public required long FailedAppends { get; init; }

    /// <summary>Fsyncs of the log since the store was opened.</summary>
    public required long LogSyncs { get; init; }

    /// <summary>Damaged blocks and pieces of the log moved aside since the store was opened.</summary>
    public required long Quarantined { get; init; }

    /// <summary>How long the log took to read when the store was opened.</summary>
    public required TimeSpan ReplayDuration { get; init; }

    /// <summary>Samples that the log brought back when the store was opened.</summary>
    public required long ReplayedSamples { get; init; }

    /// <summary>The last failure in one sentence; null when there was none.</summary>
    public required string? LastError { get; init; }
}
