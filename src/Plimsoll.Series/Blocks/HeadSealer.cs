using Plimsoll.Series.Head;
using Plimsoll.Series.Log;

namespace Plimsoll.Series.Blocks;

/// <summary>Moves what the head holds into blocks, window by window: first the block is there for readers, then the head lets go.</summary>
internal sealed class HeadSealer(SeriesStoreOptions options, BlockSet blocks, WriteAheadLog log)
{
    /// <summary>Seals the windows that no sample can come for any more.</summary>
    public void SealDue(TenantHead head, CancellationToken cancellation)
    {
        while (head.IsSealingDue(options))
        {
            cancellation.ThrowIfCancellationRequested();
            long endMs;
            lock (head.Gate)
            {
                endMs = TenantHead.WindowEnd(head.OldestMs, options);
                head.SealedThroughMs = Math.Max(head.SealedThroughMs, endMs);
            }

            Seal(head, endMs, cancellation);
        }
    }

    /// <summary>Seals everything. Writers of the tenant wait meanwhile.</summary>
    public void SealAll(TenantHead head, CancellationToken cancellation)
    {
        head.Pause();
        try
        {
            while (true)
            {
                long endMs;
                lock (head.Gate)
                {
                    if (head.OldestMs > head.NewestMs || head.OldestMs == long.MaxValue)
                    {
                        return;
                    }

                    endMs = TenantHead.WindowEnd(head.OldestMs, options);
                    head.FlushedThroughMs = Math.Max(head.FlushedThroughMs, endMs);
                }

                Seal(head, endMs, cancellation);
            }
        }
        finally
        {
            head.Resume();
        }
    }

    private void Seal(TenantHead head, long endMs, CancellationToken cancellation)
    {
        HeadCut cut = HeadCut.Take(head, endMs, log);
        using (BlockWriter writer = blocks.Begin(head.Tenant))
        {
            long samples = cut.Send(
                (labels, timestampsMs, values) =>
                {
                    writer.BeginSeries(labels);
                    writer.Add(timestampsMs, values, []);
                },
                cancellation);
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
}
