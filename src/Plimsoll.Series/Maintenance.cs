using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Plimsoll.Series.Blocks;
using Plimsoll.Series.Head;
using Plimsoll.Series.Log;

namespace Plimsoll.Series;

/// <summary>The store's background work, one piece at a time: sealing, checkpoints, compaction, idle series.</summary>
internal sealed partial class Maintenance(
    SeriesStoreOptions options,
    StoreFolder folder,
    ConcurrentDictionary<TenantId, TenantHead> heads,
    BlockSet blocks,
    Compactor compactor,
    WriteAheadLog log,
    StoreCounters counters,
    HeadMemory memory) : IDisposable
{
    /// <summary>Series are never sealed below this many samples: a chunk of a few costs more than they do.</summary>
    private const int LeastSealAt = 8;

    private const int ShrinkSlice = 4096;

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly HeadSealer _sealer = new(options, blocks, log);
    private readonly ILogger _logger = options.Logger;
    private int _sealAt = OpenSamples.Max;

    /// <summary>Does what is due. A failure is reported and tried again the next time.</summary>
    /// <returns>False if something failed.</returns>
    public async Task<bool> RunDueAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            bool done = await AttemptAsync(() => Task.Run(() => SealDue(cancellation), cancellation));
            done &= await AttemptAsync(() => IsCheckpointDue ? CheckpointAsync(cancellation) : Task.CompletedTask);
            done &= await AttemptAsync(() => Task.Run(() => compactor.RunDueAsync(cancellation), cancellation));
            return done & await AttemptAsync(() =>
            {
                TrimMemory(cancellation);
                log.WatchSpace();
                return Task.CompletedTask;
            });
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Seals all that the heads hold and empties the log.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            await Task.Run(
                () =>
                {
                    foreach (TenantHead head in heads.Values)
                    {
                        _sealer.SealAll(head, cancellation);
                    }
                },
                cancellation);
            await CheckpointAsync(cancellation);
        }
        catch (Exception failure) when (failure is (IOException and not SeriesStoreException) or UnauthorizedAccessException or InvalidDataException)
        {
            throw SeriesStoreException.Of($"The series store in '{options.Folder}' could not be flushed: {failure.Message} Nothing is lost.", failure);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Merges all that can be merged, not only what is due.</summary>
    public async Task CompactAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            await Task.Run(() => compactor.RunAllAsync(cancellation), cancellation);
        }
        catch (Exception failure) when (failure is (IOException and not SeriesStoreException) or UnauthorizedAccessException or InvalidDataException)
        {
            throw SeriesStoreException.Of($"The series store in '{options.Folder}' could not be compacted: {failure.Message} Nothing is lost.", failure);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Saves what after a failed sync is in memory alone.</summary>
    public async Task CloseAsync()
    {
        await _one.WaitAsync();
        try
        {
            await AttemptAsync(() => log.NeedsCheckpoint ? CheckpointAsync(CancellationToken.None) : Task.CompletedTask);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private bool IsCheckpointDue => log.NeedsCheckpoint || log.IsLong || heads.Values.Any(head => head.HoldsUnlogged);

    private async Task<bool> AttemptAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            counters.Report(failure.Message);
            LogFailed(failure);
            return false;
        }
    }

    private void SealDue(CancellationToken cancellation)
    {
        long nowMs = options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        long idleSinceMs = nowMs - (long)(2 * options.BlockSpan).TotalMilliseconds;
        foreach (TenantHead head in heads.Values)
        {
            lock (head.Gate)
            {
                head.Growth.Note(nowMs, head.Slots.Count);
            }

            long sealedAtMs = head.LastSealedAtMs;
            _sealer.SealDue(head, cancellation);
            if (head.NewestMs < idleSinceMs)
            {
                // Nobody writes any more: memory and log need not keep it.
                _sealer.SealAll(head, cancellation);
            }

            if (head.LastSealedAtMs != sealedAtMs)
            {
                DropIdle(head, idleSinceMs);
            }
        }
    }

    // Series that ended cost memory until they are dropped; numbering the others anew costs time, so it waits until many did.
    private static void DropIdle(TenantHead head, long idleSinceMs)
    {
        int[] kept;
        lock (head.Gate)
        {
            List<int> live = [];
            for (int id = 0; id < head.Slots.Count; id++)
            {
                if (!head.IsIdle_NeedsGate(id, Math.Min(idleSinceMs, head.SealedThroughMs)))
                {
                    live.Add(id);
                }
            }

            int idle = head.Slots.Count - live.Count;
            if (idle < 128 || idle < head.Slots.Count / 4)
            {
                return;
            }

            kept = [.. live];
            head.Keep_NeedsGate(kept);
        }
    }

    // Open samples take eight bytes each and packed ones about one: when they take too much they are packed earlier.
    private void TrimMemory(CancellationToken cancellation)
    {
        long open = heads.Values.Sum(static head => head.OpenBytes);
        int sealAt = open > options.MemoryBytes / 3 ? Math.Max(LeastSealAt, _sealAt / 2)
            : open < options.MemoryBytes / 12 ? Math.Min(OpenSamples.Max, 2 * _sealAt)
            : _sealAt;
        bool isLower = sealAt < _sealAt;
        _sealAt = sealAt;
        foreach (TenantHead head in heads.Values)
        {
            head.SealAt = sealAt;
            for (int from = 0; isLower && from < head.Slots.Count; from += ShrinkSlice)
            {
                cancellation.ThrowIfCancellationRequested();
                lock (head.Gate)
                {
                    for (int id = from; id < Math.Min(from + ShrinkSlice, head.Slots.Count); id++)
                    {
                        head.Shrink_NeedsGate(id, sealAt);
                    }
                }
            }
        }

        memory.Measure();
    }

    private async Task CheckpointAsync(CancellationToken cancellation)
    {
        List<(TenantHead Head, long Failures)> all = [];
        foreach (TenantHead head in heads.Values)
        {
            lock (head.Gate)
            {
                all.Add((head, head.Failures));
            }
        }

        log.NeedsCheckpoint = false;
        try
        {
            ulong first = await log.RotateAsync();

            // Asked anew: the segments that go hold what was written until now, also of a tenant that came since.
            long replaced = log.TotalBytes;
            long bytes = await Task.Run(() => new CheckpointWriter(folder).Write(first, [.. heads.Values], cancellation), cancellation);
            Release(first, bytes, replaced);
        }
        catch
        {
            log.NeedsCheckpoint = true;
            throw;
        }

        foreach ((TenantHead head, long failures) in all)
        {
            // What failed since then is not in the checkpoint for sure.
            lock (head.Gate)
            {
                head.CoveredFailures = failures;
            }
        }
    }

    private void Release(ulong first, long bytes, long replaced)
    {
        foreach (ulong obsolete in folder.Sequences(folder.Log, StoreFolder.CheckpointSuffix))
        {
            if (obsolete < first)
            {
                folder.TryDelete(folder.Checkpoint(obsolete));
            }
        }

        log.Release(first);
        log.OnCheckpoint(log.TotalBytes - replaced + LogFormat.HeaderLength + bytes, bytes);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The series store's background work failed and is tried again")]
    private partial void LogFailed(Exception failure);
}
