using Plimsoll.Series.Encodings;

namespace Plimsoll.Series.Blocks;

/// <summary>A parsed page of series and their chunks. Immutable but for the statistics, which are parsed when first asked for.</summary>
internal sealed class SeriesPage
{
    private readonly byte[] _bytes;
    private readonly int _statisticsAt;
    private readonly int[] _metrics;
    private readonly int[] _targets;
    private readonly int[] _chunkStarts;
    private readonly PageChunk[] _chunks;
    private readonly (long Offset, int HeaderLength)[] _groups;
    private ChunkStatistics[]? _statistics;

    /// <exception cref="InvalidDataException">The bytes are no page of so many series.</exception>
    public SeriesPage(byte[] bytes, int number, BlockDirectory directory)
    {
        _bytes = bytes;
        Number = number;
        First = directory.Series.First(number);
        int length = directory.Series.Length(number);
        int series = directory.Series.Count(number);
        ByteReader from = new(bytes.AsSpan(0, length));
        ulong dataOffset = from.Varint();
        _groups = new (long, int)[from.Count(bytesEach: 2)];
        _chunks = new PageChunk[CheckedCount(from.Varint(), series)];
        int[] groupChunks = new int[_groups.Length];
        int grouped = 0;
        for (int i = 0; i < _groups.Length; i++)
        {
            _groups[i].HeaderLength = (int)Math.Min(from.Varint(), int.MaxValue);
            groupChunks[i] = (int)Math.Min(from.Varint(), int.MaxValue);
            grouped = checked(grouped + groupChunks[i]);
        }

        if (grouped != _chunks.Length)
        {
            throw new InvalidDataException("a page's groups hold other chunks than its series");
        }

        ulong[] column = new ulong[Math.Max(series, _chunks.Length)];
        _metrics = ReadNumbers(ref from, column.AsSpan(0, series), step: 0, directory.Metrics.Length);
        _targets = ReadNumbers(ref from, column.AsSpan(0, series), step: 1, directory.Targets.Records);
        _chunkStarts = ReadChunkStarts(ref from, column.AsSpan(0, series), _chunks.Length);
        ReadChunks(ref from, column.AsSpan(0, _chunks.Length));
        Place(dataOffset, groupChunks, directory.Series.Offset(number));
        _statisticsAt = from.Position;
        Length = length;
    }

    /// <summary>Its place among the pages of its block.</summary>
    public int Number { get; }

    /// <summary>The id of its first series.</summary>
    public int First { get; }

    public int Series => _metrics.Length;

    private int Length { get; }

    public int Cost => _bytes.Length + (12 * _metrics.Length) + (56 * _chunks.Length) + 128;

    public int Metric(int series) => _metrics[series];

    public int Target(int series) => _targets[series];

    /// <summary>Where the chunks of a series begin within the page, and where they end.</summary>
    public (int From, int To) ChunksOf(int series) => (_chunkStarts[series], _chunkStarts[series + 1]);

    public ChunkRef Chunk(int place)
    {
        PageChunk chunk = _chunks[place];
        (long groupOffset, int headerLength) = _groups[chunk.Group];
        return new ChunkRef(chunk.Offset, chunk.Length, groupOffset, headerLength, Number, place, chunk.Samples, chunk.MinMs, chunk.MaxMs, chunk.IsHistogram);
    }

    /// <exception cref="InvalidDataException">They make no sense.</exception>
    public ChunkStatistics Statistics(int place)
    {
        ChunkStatistics[]? statistics = Volatile.Read(ref _statistics);
        if (statistics is null)
        {
            statistics = ReadStatistics();
            Volatile.Write(ref _statistics, statistics);
        }

        return statistics[place];
    }

    private ChunkStatistics[] ReadStatistics()
    {
        ChunkStatistics[] statistics = new ChunkStatistics[_chunks.Length];
        ByteReader from = new(_bytes.AsSpan(_statisticsAt, Length - _statisticsAt));
        for (int i = 0; i < statistics.Length; i++)
        {
            statistics[i] = _chunks[i].IsHistogram ? ChunkStatistics.Empty : StatisticsCode.Read(ref from, _chunks[i].Samples);
        }

        return from.Remaining == 0 ? statistics : throw new InvalidDataException("a page holds more than it states");
    }

    private static int CheckedCount(ulong chunks, int series) =>
        chunks >= (ulong)series && chunks <= 1 << 24 ? (int)chunks : throw new InvalidDataException("a page states too few or too many chunks");

    private static int[] ReadNumbers(ref ByteReader from, Span<ulong> column, int step, int limit)
    {
        column[0] = from.Varint();
        VarintColumn.Read(ref from, column[1..]);
        int[] numbers = new int[column.Length];
        long number = -step;
        for (int i = 0; i < numbers.Length; i++)
        {
            number = unchecked(number + step + ZigzagCode.Decode(column[i]));
            numbers[i] = number >= 0 && number < limit ? (int)number : throw new InvalidDataException("a series names labels that are not there");
        }

        return numbers;
    }

    private static int[] ReadChunkStarts(ref ByteReader from, Span<ulong> column, int chunks)
    {
        VarintColumn.Read(ref from, column);
        int[] starts = new int[column.Length + 1];
        for (int i = 0; i < column.Length; i++)
        {
            starts[i + 1] = column[i] < (ulong)(chunks - starts[i])
                ? starts[i] + (int)column[i] + 1
                : throw new InvalidDataException("a series has more chunks than its page");
        }

        return starts[^1] == chunks ? starts : throw new InvalidDataException("a page's chunks belong to no series");
    }

    private void ReadChunks(ref ByteReader from, Span<ulong> column)
    {
        VarintColumn.Read(ref from, column);
        for (int i = 0; i < column.Length; i++)
        {
            _chunks[i].Length = column[i] <= BlockFormat.MaxPiece ? (int)column[i] : throw new InvalidDataException("a chunk is too long");
        }

        VarintColumn.Read(ref from, column);
        for (int i = 0; i < column.Length; i++)
        {
            ulong samples = column[i] >> 1;
            _chunks[i].Samples = samples is > 0 and <= Encodings.Chunk.MaxSamples ? (int)samples : throw new InvalidDataException("a chunk states too many samples");
            _chunks[i].IsHistogram = (column[i] & 1) != 0;
        }

        long ms = from.Zigzag();
        VarintColumn.Read(ref from, column);
        for (int i = 0; i < column.Length; i++)
        {
            ms = unchecked(ms + ZigzagCode.Decode(column[i]));
            _chunks[i].MinMs = ms;
        }

        VarintColumn.Read(ref from, column);
        for (int i = 0; i < column.Length; i++)
        {
            _chunks[i].MaxMs = unchecked(_chunks[i].MinMs + (long)column[i]);
            if (_chunks[i].MaxMs < _chunks[i].MinMs)
            {
                throw new InvalidDataException("a chunk ends before it begins");
            }
        }
    }

    // Groups follow each other from the page's data on: header and chunks, each with its checksum, all before the page.
    private void Place(ulong dataOffset, int[] groupChunks, long end)
    {
        if (dataOffset < BlockFormat.HeaderLength || dataOffset > (ulong)end)
        {
            throw new InvalidDataException("a page's data lies outside of the file");
        }

        long at = (long)dataOffset;
        int chunk = 0;
        for (int i = 0; i < _groups.Length; i++)
        {
            _groups[i].Offset = at;
            if (_groups[i].HeaderLength > BlockFormat.MaxPiece)
            {
                throw new InvalidDataException("a group's header is too long");
            }

            at += _groups[i].HeaderLength + BlockFormat.ChecksumLength;
            for (int n = groupChunks[i]; n > 0; n--, chunk++)
            {
                _chunks[chunk].Group = i;
                _chunks[chunk].Offset = at;
                at = checked(at + _chunks[chunk].Length + BlockFormat.ChecksumLength);
            }
        }

        if (at > end)
        {
            throw new InvalidDataException("a page's data does not lie before it");
        }
    }

    private struct PageChunk
    {
        public long Offset;
        public long MinMs;
        public long MaxMs;
        public int Length;
        public int Samples;
        public int Group;
        public bool IsHistogram;
    }
}
