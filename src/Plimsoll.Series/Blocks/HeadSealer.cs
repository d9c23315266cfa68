using Plimsoll.Series.Head;
using Plimsoll.Series.Log;

namespace Plimsoll.Series.Blocks;

/// <summary>Moves what the head holds into blocks, window by window: first the block is there for readers, then the head lets go.</summary>
internal sealed class HeadSealer(SeriesStoreOptions options, BlockSet blocks, WriteAheadLog log)
{
    /// <summary>Seals the windows that no sample can come for any more.</summary>
    public void SealDue(TenantHead head, CancellationToken cancellation)
    {
        if (!head.IsSealingDue(options))
        {
            return;
        }

        long throughMs = head.NewestMs - (long)options.LateWindow.TotalMilliseconds;
        long lastEndMs = long.MinValue;
        while (head.OldestMs < throughMs)
        {
            cancellation.ThrowIfCancellationRequested();
            long endMs = TenantHead.WindowEnd(head.OldestMs, options);
            if (endMs > throughMs || endMs <= lastEndMs)
            {
                return; // Not complete, or a sender adds to it all the time: the next round has it.
            }

            Seal(head, endMs, cancellation);
            lastEndMs = endMs;
        }
    }

    /// <summary>Seals everything that the head holds now.</summary>
    public void SealAll(TenantHead head, CancellationToken cancellation)
    {
        // A cut takes all that is older than its end, so what writers add to windows behind goes along with the next one.
        long throughMs = head.NewestMs;
        long nextMs = head.OldestMs;
        while (nextMs <= throughMs)
        {
            long endMs = TenantHead.WindowEnd(nextMs, options);
            Seal(head, endMs, cancellation);
            nextMs = Math.Max(endMs, head.OldestMs);
        }
    }

    private void Seal(TenantHead head, long endMs, CancellationToken cancellation)
    {
        // From here on blocks may hold samples before the end, also if this one fails.
        lock (head.Gate)
        {
            head.SealedThroughMs = Math.Max(head.SealedThroughMs, endMs);
            head.LastSealedAtMs = options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        }

        HeadCut cut = HeadCut.Take(head, endMs, log);
        using (BlockWriter writer = blocks.Begin(head.Tenant))
        {
            writer.Expect(cut.SeriesCount);
            long samples = cut.Send(new Receiver(writer), cancellation);
            if (samples > 0)
            {
                blocks.Publish(writer.Finish([new SealedLog(endMs, cut.Position.Segment, cut.Position.Offset)]));
            }
            else
            {
                writer.Abandon();
            }
        }

        cut.Drop();
    }

    private sealed class Receiver(BlockWriter writer) : HeadCut.IReceiver
    {
        public void Series(ReadOnlySpan<byte> labelBytes) => writer.BeginSeries(labelBytes);

        public void Floats(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values, ReadOnlySpan<long> startTimestampsMs) =>
            writer.Add(timestampsMs, values, startTimestampsMs);

        public void Histograms(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<Histogram> histograms, ReadOnlySpan<long> startTimestampsMs) =>
            writer.AddHistograms(timestampsMs, histograms, startTimestampsMs);
    }
}
