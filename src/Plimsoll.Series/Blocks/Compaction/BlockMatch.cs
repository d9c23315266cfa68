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
        foreach (int id in Candidates(block.Index, matchers))
        {
            cancellation.ThrowIfCancellationRequested();
            LabelSet labels = block.Index.Labels(id);
            if (matchers.All(matcher => matcher.Matches(labels)))
            {
                chunks.Clear();
                block.Index.Chunks(id, range, chunks);
                if (chunks.Exists(chunk => HasSample(block, chunk, range, fetch, cancellation)))
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

    // The shortest posting list of the equal matchers; everything when there is none.
    private static IEnumerable<int> Candidates(BlockIndex index, IReadOnlyList<LabelMatcher> matchers)
    {
        int[]? shortest = null;
        foreach (LabelMatcher matcher in matchers)
        {
            if (matcher.Operator == MatchOperator.Equal && matcher.Value.Length > 0)
            {
                int name = index.FindName(matcher.Name);
                int value = name < 0 ? -1 : index.FindValue(name, System.Text.Encoding.UTF8.GetBytes(matcher.Value));
                int[] ids = value < 0 ? [] : index.Postings(name, value).ToArray();
                shortest = shortest is null || ids.Length < shortest.Length ? ids : shortest;
            }
        }

        return shortest ?? Enumerable.Range(0, index.Count);
    }
}
