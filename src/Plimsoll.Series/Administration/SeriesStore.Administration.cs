using Plimsoll.Series.Blocks;
using Plimsoll.Series.Cardinality;
using Plimsoll.Series.Head;

namespace Plimsoll.Series;

/// <content>What whoever keeps the store asks of it while it runs.</content>
public sealed partial class SeriesStore
{
    /// <summary>
    /// Writes the whole store of this moment into another folder: what is only in the head and the log goes into blocks
    /// first, then each block gets a second name there, or a copy where the disk has no links. Exemplars and metadata, which
    /// senders bring again, are left out. Readers and writers go on.
    /// The file <c>VERSION</c> comes last: a folder without it is no whole snapshot.
    /// </summary>
    /// <param name="target">A folder that is empty or missing; on the same disk, so that it costs no space.</param>
    /// <exception cref="SeriesStoreException">The folder is not empty, or could not be written.</exception>
    public async Task<SnapshotReport> SnapshotAsync(string target, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        StoreFolder folder = new(target, _options.FileSystem);
        try
        {
            folder.CreateEmpty();
            await FlushAsync(cancellation);

            // Deletions first: one that is carried out meanwhile is then in the list, in the blocks, or in both.
            _deletions.CopyTo(folder);
            List<(TenantId Tenant, ulong Number, long Bytes)> blocks = await Task.Run(() => _blocks.LinkAll(folder), cancellation);
            SnapshotManifest.Write(folder, blocks);
            folder.WriteVersion();
            return new SnapshotReport(target, blocks.Count, blocks.Sum(static block => block.Bytes));
        }
        catch (Exception failure) when (failure is (IOException and not SeriesStoreException) or UnauthorizedAccessException)
        {
            throw SeriesStoreException.Of($"The snapshot '{target}' could not be written: {failure.Message} Delete the folder, then try again.", failure);
        }
    }

    /// <summary>
    /// Seals everything into blocks, merges all that can be merged, and writes out what was deleted before the grace period.
    /// Readers and writers go on.
    /// </summary>
    /// <exception cref="SeriesStoreException">Something could not be written; nothing is lost.</exception>
    public async Task<CompactionReport> CompactAsync(CancellationToken cancellation = default)
    {
        await FlushAsync(cancellation);
        BlockStatistics before = _blocks.Statistics;
        await _maintenance.CompactAsync(cancellation);
        _log.DropSpares();
        BlockStatistics after = _blocks.Statistics;
        return new CompactionReport(before.Blocks, before.Samples, before.Bytes, after.Blocks, after.Samples, after.Bytes);
    }

    /// <summary>What a tenant's blocks are made of, from their indexes alone: no sample is read.</summary>
    /// <param name="most">Entries in each list.</param>
    public StoreAnalysis Analyze(TenantId tenant, int most, CancellationToken cancellation = default) =>
        BlockAnalyzer.AnalyzeOpen(_blocks, tenant, most, cancellation);

    /// <summary>Reads all blocks from end to end, while the store is in use. What is found damaged is repaired by the background work.</summary>
    public IEnumerable<BlockVerification> Verify(CancellationToken cancellation = default) => BlockVerifier.VerifyOpen(_blocks, cancellation);

    /// <summary>What makes a tenant's head large. A batch with a new series waits while it counts, and others of the tenant behind it: some tenths of a second at a million.</summary>
    /// <param name="most">Entries in each list.</param>
    public CardinalityReport Cardinality(TenantId tenant, int most, CancellationToken cancellation = default)
    {
        TenantHead head = HeadOf(tenant);
        long nowMs = _options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        int firstNewId;
        long sinceMs;
        lock (head.Gate)
        {
            (firstNewId, sinceMs) = head.Growth.LastHour(nowMs);
        }

        head.IndexLock.EnterReadLock();
        try
        {
            CardinalityReport report = CardinalityCensus.Take(head.Index, most, firstNewId, sinceMs, cancellation);
            return report.Series == 0 ? report : report with { OldestMs = head.OldestMs, NewestMs = head.NewestMs };
        }
        finally
        {
            head.IndexLock.ExitReadLock();
        }
    }
}

/// <summary>A snapshot that was taken.</summary>
public sealed record SnapshotReport(string Folder, int Blocks, long Bytes);

/// <summary>What a compaction made of the blocks. Samples grow fewer where deletions were carried out and where two blocks had the same.</summary>
public sealed record CompactionReport(int BlocksBefore, long SamplesBefore, long BytesBefore, int Blocks, long Samples, long Bytes)
{
    public double BytesPerSampleBefore => SamplesBefore == 0 ? 0 : (double)BytesBefore / SamplesBefore;

    public double BytesPerSample => Samples == 0 ? 0 : (double)Bytes / Samples;
}
