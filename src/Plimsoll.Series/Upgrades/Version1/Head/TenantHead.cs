using Plimsoll.Series.Upgrades.Version1.Chunks;
using Plimsoll.Series.Upgrades.Version1.Index;

namespace Plimsoll.Series.Upgrades.Version1.Head;

/// <summary>
/// One tenant's newest series: found by labels by the log's writer, by matchers by readers. Readers hold the lock shared
/// while they take snapshots; the writer holds it alone while it applies a batch, so a batch appears at once or not yet.
/// </summary>
internal sealed class TenantHead(TenantId tenant)
{
    private readonly Dictionary<LabelSet, HeadSeries> _byLabels = [];
    private MemoryIndex _index = new();
    private List<HeadSeries> _published = [];

    public TenantId Tenant { get; } = tenant;

    public ReaderWriterLockSlim Lock { get; } = new(LockRecursionPolicy.NoRecursion);

    /// <summary>Series, with those that the log's writer is about to commit. Only that writer may ask.</summary>
    public int KnownSeries => _byLabels.Count;

    public int PublishedSeries => _published.Count;

    /// <summary>The series that readers see. Only for the log's writer, or under the lock.</summary>
    public List<HeadSeries> Published => _published;

    public bool TryGet(LabelSet labels, out HeadSeries? series) => _byLabels.TryGetValue(labels, out series);

    /// <summary>Makes a series known to the log's writer, not to readers yet.</summary>
    public void Stage(HeadSeries series) => _byLabels.Add(series.Labels, series);

    /// <summary>Takes back <see cref="Stage"/>.</summary>
    public void Unstage(HeadSeries series) => _byLabels.Remove(series.Labels);

    /// <summary>Makes a staged series visible to readers.</summary>
    public void Publish_NeedsLock(HeadSeries series)
    {
        _index.Add(series.Labels);
        _published.Add(series);
    }

    /// <summary>Drops sealed samples, and series that have been silent since before <paramref name="idleBeforeMs"/>.</summary>
    public void Drop(Dictionary<HeadSeries, long> sealedThrough, long idleBeforeMs, ByteWriter scratch)
    {
        Lock.EnterWriteLock();
        try
        {
            bool anyIdle = false;
            foreach (HeadSeries series in _published)
            {
                if (sealedThrough.TryGetValue(series, out long throughMs))
                {
                    series.DropThrough_NeedsLock(throughMs, scratch);
                }

                anyIdle |= IsIdle(series, idleBeforeMs);
            }

            if (anyIdle)
            {
                Rebuild_NeedsLock(idleBeforeMs);
            }
        }
        finally
        {
            Lock.ExitWriteLock();
        }
    }

    /// <summary>The matching series that have samples in the range, with these samples as they are now.</summary>
    public List<(LabelSet Labels, HeadSnapshot Samples)> Select(
        IReadOnlyList<LabelMatcher> matchers, TimeRange range, CancellationToken cancellation)
    {
        List<(LabelSet Labels, HeadSnapshot Samples)> selected = [];
        Lock.EnterReadLock();
        try
        {
            foreach (int id in MatchingSeries.Find(_index, matchers, cancellation))
            {
                HeadSnapshot samples = _published[id].Snapshot();
                if (!samples.IsEmpty && range.Overlaps(samples.MinMs, samples.MaxMs))
                {
                    selected.Add((_published[id].Labels, samples));
                }
            }
        }
        finally
        {
            Lock.ExitReadLock();
        }

        // Looking inside chunks may decode them: not while the writer waits.
        selected.RemoveAll(series => !series.Samples.Touches(range));
        return selected;
    }

    private static bool IsIdle(HeadSeries series, long idleBeforeMs) => series.LastMs < idleBeforeMs && series.Snapshot().IsEmpty;

    private void Rebuild_NeedsLock(long idleBeforeMs)
    {
        MemoryIndex index = new();
        List<HeadSeries> kept = [];
        foreach (HeadSeries series in _published)
        {
            if (IsIdle(series, idleBeforeMs))
            {
                _byLabels.Remove(series.Labels);
            }
            else
            {
                index.Add(series.Labels);
                kept.Add(series);
            }
        }

        _index = index;
        _published = kept;
    }
}
