using Plimsoll.Series.Upgrades.Version1.Blocks;
using Plimsoll.Series.Upgrades.Version1.Chunks;
using Plimsoll.Series.Upgrades.Version1.Head;
using Plimsoll.Series.Upgrades.Version1.Index;

namespace Plimsoll.Series.Upgrades.Version1.Reading;

/// <summary>The series that a selection found, with what they are read from; blocks stay pinned until it is disposed.</summary>
internal sealed class SeriesSelection : ISeriesSelection
{
    private readonly List<SelectedSeries> _series;
    private readonly List<Block> _pinned;
    private readonly TimeRange _range;
    private bool _disposed;

    private SeriesSelection(List<SelectedSeries> series, List<Block> pinned, TimeRange range)
    {
        _series = series;
        _pinned = pinned;
        _range = range;
    }

    public int Count => _series.Count;

    public LabelSet Labels(int index) => _series[index].Labels;

    public ISampleCursor Open(int index)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        SampleCursor cursor = new();
        cursor.Reset(_series[index], _range);
        return cursor;
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _pinned.ForEach(block => block.Unpin());
        }
    }

    /// <summary>
    /// Head first, blocks second: sealing shows a block before it trims the head, so samples on their way from one to the
    /// other are seen at least once, and the cursor hands them out once.
    /// </summary>
    public static SeriesSelection Create(
        TenantHead? head,
        BlockSet blocks,
        TenantId tenant,
        IReadOnlyList<LabelMatcher> matchers,
        TimeRange range,
        SelectLimits limits,
        CancellationToken cancellation)
    {
        Dictionary<LabelSet, SelectedSeries> found = [];
        if (head is not null)
        {
            foreach ((LabelSet labels, HeadSnapshot samples) in head.Select(matchers, range, cancellation))
            {
                Get(found, labels, limits).Head = samples;
            }
        }

        List<Block> pinned = blocks.Pin(tenant, range);
        try
        {
            foreach (Block block in pinned)
            {
                AddBlock(found, block, blocks.IndexOf(block), matchers, range, limits, cancellation);
            }
        }
        catch
        {
            pinned.ForEach(block => block.Unpin());
            throw;
        }

        List<SelectedSeries> series = [.. found.Values];
        series.Sort((a, b) => a.Labels.CompareTo(b.Labels));
        return new SeriesSelection(series, pinned, range);
    }

    private static void AddBlock(
        Dictionary<LabelSet, SelectedSeries> found,
        Block block,
        BlockIndex index,
        IReadOnlyList<LabelMatcher> matchers,
        TimeRange range,
        SelectLimits limits,
        CancellationToken cancellation)
    {
        byte[] buffer = [];
        foreach (int id in MatchingSeries.Find(index, matchers, cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            ChunkEntry[] chunks = Array.FindAll(index.Chunks(id, out _), chunk => range.Overlaps(chunk.MinMs, chunk.MaxMs));
            if (Touches(block, chunks, range, ref buffer))
            {
                Get(found, index.Labels(id), limits).Parts.Add(new BlockPart(block, chunks));
            }
        }
    }

    // A chunk may span the range without a sample in it; only then it is read here.
    private static bool Touches(Block block, ChunkEntry[] chunks, TimeRange range, ref byte[] buffer)
    {
        foreach (ChunkEntry chunk in chunks)
        {
            if (chunk.MinMs >= range.MinMs || chunk.MaxMs <= range.MaxMs)
            {
                return true;
            }
        }

        foreach (ChunkEntry chunk in chunks)
        {
            if (ChunkDecoder.HasSampleWithin(block.ReadChunk(chunk, ref buffer), range))
            {
                return true;
            }
        }

        return false;
    }

    private static SelectedSeries Get(Dictionary<LabelSet, SelectedSeries> found, LabelSet labels, SelectLimits limits)
    {
        if (!found.TryGetValue(labels, out SelectedSeries? series))
        {
            if (found.Count >= limits.MaxSeries)
            {
                throw new SeriesLimitException(limits.MaxSeries);
            }

            found.Add(labels, series = new SelectedSeries(labels));
        }

        return series;
    }
}

/// <summary>One series of a selection: its parts in blocks, oldest first, then its part in the head.</summary>
internal sealed class SelectedSeries(LabelSet labels)
{
    public LabelSet Labels { get; } = labels;

    public List<BlockPart> Parts { get; } = [];

    public HeadSnapshot Head { get; set; } = new([], 0, [], [], 0);
}

/// <summary>The chunks of a series in one block.</summary>
internal readonly record struct BlockPart(Block Block, ChunkEntry[] Chunks);
