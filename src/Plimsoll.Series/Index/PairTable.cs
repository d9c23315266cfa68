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

    private readonly List<byte[]> _pages = [];
    private readonly Dictionary<int, string> _strings = [];
    private readonly Lock _stringsGate = new();
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
    public int Add(ReadOnlySpan<byte> label, int valueStart, int name, ulong hash)
    {
        if (Count == _pairs.Length)
        {
            Array.Resize(ref _pairs, 2 * Count);
            Bytes += (long)Count * 32;
        }

        if (Count >= _buckets.Length / 2)
        {
            Grow();
        }

        byte[] page = Room(label.Length);
        label.CopyTo(page.AsSpan(_pageUsed));
        int pair = Count++;
        _pairs[pair] = new Pair { Page = _pages.Count - 1, Start = _pageUsed, Length = label.Length, ValueStart = valueStart, Name = name, Tag = (uint)(hash >> 32), Hash = (uint)hash };
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

    /// <summary>The value as text; strings are kept while there are not too many.</summary>
    public string Text(int pair)
    {
        const int most = 250_000;
        lock (_stringsGate)
        {
            if (!_strings.TryGetValue(pair, out string? text))
            {
                if (_strings.Count >= most)
                {
                    _strings.Clear();
                }

                text = Encoding.UTF8.GetString(Value(pair));
                _strings.Add(pair, text);
            }

            return text;
        }
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
        public uint Tag;
        public uint Hash;
    }
}
