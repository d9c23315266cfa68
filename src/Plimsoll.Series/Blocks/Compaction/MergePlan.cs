namespace Plimsoll.Series.Blocks;

/// <summary>Blocks to be merged into one, in the order in which they are believed.</summary>
/// <param name="Level">Of the block to be made.</param>
internal sealed record MergePlan(TenantId Tenant, int Level, IReadOnlyList<Block> Inputs)
{
    public long Bytes => Inputs.Sum(block => block.Length);
}

/// <summary>Decides what to merge next.</summary>
/// <remarks>
/// A window is merged when it is over and late samples had time to come. The widest such window goes first, so that old
/// blocks that came at once are written once. Within a window that holds a large block already, small late ones are gathered
/// until they are worth writing the large one anew, or have waited for long. A window that is still open is merged when it
/// holds many blocks of the lowest level.
/// </remarks>
internal sealed class MergePlanner(BlockLevels levels, CompactionOptions options, TimeProvider time)
{
    private const int LargeToSmall = 8;
    private const int MostWindows = 4096;
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly Dictionary<ulong, long> _firstSeen = []; // By number, in the clock's ticks.

    /// <summary>The next merge of a tenant; null when there is none. <paramref name="isPaused"/> says which blocks to leave alone for now.</summary>
    /// <param name="all">Merges whatever a window holds, whether it is over or not.</param>
    public MergePlan? Next(TenantId tenant, IReadOnlyList<Block> blocks, Func<Block, bool> isPaused, bool all = false)
    {
        Note(blocks);
        long nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        for (int level = levels.Count - 1; level >= 0; level--)
        {
            foreach ((long start, List<Block> inWindow) in Windows(level, blocks))
            {
                if (inWindow.Count < 2)
                {
                    continue;
                }

                bool isOver = levels.WindowEnd(level, start) < nowMs - (long)options.Settle.TotalMilliseconds;
                bool wanted = all || (isOver ? IsWorthIt(inWindow) : level == 0 && inWindow.Count >= options.ManyBlocks);
                if (wanted && Take(inWindow, isPaused) is { Count: >= 2 } inputs)
                {
                    return new MergePlan(tenant, level, inputs);
                }
            }
        }

        return null;
    }

    // Each block lies within one window of each level at or above its own; a block of a higher level is none of this level's business.
    private SortedDictionary<long, List<Block>> Windows(int level, IReadOnlyList<Block> blocks)
    {
        SortedDictionary<long, List<Block>> windows = [];
        HashSet<long> closed = [];
        foreach (Block block in blocks)
        {
            long start = levels.WindowStart(level, block.MinMs);
            if (levels.WindowStart(level, block.MaxMs) != start)
            {
                // It was made for a wider window; what overlaps it waits for that one.
                if (!Close(closed, level, start, block.MaxMs))
                {
                    return [];
                }

                continue;
            }

            if (!windows.TryGetValue(start, out List<Block>? inWindow))
            {
                windows.Add(start, inWindow = []);
            }

            inWindow.Add(block);
        }

        foreach (long start in closed)
        {
            windows.Remove(start);
        }

        return windows;
    }

    // False when a block spans so much that no window of this level is worth a look.
    private bool Close(HashSet<long> closed, int level, long startMs, long endMs)
    {
        long span = levels.SpanMs(level);
        if (startMs < long.MinValue + span || (endMs / span) - (startMs / span) > MostWindows)
        {
            return false;
        }

        for (long at = startMs; at <= endMs && at <= long.MaxValue - span; at += span)
        {
            closed.Add(at);
        }

        return true;
    }

    private bool IsWorthIt(List<Block> blocks)
    {
        long total = blocks.Sum(block => block.Length);
        long largest = blocks.Max(block => block.Length);
        return (total - largest) * LargeToSmall >= largest
            || blocks.Count > 2 * options.ManyBlocks
            || blocks.Max(block => _firstSeen[block.Number]) <= time.GetTimestamp() - (long)(LongestWait.TotalSeconds * time.TimestampFrequency);
    }

    // A run of them in order, within the bounds of memory and size; what is left is for the next time.
    private List<Block> Take(List<Block> blocks, Func<Block, bool> isPaused)
    {
        int most = (int)Math.Clamp(options.MemoryBytes / 2 / (BlockMerge.BytesPerInput + (64 << 10)), 2, 256);
        List<Block> taken = [];
        long bytes = 0;
        foreach (Block block in blocks)
        {
            bool isOut = block.IsDamaged || isPaused(block) || block.Length > options.MaxBlockBytes;
            if (isOut || taken.Count == most || bytes + block.Length > options.MaxBlockBytes)
            {
                if (taken.Count >= 2)
                {
                    break;
                }

                taken.Clear();
                bytes = 0;
                if (isOut)
                {
                    continue;
                }
            }

            taken.Add(block);
            bytes += block.Length;
        }

        return taken;
    }

    private void Note(IReadOnlyList<Block> blocks)
    {
        long now = time.GetTimestamp();
        foreach (Block block in blocks)
        {
            _firstSeen.TryAdd(block.Number, now);
        }
    }
}
