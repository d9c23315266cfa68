using System.Runtime.InteropServices;
using Plimsoll.Series.Upgrades.Version1.Chunks;

namespace Plimsoll.Series.Upgrades.Version1.Blocks;

/// <summary>Writes one block: chunks as they come, series in ascending order of labels, then the index over them.</summary>
internal sealed class BlockWriter
{
    private const int FlushBytes = 1 << 20;

    private readonly IAppendFile _file;
    private readonly ulong _sequence;
    private readonly ByteWriter _pending = new(FlushBytes + 65_536);
    private readonly List<SeriesEntry> _series = [];
    private readonly List<ChunkEntry> _chunks = [];
    private long _flushed;
    private long _samples;
    private long _minMs = long.MaxValue;
    private long _maxMs = long.MinValue;

    public BlockWriter(IAppendFile file, TenantId tenant, ulong sequence)
    {
        _file = file;
        _sequence = sequence;
        BlockFormat.WriteHeader(_pending.Reserve(BlockFormat.HeaderLength), tenant, sequence);
        _pending.Advance(BlockFormat.HeaderLength);
    }

    public void BeginSeries(LabelSet labels) => _series.Add(new SeriesEntry(labels, _chunks.Count));

    public void Add(Chunk chunk, long lastBits)
    {
        _chunks.Add(new ChunkEntry(_flushed + _pending.Length, chunk.Bytes.Length, chunk.Count, chunk.MinMs, chunk.MaxMs));
        _pending.Bytes(chunk.Bytes);
        _pending.UInt32(Checksum.Of(chunk.Bytes));
        _samples += chunk.Count;
        _minMs = Math.Min(_minMs, chunk.MinMs);
        _maxMs = Math.Max(_maxMs, chunk.MaxMs);
        SeriesEntry series = _series[^1];
        series.LastBits = lastBits;
        series.ChunkCount++;
        if (_pending.Length >= FlushBytes)
        {
            Flush();
        }
    }

    /// <summary>Writes the index and the footer; syncing is the caller's.</summary>
    public void Finish()
    {
        long indexOffset = _flushed + _pending.Length;
        ByteWriter index = new(1 << 16);
        WriteIndex(index);
        Flush();
        _file.Append(index.Written);
        Span<byte> footer = stackalloc byte[BlockFormat.FooterLength];
        BlockFormat.WriteFooter(footer, new BlockFooter(
            _sequence, indexOffset, index.Length, Checksum.Of(index.Written), _minMs, _maxMs, _samples, _series.Count, _chunks.Count));
        _file.Append(footer);
    }

    private void Flush()
    {
        _file.Append(_pending.Written);
        _flushed += _pending.Length;
        _pending.Clear();
    }

    // Fixed tables first, so that a reader finds anything by its number: counts, symbols, series, names; then what they point to.
    private void WriteIndex(ByteWriter index)
    {
        (string[] symbols, Dictionary<string, int> numbers) = NumberSymbols();
        SortedDictionary<string, SortedDictionary<string, List<int>>> postings = Invert();

        index.UInt32((uint)symbols.Length);
        index.UInt32((uint)_series.Count);
        index.UInt32((uint)postings.Count);
        int symbolTable = Table(index, symbols.Length + 1, 4);
        int seriesTable = Table(index, _series.Count, 4);
        int nameTable = Table(index, postings.Count, 12);
        int valueTable = Table(index, postings.Values.Sum(values => values.Count), 12);

        for (int i = 0; i < symbols.Length; i++)
        {
            Set(index, symbolTable + (4 * i), index.Length);
            index.Text(symbols[i]);
        }

        Set(index, symbolTable + (4 * symbols.Length), index.Length);
        for (int i = 0; i < _series.Count; i++)
        {
            Set(index, seriesTable + (4 * i), index.Length);
            WriteSeries(index, _series[i], numbers);
        }

        int value = valueTable;
        int name = nameTable;
        foreach ((string nameText, SortedDictionary<string, List<int>> values) in postings)
        {
            Set(index, name, numbers[nameText]);
            Set(index, name + 4, values.Count);
            Set(index, name + 8, value);
            name += 12;
            foreach ((string valueText, List<int> ids) in values)
            {
                Set(index, value, numbers[valueText]);
                Set(index, value + 4, ids.Count);
                Set(index, value + 8, index.Length);
                value += 12;
                int before = 0;
                foreach (int id in ids)
                {
                    index.Varint((ulong)(id - before));
                    before = id;
                }
            }
        }
    }

    private void WriteSeries(ByteWriter index, SeriesEntry series, Dictionary<string, int> numbers)
    {
        index.Varint((ulong)series.Labels.Count);
        foreach (Label label in series.Labels.AsSpan())
        {
            index.Varint((ulong)numbers[label.Name]);
            index.Varint((ulong)numbers[label.Value]);
        }

        index.Int64(series.LastBits);
        index.Varint((ulong)series.ChunkCount);
        foreach (ChunkEntry chunk in CollectionsMarshal.AsSpan(_chunks).Slice(series.FirstChunk, series.ChunkCount))
        {
            index.Varint((ulong)chunk.Offset);
            index.Varint((ulong)chunk.Length);
            index.Varint((ulong)chunk.Count);
            index.Zigzag(chunk.MinMs);
            index.Varint((ulong)(chunk.MaxMs - chunk.MinMs));
        }
    }

    private (string[] Symbols, Dictionary<string, int> Numbers) NumberSymbols()
    {
        HashSet<string> distinct = new(StringComparer.Ordinal);
        foreach (SeriesEntry series in _series)
        {
            foreach (Label label in series.Labels.AsSpan())
            {
                distinct.Add(label.Name);
                distinct.Add(label.Value);
            }
        }

        string[] symbols = [.. distinct];
        Array.Sort(symbols, StringComparer.Ordinal);
        Dictionary<string, int> numbers = new(symbols.Length, StringComparer.Ordinal);
        for (int i = 0; i < symbols.Length; i++)
        {
            numbers.Add(symbols[i], i);
        }

        return (symbols, numbers);
    }

    private SortedDictionary<string, SortedDictionary<string, List<int>>> Invert()
    {
        SortedDictionary<string, SortedDictionary<string, List<int>>> postings = new(StringComparer.Ordinal);
        for (int id = 0; id < _series.Count; id++)
        {
            foreach (Label label in _series[id].Labels.AsSpan())
            {
                if (!postings.TryGetValue(label.Name, out SortedDictionary<string, List<int>>? values))
                {
                    postings.Add(label.Name, values = new SortedDictionary<string, List<int>>(StringComparer.Ordinal));
                }

                if (!values.TryGetValue(label.Value, out List<int>? ids))
                {
                    values.Add(label.Value, ids = []);
                }

                ids.Add(id);
            }
        }

        return postings;
    }

    private static int Table(ByteWriter index, int entries, int bytesEach)
    {
        int start = index.Length;
        int bytes = checked(entries * bytesEach);
        index.Reserve(bytes)[..bytes].Clear();
        index.Advance(bytes);
        return start;
    }

    private static void Set(ByteWriter index, int at, int value) =>
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(index.At(at, 4), value);

    private sealed class SeriesEntry(LabelSet labels, int firstChunk)
    {
        public LabelSet Labels { get; } = labels;

        public int FirstChunk { get; } = firstChunk;

        public int ChunkCount { get; set; }

        public long LastBits { get; set; }
    }
}

/// <summary>Where a chunk lies in its block's file, and what it holds.</summary>
internal readonly record struct ChunkEntry(long Offset, int Length, int Count, long MinMs, long MaxMs);
