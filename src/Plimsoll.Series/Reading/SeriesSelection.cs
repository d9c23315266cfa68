using Plimsoll.Series.Blocks;
using Plimsoll.Series.Deletions;
using Plimsoll.Series.Head;

namespace Plimsoll.Series.Reading;

/// <summary>The series that a selection found, with what they are read from; all of it stays pinned until it is disposed.</summary>
internal sealed class SeriesSelection : ISeriesSelection
{
    private const long BatchBytes = 4 << 20;
    private const int BatchSeries = 256;

    private SelectedSeries[] _series;
    private readonly IReadOnlyList<Block> _blocks;
    private readonly HeadSelection? _head;
    private readonly TimeRange _range;
    private readonly CancellationToken _cancellation;
    private readonly List<ChunkRef> _chunks = [];
    private ChunkBatch? _batch;
    private bool _disposed;

    public SeriesSelection(SelectedSeries[] series, IReadOnlyList<Block> blocks, HeadSelection? head, TimeRange range, CancellationToken cancellation)
    {
        _series = series;
        _blocks = blocks;
        _head = head;
        _range = range;
        _cancellation = cancellation;
    }

    public int Count => _series.Length;

    public LabelSet Labels(int index) => _series[index].Labels;

    public ISampleCursor Open(int index)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            SelectedSeries series = _series[index];
            return new SampleCursor(series.Parts.Length > 0 ? BatchOf(index) : null, index, series.Head, _range, series.Hidden);
        }
        catch (BlockDamageException damage)
        {
            throw new SeriesStoreException(damage.Message, damage);
        }
    }

    public IHistogramCursor OpenHistograms(int index)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        SelectedSeries series = _series[index];
        HistogramMerge merge = new(_range);
        try
        {
            List<ChunkRef> chunks = [];
            foreach ((int rank, int id) in series.Parts)
            {
                chunks.Clear();
                _blocks[rank].Index.Chunks(id, _range, chunks);
                foreach (ChunkRef chunk in chunks)
                {
                    if (chunk.IsHistogram)
                    {
                        merge.AddBlock(_blocks[rank], chunk, rank);
                    }
                }
            }
        }
        catch (BlockDamageException damage)
        {
            throw new SeriesStoreException(damage.Message, damage);
        }

        if (series.Head.Rich is { } rich)
        {
            merge.AddHead(rich);
        }

        return merge.IsEmpty ? NoHistograms.Instance : new HistogramCursor(merge, series.Hidden, _cancellation);
    }

    /// <summary>Leaves out what is not to be seen, and series of which nothing else is left.</summary>
    public void Hide(SampleFilter filter)
    {
        List<TimeRange> hidden = [];
        long[] timestampsMs = new long[SampleBlock.PreferredSpan];
        double[] values = new double[SampleBlock.PreferredSpan];
        HashSet<SelectedSeries> gone = [];
        for (int i = 0; i < _series.Length; i++)
        {
            filter.HiddenOf(_series[i].Labels, hidden);
            if (hidden.Count > 0)
            {
                _series[i].Hidden = [.. hidden];
                if (Open(i).Read(timestampsMs, values) == 0 && OpenHistograms(i).Read(timestampsMs.AsSpan(0, 1), new Histogram[1], []) == 0)
                {
                    gone.Add(_series[i]);
                }
            }
        }

        if (gone.Count > 0)
        {
            _batch?.Finish();
            _batch = null;
            _series = Array.FindAll(_series, series => !gone.Contains(series));
        }
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _batch?.Finish();
        foreach (Block block in _blocks)
        {
            block.Unpin();
        }

        _head?.Dispose();
    }

    // Series are mostly read one after the other, so the next ones' chunks are fetched along.
    private ChunkBatch BatchOf(int index)
    {
        if (_batch is not null && _batch.Holds(index))
        {
            return _batch;
        }

        _batch?.Finish();
        ChunkBatch batch = new(index);
        for (int i = index; i < _series.Length && i - index < BatchSeries && (i == index || batch.Bytes < BatchBytes); i++)
        {
            batch.Begin();
            foreach ((int rank, int id) in _series[i].Parts)
            {
                _chunks.Clear();
                _blocks[rank].Index.Chunks(id, _range, _chunks);
                foreach (ChunkRef chunk in _chunks)
                {
                    if (!chunk.IsHistogram)
                    {
                        batch.Add(_blocks[rank], chunk, rank);
                    }
                }
            }
        }

        batch.Read(_cancellation);
        return _batch = batch;
    }
}

/// <summary>One series of a selection: its ids in blocks, the winner of conflicts first, and its part in the head.</summary>
internal sealed class SelectedSeries(LabelSet labels)
{
    public LabelSet Labels { get; } = labels;

    public (int Rank, int Id)[] Parts { get; set; } = [];

    public HeadPart Head { get; set; }

    /// <summary>Stretches that are not to be seen, ascending.</summary>
    public TimeRange[] Hidden { get; set; } = [];
}
