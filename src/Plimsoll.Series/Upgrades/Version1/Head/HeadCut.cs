namespace Plimsoll.Series.Upgrades.Version1.Head;

/// <summary>All series of a tenant's head at one instant between two batches.</summary>
internal sealed record HeadCut(TenantHead Head, List<SeriesCut> Series)
{
    /// <summary>Only while the committer stands still.</summary>
    public static List<HeadCut> Take(IEnumerable<TenantHead> heads)
    {
        List<HeadCut> cuts = [];
        foreach (TenantHead head in heads)
        {
            List<SeriesCut> series = new(head.Published.Count);
            foreach (HeadSeries one in head.Published)
            {
                series.Add(new SeriesCut(one, one.Snapshot(), one.LastMs, one.LastBits));
            }

            cuts.Add(new HeadCut(head, series));
        }

        return cuts;
    }
}

/// <summary>One series of a cut.</summary>
internal readonly record struct SeriesCut(HeadSeries Series, HeadSnapshot Samples, long LastMs, long LastBits);
