using System.Buffers.Binary;
using Plimsoll.Series.Upgrades.Version1.Chunks;
using Plimsoll.Series.Upgrades.Version1.Index;

namespace Plimsoll.Series.Upgrades.Version1.Blocks;

/// <summary>The index of one block, read in place; texts are decoded when first asked for. Safe for use by several threads.</summary>
internal sealed class BlockIndex : ILabelIndex
{
    private readonly byte[] _bytes;
    private readonly int _symbols;
    private readonly int _series;
    private readonly int _symbolTable;
    private readonly int _seriesTable;
    private readonly string?[] _texts;
    private readonly int[] _all;
    private readonly Dictionary<string, (int Values, int Table)> _names;

    public BlockIndex(byte[] bytes)
    {
        _bytes = bytes;
        _symbols = Int(0);
        _series = Int(4);
        int names = Int(8);
        _symbolTable = 12;
        _seriesTable = _symbolTable + (4 * (_symbols + 1));
        int nameTable = _seriesTable + (4 * _series);
        _texts = new string?[_symbols];
        _all = new int[_series];
        for (int i = 0; i < _series; i++)
        {
            _all[i] = i;
        }

        _names = new Dictionary<string, (int, int)>(names, StringComparer.Ordinal);
        for (int i = 0; i < names; i++)
        {
            int entry = nameTable + (12 * i);
            _names.Add(Symbol(Int(entry)), (Int(entry + 4), Int(entry + 8)));
        }
    }

    /// <summary>Memory held, about.</summary>
    public long Cost => 3L * _bytes.Length;

    public int IdLimit => _series;

    public ReadOnlySpan<int> All => _all;

    public ReadOnlySpan<int> Postings(string name, string value)
    {
        if (!_names.TryGetValue(name, out (int Values, int Table) entry))
        {
            return [];
        }

        int low = 0;
        int high = entry.Values - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int at = entry.Table + (12 * middle);
            int order = string.CompareOrdinal(Symbol(Int(at)), value);
            if (order == 0)
            {
                return ReadPostings(Int(at + 4), Int(at + 8));
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return [];
    }

    public int ValueCount(string name) => _names.TryGetValue(name, out (int Values, int Table) entry) ? entry.Values : 0;

    public IEnumerable<string> Values(string name)
    {
        if (_names.TryGetValue(name, out (int Values, int Table) entry))
        {
            for (int i = 0; i < entry.Values; i++)
            {
                yield return Symbol(Int(entry.Table + (12 * i)));
            }
        }
    }

    public string ValueOf(int id, string name)
    {
        ByteReader source = SeriesAt(id);
        int labels = source.Count(bytesEach: 2);
        for (int i = 0; i < labels; i++)
        {
            int nameNumber = (int)source.Varint();
            int valueNumber = (int)source.Varint();
            if (string.Equals(Symbol(nameNumber), name, StringComparison.Ordinal))
            {
                return Symbol(valueNumber);
            }
        }

        return "";
    }

    public LabelSet Labels(int id)
    {
        ByteReader source = SeriesAt(id);
        return ReadLabels(ref source);
    }

    /// <summary>The chunks of a series, oldest first, and the bits of its last sample.</summary>
    public ChunkEntry[] Chunks(int id, out long lastBits)
    {
        ByteReader source = SeriesAt(id);
        int labels = source.Count(bytesEach: 2);
        for (int i = 0; i < 2 * labels; i++)
        {
            source.Varint();
        }

        lastBits = source.Int64();
        ChunkEntry[] chunks = new ChunkEntry[source.Count(bytesEach: 5)];
        for (int i = 0; i < chunks.Length; i++)
        {
            long offset = (long)source.Varint();
            int length = (int)source.Varint();
            int count = (int)source.Varint();
            long minMs = source.Zigzag();
            chunks[i] = new ChunkEntry(offset, length, count, minMs, minMs + (long)source.Varint());
        }

        return chunks;
    }

    /// <summary>The id of the series with exactly these labels; -1 when the block has none.</summary>
    public int Find(LabelSet labels)
    {
        int low = 0;
        int high = _series - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = Labels(middle).CompareTo(labels);
            if (order == 0)
            {
                return middle;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return -1;
    }

    private LabelSet ReadLabels(ref ByteReader source)
    {
        Label[] labels = new Label[source.Count(bytesEach: 2)];
        for (int i = 0; i < labels.Length; i++)
        {
            string name = Symbol((int)source.Varint());
            labels[i] = new Label(name, Symbol((int)source.Varint()));
        }

        return LabelSet.FromSorted(labels);
    }

    private int[] ReadPostings(int count, int offset)
    {
        ByteReader source = new(_bytes.AsSpan(offset));
        int[] ids = new int[count];
        int id = 0;
        for (int i = 0; i < count; i++)
        {
            id += (int)source.Varint();
            ids[i] = id;
        }

        return ids;
    }

    private ByteReader SeriesAt(int id) => new(_bytes.AsSpan(Int(_seriesTable + (4 * id))));

    private string Symbol(int number)
    {
        // Two threads may decode the same text at once; either result will do.
        string? text = Volatile.Read(ref _texts[number]);
        if (text is null)
        {
            text = new ByteReader(_bytes.AsSpan(Int(_symbolTable + (4 * number)))).Text();
            Volatile.Write(ref _texts[number], text);
        }

        return text;
    }

    private int Int(int at) => BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(at));
}

/// <summary>Where a chunk lies in its block's file, and what it holds.</summary>
internal readonly record struct ChunkEntry(long Offset, int Length, int Count, long MinMs, long MaxMs);
