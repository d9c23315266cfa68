using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Plimsoll.Series.Head;

/// <summary>
/// The slots of a tenant's series by id, in pages that never move, and a hash table from label hash to id. Changed by one
/// thread at a time.
/// </summary>
internal sealed unsafe class SlotTable : IDisposable
{
    private const int PageBits = 10;
    private const int PageSlots = 1 << PageBits;

    /// <summary>How far ahead to fetch: far enough for memory to answer meanwhile, the slot before the buffer that it names.</summary>
    private const int SlotsAhead = 16;
    private const int BuffersAhead = 8;

    private nint[] _pages = new nint[4];
    private int _pageCount;
    private ulong* _buckets;
    private int _mask;

    public SlotTable(int expected = 0)
    {
        int capacity = 64;
        while (capacity / 4 * 3 < expected)
        {
            capacity *= 2;
        }

        _buckets = (ulong*)NativeMemory.AllocZeroed((nuint)capacity, sizeof(ulong));
        _mask = capacity - 1;
    }

    public int Count { get; private set; }

    public long Bytes => ((long)_pageCount * PageSlots * sizeof(SeriesSlot)) + ((_mask + 1L) * sizeof(ulong));

    public SeriesSlot* this[int id] => (SeriesSlot*)_pages[id >> PageBits] + (id & (PageSlots - 1));

    /// <summary>
    /// Has the processor fetch what the series that probably come next need: a sender repeats its series in the order in which
    /// they got their ids, and each one's slot and open buffer are two lines that no cache holds since the last time.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchAfter(int id)
    {
        if (Sse.IsSupported && id + SlotsAhead < Count)
        {
            Sse.Prefetch0(this[id + SlotsAhead]);
            SeriesSlot* slot = this[id + BuffersAhead];
            Sse.Prefetch0(slot->Open + (slot->Count * sizeof(double)));
        }
    }

    /// <summary>The id of the series with a hash, or -1.</summary>
    public int Find(ulong low, ulong high)
    {
        // A bucket holds 32 bits of the hash above the id plus one; the slot settles what these leave open.
        uint tag = Tag(high);
        for (int at = (int)low & _mask; ; at = (at + 1) & _mask)
        {
            ulong bucket = _buckets[at];
            if (bucket == 0)
            {
                return -1;
            }

            if ((uint)(bucket >> 32) == tag)
            {
                int id = (int)((uint)bucket - 1);
                SeriesSlot* slot = this[id];
                if (slot->HashLow == low && slot->HashHigh == high)
                {
                    return id;
                }
            }
        }
    }

    /// <summary>Adds a series that is not there yet; its slot is clear but for the hash, the id of no successor and no newest sample.</summary>
    public int Add(ulong low, ulong high)
    {
        if (Count >= (_mask + 1L) * 3 / 4)
        {
            Grow();
        }

        int id = Count;
        if (id >> PageBits == _pageCount)
        {
            AddPage();
        }

        Count++;
        SeriesSlot* slot = this[id];
        *slot = default;
        slot->HashLow = low;
        slot->HashHigh = high;
        slot->LastMs = long.MinValue;
        slot->Next = -1;
        Insert(low, high, id);
        return id;
    }

    public void Dispose()
    {
        for (int i = 0; i < _pageCount; i++)
        {
            NativeMemory.AlignedFree((void*)_pages[i]);
        }

        NativeMemory.Free(_buckets);
        _buckets = null;
        _pageCount = 0;
    }

    private static uint Tag(ulong high) => (uint)(high >> 32);

    private void Insert(ulong low, ulong high, int id)
    {
        int at = (int)low & _mask;
        while (_buckets[at] != 0)
        {
            at = (at + 1) & _mask;
        }

        _buckets[at] = ((ulong)Tag(high) << 32) | (uint)(id + 1);
    }

    private void AddPage()
    {
        if (_pageCount == _pages.Length)
        {
            Array.Resize(ref _pages, 2 * _pageCount);
        }

        _pages[_pageCount++] = (nint)NativeMemory.AlignedAlloc(PageSlots * (nuint)sizeof(SeriesSlot), 64);
    }

    private void Grow()
    {
        int capacity = checked((_mask + 1) * 2);
        ulong* buckets = (ulong*)NativeMemory.AllocZeroed((nuint)capacity, sizeof(ulong));
        NativeMemory.Free(_buckets);
        _buckets = buckets;
        _mask = capacity - 1;
        for (int id = 0; id < Count; id++)
        {
            Insert(this[id]->HashLow, this[id]->HashHigh, id);
        }
    }
}
