namespace Plimsoll.Series.Blocks;

/// <summary>
/// A promise of the head, carried by the block that kept it: samples of the block's tenant that the log holds before a
/// position, and that are older than an instant, are in blocks. Replay passes over them.
/// </summary>
/// <param name="ThroughMs">Exclusive.</param>
/// <param name="Segment">The log's segment of the position.</param>
/// <param name="Offset">The byte within the segment.</param>
internal readonly record struct SealedLog(long ThroughMs, ulong Segment, long Offset)
{
    /// <summary>Leaves out every entry that another one covers in both time and position.</summary>
    public static List<SealedLog> Prune(IEnumerable<SealedLog> entries)
    {
        List<SealedLog> kept = [];
        foreach (SealedLog entry in entries.OrderByDescending(e => e.Segment).ThenByDescending(e => e.Offset).ThenByDescending(e => e.ThroughMs))
        {
            if (kept.Count == 0 || entry.ThroughMs > kept[^1].ThroughMs)
            {
                kept.Add(entry);
            }
        }

        kept.Reverse();
        return kept;
    }
}
