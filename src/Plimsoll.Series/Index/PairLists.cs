using System.Runtime.InteropServices;
using Plimsoll.Series.Head;

namespace Plimsoll.Series.Index;

/// <summary>Lists of pair numbers, each kept once: what the label sets of one target have in common. Numbered as they came.</summary>
internal sealed class PairLists
{
    private const int PageInts = 64 << 10;

    private readonly List<int[]> _pages = [];
    private uint[] _places = new uint[16];
    private int[] _buckets = new int[64]; // A list's number and one, zero for none.
    private int _count;
    private int _pageUsed = PageInts;

    /// <summary>Bytes of memory held.</summary>
    public long Bytes { get; private set; } = (16 + 64) * sizeof(int);

    public ReadOnlySpan<int> this[int list]
    {
        get
        {
            uint place = _places[list];
            int[] page = _pages[(int)(place >> 16)];
            int at = (int)(place & 0xFFFF);
            return page.AsSpan(at + 1, page[at]);
        }
    }

    /// <returns>The number of the list.</returns>
    public int Add(ReadOnlySpan<int> pairs)
    {
        int bucket = Bucket(pairs);
        if (_buckets[bucket] != 0)
        {
            return _buckets[bucket] - 1;
        }

        if (2 * (_count + 1) > _buckets.Length)
        {
            Grow();
            bucket = Bucket(pairs);
        }

        Append(pairs);
        _buckets[bucket] = ++_count;
        return _count - 1;
    }

    private void Append(ReadOnlySpan<int> pairs)
    {
        if (_pages.Count == 0 || _pages[^1].Length - _pageUsed < pairs.Length + 1)
        {
            _pages.Add(GC.AllocateUninitializedArray<int>(Math.Max(PageInts, pairs.Length + 1)));
            _pageUsed = 0;
            Bytes += (long)_pages[^1].Length * sizeof(int);
        }

        if (_count == _places.Length)
        {
            Bytes += (long)_count * sizeof(uint);
            Array.Resize(ref _places, 2 * _count);
        }

        int[] page = _pages[^1];
        _places[_count] = ((uint)(_pages.Count - 1) << 16) | (uint)_pageUsed;
        page[_pageUsed] = pairs.Length;
        pairs.CopyTo(page.AsSpan(_pageUsed + 1));
        _pageUsed += pairs.Length + 1;
    }

    private int Bucket(ReadOnlySpan<int> pairs)
    {
        int mask = _buckets.Length - 1;
        int bucket = (int)SeriesHash.Of(MemoryMarshal.AsBytes(pairs)).Low & mask;
        while (_buckets[bucket] != 0 && !this[_buckets[bucket] - 1].SequenceEqual(pairs))
        {
            bucket = (bucket + 1) & mask;
        }

        return bucket;
    }

    private void Grow()
    {
        Bytes += (long)_buckets.Length * sizeof(int);
        _buckets = new int[2 * _buckets.Length];
        for (int list = 0; list < _count; list++)
        {
            _buckets[Bucket(this[list])] = list + 1;
        }
    }
}
