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
    private readonly MemoryIndex _index = new();
    private readonly List<HeadSeries> _published = [];

    public TenantId Tenant { get; } = tenant;

    public ReaderWriterLockSlim Lock { get; } = new(LockRecursionPolicy.NoRecursion);

    /// <summary>The series that readers see. Only for the log's writer, or under the lock.</summary>
    public List<HeadSeries> Published => _published;

    public bool TryGet(LabelSet labels, out HeadSeries? series) => _byLabels.TryGetValue(labels, out series);

    /// <summary>Makes a series known to the log's writer, not to readers yet.</summary>
    public void Stage(HeadSeries series) => _byLabels.Add(series.Labels, series);

    /// <summary>Makes a staged series visible to readers.</summary>
    public void Publish_NeedsLock(HeadSeries series)
    {
        _index.Add(series.Labels);
        _published.Add(series);
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
}
