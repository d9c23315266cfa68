using System.Runtime.InteropServices;
using Plimsoll.Series.Memory;

namespace Plimsoll.Series.Index;

/// <summary>Lists of ascending ids, one per pair, in native memory: most hold a handful, some a million.</summary>
internal sealed unsafe class PostingLists : IDisposable
{
    private readonly NativePool _pool = new();
    private List[] _lists = new List[64];

    public long Bytes => _pool.Bytes + ((long)_lists.Length * sizeof(List));

    public void Add(int list, int id)
    {
        if (list >= _lists.Length)
        {
            Array.Resize(ref _lists, Math.Max(list + 1, 2 * _lists.Length));
        }

        ref List entry = ref _lists[list];
        if (entry.Count == entry.Capacity)
        {
            Grow(ref entry);
        }

        entry.Ids[entry.Count++] = id;
    }

    public ReadOnlySpan<int> Ids(int list) => list < _lists.Length ? new(_lists[list].Ids, _lists[list].Count) : [];

    public int Count(int list) => list < _lists.Length ? _lists[list].Count : 0;

    public void Dispose() => _pool.Dispose();

    private void Grow(ref List entry)
    {
        // Doubling is cheap for short lists; long ones would hold too much that they may never use.
        int wanted = entry.Capacity < 1024 ? Math.Max(4, 2 * entry.Capacity) : entry.Capacity + (entry.Capacity / 4);
        int capacity = NativePool.RoundUp(wanted * sizeof(int)) / sizeof(int);
        int* ids = (int*)_pool.Take(capacity * sizeof(int));
        new ReadOnlySpan<int>(entry.Ids, entry.Count).CopyTo(new Span<int>(ids, entry.Count));
        if (entry.Ids != null)
        {
            _pool.Return((byte*)entry.Ids, entry.Capacity * sizeof(int));
        }

        entry.Ids = ids;
        entry.Capacity = capacity;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct List
    {
        public int* Ids;
        public int Count;
        public int Capacity;
    }
}
