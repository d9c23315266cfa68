using System.Text;
using Plimsoll.Series.Head;

namespace Plimsoll.Series.Index;

/// <summary>
/// The distinct pairs of a label name and value of a head, numbered as they came: their bytes as in a canonical label set,
/// and the ids of the series that carry each. No object lives per pair.
/// </summary>
internal sealed class PairTable
{
    private const int PageBytes = 64 << 10;

    /// <summary>Strings kept at most; where two want one place, the later has it.</summary>
    private const int MaxTexts = 1 << 16;

    private readonly List<byte[]> _pages = [];
    private CachedText?[] _texts = new CachedText?[64];
    private Pair[] _pairs = new Pair[64];
    private int[] _buckets = new int[128];
    private int _pageUsed = PageBytes;

    public int Count { get; private set; }

    public long Bytes { get; private set; } = (64 * 32) + (128 * sizeof(int));

    /// <summary>The pair with these bytes; -1 when it is new.</summary>
    public int Find(ReadOnlySpan<byte> label, ulong hash)
    {
        int mask = _buckets.Length - 1;
        for (int at = (int)hash & mask; _buckets[at] != 0; at = (at + 1) & mask)
        {
            int pair = _buckets[at] - 1;
            if (_pairs[pair].Tag == (uint)(hash >> 32) && Label(pair).SequenceEqual(label))
            {
                return pair;
            }
        }

        return -1;
    }

    /// <param name="label">The label's bytes in a canonical set.</param>
    /// <param name="valueStart">Where in them the value begins.</param>
    /// <param name="name">The number of the label's name.</param>
    /// <param name="ordinal">The pair's place among those of its name, in order of coming.</param>
    public int Add(ReadOnlySpan<byte> label, int valueStart, int name, int ordinal, ulong hash)
    {
        if (Count == _pairs.Length)
        {
            Array.Resize(ref _pairs, 2 * Count);
            Bytes += (long)Count * 32;
        }

        if (Count == _texts.Length && Count < MaxTexts)
        {
            _texts = new CachedText?[2 * Count];
        }

        if (Count >= _buckets.Length / 2)
        {
            Grow();
        }

        byte[] page = Room(label.Length);
        label.CopyTo(page.AsSpan(_pageUsed));
        int pair = Count++;
        _pairs[pair] = new Pair { Page = _pages.Count - 1, Start = _pageUsed, Length = label.Length, ValueStart = valueStart, Name = name, Ordinal = ordinal, Tag = (uint)(hash >> 32), Hash = (uint)hash };
        _pageUsed += label.Length;
        Insert(pair);
        return pair;
    }

    public ReadOnlySpan<byte> Label(int pair)
    {
        ref Pair entry = ref _pairs[pair];
        return _pages[entry.Page].AsSpan(entry.Start, entry.Length);
    }

    public ReadOnlySpan<byte> Value(int pair) => Label(pair)[_pairs[pair].ValueStart..];

    public int NameOf(int pair) => _pairs[pair].Name;

    /// <summary>The pair's place among those of its name, in order of coming.</summary>
    public int OrdinalOf(int pair) => _pairs[pair].Ordinal;

    /// <summary>The value as text; some strings are kept. Several readers may ask at once.</summary>
    public string Text(int pair)
    {
        ref CachedText? place = ref _texts[pair & (_texts.Length - 1)];
        CachedText? cached = Volatile.Read(ref place);
        if (cached is null || cached.Pair != pair)
        {
            cached = new CachedText(pair, Encoding.UTF8.GetString(Value(pair)));
            Volatile.Write(ref place, cached);
        }

        return cached.Text;
    }

    public static ulong HashOf(ReadOnlySpan<byte> label) => SeriesHash.Of(label).Low;

    private byte[] Room(int length)
    {
        if (_pages.Count == 0 || _pages[^1].Length - _pageUsed < length)
        {
            byte[] page = GC.AllocateUninitializedArray<byte>(Math.Max(PageBytes, length));
            _pages.Add(page);
            _pageUsed = 0;
            Bytes += page.Length;
        }

        return _pages[^1];
    }

    private void Grow()
    {
        Bytes += (long)_buckets.Length * sizeof(int);
        _buckets = new int[2 * _buckets.Length];
        for (int pair = 0; pair < Count; pair++)
        {
            Insert(pair);
        }
    }

    private void Insert(int pair)
    {
        int mask = _buckets.Length - 1;
        int at = (int)_pairs[pair].Hash & mask;
        while (_buckets[at] != 0)
        {
            at = (at + 1) & mask;
        }

        _buckets[at] = pair + 1;
    }

    private struct Pair
    {
        public int Page;
        public int Start;
        public int Length;
        public int ValueStart;
        public int Name;
        public int Ordinal;
        public uint Tag;
        public uint Hash;
    }

    private sealed record CachedText(int Pair, string Text);
}
