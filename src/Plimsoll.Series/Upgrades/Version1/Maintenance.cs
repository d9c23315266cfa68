using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Plimsoll.Series.Upgrades.Version1.Blocks;
using Plimsoll.Series.Upgrades.Version1.Chunks;
using Plimsoll.Series.Upgrades.Version1.Head;
using Plimsoll.Series.Upgrades.Version1.Log;
using Plimsoll.Series.Upgrades.Version1.Writing;

namespace Plimsoll.Series.Upgrades.Version1;

/// <summary>What a store does in the background, one thing at a time: seal, checkpoint, sweep.</summary>
internal sealed partial class Maintenance(
    SeriesStoreOptions options,
    StoreFolder folder,
    ConcurrentDictionary<TenantId, TenantHead> heads,
    BlockSet blocks,
    BatchCommitter committer,
    BatchAdmission admission,
    LogWriter log,
    StoreCounters counters) : IDisposable
{
    // Samples may come a little late; a span is sealed when this part of the next one has passed.
    private const int GraceFraction = 8;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly HeadSealer _sealer = new(options, folder, blocks);
    private readonly ByteWriter _scratch = new();
    private readonly ILogger _logger = options.Logger;
    private long _sealedBeforeMs = long.MinValue;
    private long _checkpointBytes;

    /// <summary>Does what is due. Failures are reported and tried again the next time.</summary>
    public async Task RunDueAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            long nowMs = options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
            blocks.Sweep(nowMs - (long)options.Retention.TotalMilliseconds);
            long beforeMs = _sealer.SpanStart(nowMs - (long)(options.BlockSpan.TotalMilliseconds / GraceFraction));
            if (beforeMs > _sealedBeforeMs)
            {
                if (await SealAsync(beforeMs, cancellation))
                {
                    await CheckpointAsync(cancellation);
                }

                _sealedBeforeMs = beforeMs;
            }
            else if (log.TotalBytes - _checkpointBytes > Math.Max(options.CheckpointBytes, _checkpointBytes))
            {
                await CheckpointAsync(cancellation);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            counters.Report(failure.Message);
            LogFailed(failure);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Seals everything and empties the log.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await SealAsync(long.MaxValue, cancellation);
            await CheckpointAsync(cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    // True when something was sealed.
    private async Task<bool> SealAsync(long beforeMs, CancellationToken cancellation)
    {
        List<HeadCut> cuts = [];
        await committer.BetweenAsync(() => cuts = HeadCut.Take(heads.Values), cancellation);
        bool any = false;
        foreach (HeadCut cut in cuts)
        {
            long throughMs = long.MinValue;
            try
            {
                foreach (long doneMs in _sealer.Seal(cut, beforeMs))
                {
                    throughMs = doneMs;
                    any = true;
                    cancellation.ThrowIfCancellationRequested();
                }
            }
            finally
            {
                // Even when a later block failed: what is in blocks by now leaves the head.
                await committer.BetweenAsync(() => Drop(cut, throughMs), CancellationToken.None);
            }
        }

        return any;
    }

    private void Drop(HeadCut cut, long throughMs)
    {
        long idleBeforeMs = options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds() - (2 * (long)options.BlockSpan.TotalMilliseconds);
        Dictionary<HeadSeries, long> sealedThrough = [];
        foreach (SeriesCut series in cut.Series)
        {
            // Samples that came after the cut are in no block, however old they are.
            long seriesThroughMs = Math.Min(throughMs, series.Samples.MaxMs);
            if (series.Samples.MinMs <= seriesThroughMs)
            {
                sealedThrough.Add(series.Series, seriesThroughMs);
            }
        }

        (long samplesBefore, long chunksBefore) = Count(cut.Head);
        cut.Head.Drop(sealedThrough, idleBeforeMs, _scratch);
        (long samplesAfter, long chunksAfter) = Count(cut.Head);
        counters.HeadSamples += samplesAfter - samplesBefore;
        counters.HeadChunks += chunksAfter - chunksBefore;
    }

    private static (long Samples, long Chunks) Count(TenantHead head)
    {
        long samples = 0;
        long chunks = 0;
        foreach (HeadSeries series in head.Published)
        {
            samples += series.Snapshot().Samples;
            chunks += series.ChunkCount;
        }

        return (samples, chunks);
    }

    private async Task CheckpointAsync(CancellationToken cancellation)
    {
        Checkpoint? checkpoint = null;
        long segmentsBefore = 0;
        await committer.BetweenAsync(
            () =>
            {
                segmentsBefore = log.TotalBytes;
                checkpoint = new Checkpoint(log.Rotate(), admission.NextReference, blocks.NewestSequence, HeadCut.Take(heads.Values));
            },
            cancellation);

        long bytes = checkpoint!.Write(folder);
        foreach (ulong sequence in folder.Sequences(folder.Log, StoreFolder.SegmentSuffix))
        {
            if (sequence < checkpoint.FirstSegment)
            {
                folder.TryDelete(folder.Segment(sequence));
            }
        }

        foreach (ulong sequence in folder.Sequences(folder.Log, StoreFolder.CheckpointSuffix))
        {
            if (sequence < checkpoint.FirstSegment)
            {
                folder.TryDelete(folder.Checkpoint(sequence));
            }
        }

        _checkpointBytes = bytes;
        await committer.BetweenAsync(() => log.TotalBytes += bytes - segmentsBefore, CancellationToken.None);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The series store's background work failed and is tried again")]
    private partial void LogFailed(Exception failure);
}
