using Plimsoll.Series.Index;

namespace Plimsoll.Series.Blocks;

/// <summary>Whether a block holds samples that a rule names.</summary>
internal static class BlockMatch
{
    /// <summary>True when a series that matches has a sample in the range. The block stays pinned meanwhile.</summary>
    public static bool Any(Block block, IReadOnlyList<LabelMatcher> matchers, TimeRange range, CancellationToken cancellation)
    {
        if (!range.Overlaps(block.MinMs, block.MaxMs))
        {
            return false;
        }

        List<ChunkRef> chunks = [];
        using ChunkFetch fetch = new();
        foreach (int id in MatchingSeries.Find(block.Index, matchers, cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            chunks.Clear();
            block.Index.Chunks(id, range, chunks);
            foreach (ChunkRef chunk in chunks)
            {
                if (HasSample(block, chunk, range, fetch, cancellation))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // Where a chunk reaches beyond the range on both sides, only its times tell.
    private static bool HasSample(Block block, in ChunkRef chunk, TimeRange range, ChunkFetch fetch, CancellationToken cancellation)
    {
        if (chunk.MinMs >= range.MinMs || chunk.MaxMs <= range.MaxMs)
        {
            return true;
        }

        fetch.Clear();
        fetch.Add(block, chunk);
        fetch.Read(cancellation);
        long[] times = new long[chunk.Samples];
        int count = fetch.DecodeTimestamps(0, times);
        return times.AsSpan(0, count).ContainsAnyInRange(range.MinMs, range.MaxMs);
    }
}
