using Plimsoll.Series.Encodings;

namespace Plimsoll.Series.Blocks;

/// <summary>
/// Collects what is to be known of the series and chunks of a page, and writes it column by column. Pages wait in memory and
/// go to the file in long stretches, so that reading the index does not hop through the file.
/// </summary>
internal sealed class SeriesPageWriter(BlockSink sink, PageTable table)
{
    private const int SpillBytes = 4 << 20;

    private readonly ByteWriter _statistics = new();
    private readonly ByteWriter _pages = new(64 << 10);
    private readonly List<(int Series, int Length)> _waiting = [];
    private readonly List<(int HeaderLength, int Chunks)> _groups = [];
    private readonly List<(int Metric, int Target, int Chunks)> _series = [];
    private readonly List<PageChunk> _chunks = [];
    private ulong[] _column = new ulong[128];
    private long _dataOffset;

    public bool IsEmpty => _series.Count == 0;

    public bool HasNoChunk => _chunks.Count == 0;

    /// <summary>Begins a page whose first group is about to be written.</summary>
    public void Begin(long dataOffset) => _dataOffset = dataOffset;

    public void AddChunk(int samples, long minMs, long maxMs, bool isHistogram, in ChunkStatistics statistics)
    {
        _chunks.Add(new PageChunk(0, samples, minMs, maxMs, isHistogram));
        if (!isHistogram)
        {
            StatisticsCode.Write(_statistics, statistics, samples);
        }
    }

    /// <summary>Ends a series to which the last so many chunks belong.</summary>
    public void AddSeries(int metric, int target, int chunks) => _series.Add((metric, target, chunks));

    /// <summary>Tells the lengths of the chunks of a group, which are those that had none yet.</summary>
    public void AddGroup(int headerLength, ReadOnlySpan<(int Offset, int Length)> chunks)
    {
        int first = 0;
        foreach ((_, int count) in _groups)
        {
            first += count;
        }

        for (int i = 0; i < chunks.Length; i++)
        {
            _chunks[first + i] = _chunks[first + i] with { Length = chunks[i].Length };
        }

        _groups.Add((headerLength, chunks.Length));
    }

    public void Close()
    {
        int start = _pages.Length;
        _pages.Varint((ulong)_dataOffset);
        _pages.Varint((ulong)_groups.Count);
        _pages.Varint((ulong)_chunks.Count);
        foreach ((int headerLength, int chunks) in _groups)
        {
            _pages.Varint((ulong)headerLength);
            _pages.Varint((ulong)chunks);
        }

        WriteSeries();
        WriteChunks();
        _pages.Bytes(_statistics.Written);
        _waiting.Add((_series.Count, _pages.Length - start));
        _statistics.Clear();
        _groups.Clear();
        _series.Clear();
        _chunks.Clear();
        if (_pages.Length >= SpillBytes)
        {
            Spill();
        }
    }

    /// <summary>Writes the pages that wait.</summary>
    public void Spill()
    {
        ReadOnlySpan<byte> left = _pages.Written;
        foreach ((int series, int length) in _waiting)
        {
            table.Add(series, sink.Position, length);
            sink.Checked(left[..length]);
            left = left[length..];
        }

        _waiting.Clear();
        _pages.Clear();
    }

    private void WriteSeries()
    {
        Span<ulong> column = Column(_series.Count);
        int before = 0;
        for (int i = 0; i < column.Length; i++)
        {
            column[i] = ZigzagCode.Encode(_series[i].Metric - before);
            before = _series[i].Metric;
        }

        // The first would spoil a column of zeros.
        _pages.Varint(column[0]);
        VarintColumn.Write(_pages, column[1..]);
        before = -1;
        for (int i = 0; i < column.Length; i++)
        {
            column[i] = ZigzagCode.Encode(_series[i].Target - before - 1);
            before = _series[i].Target;
        }

        _pages.Varint(column[0]);
        VarintColumn.Write(_pages, column[1..]);
        for (int i = 0; i < column.Length; i++)
        {
            column[i] = (ulong)_series[i].Chunks - 1;
        }

        VarintColumn.Write(_pages, column);
    }

    private void WriteChunks()
    {
        Span<ulong> column = Column(_chunks.Count);
        for (int i = 0; i < column.Length; i++)
        {
            column[i] = (ulong)_chunks[i].Length;
        }

        VarintColumn.Write(_pages, column);
        for (int i = 0; i < column.Length; i++)
        {
            column[i] = ((ulong)_chunks[i].Samples << 1) | (_chunks[i].IsHistogram ? 1ul : 0);
        }

        VarintColumn.Write(_pages, column);
        long before = _chunks[0].MinMs;
        _pages.Zigzag(before);
        for (int i = 0; i < column.Length; i++)
        {
            column[i] = ZigzagCode.Encode(unchecked(_chunks[i].MinMs - before));
            before = _chunks[i].MinMs;
        }

        VarintColumn.Write(_pages, column);
        for (int i = 0; i < column.Length; i++)
        {
            column[i] = unchecked((ulong)(_chunks[i].MaxMs - _chunks[i].MinMs));
        }

        VarintColumn.Write(_pages, column);
    }

    private Span<ulong> Column(int length)
    {
        if (_column.Length < length)
        {
            _column = new ulong[2 * length];
        }

        return _column.AsSpan(0, length);
    }

    private readonly record struct PageChunk(int Length, int Samples, long MinMs, long MaxMs, bool IsHistogram);
}
