using System.IO.Hashing;

namespace Plimsoll.Series.Blocks;

/// <summary>
/// The targets of a block being written: what remains of a label set without the metric's name. The series of a scrape share
/// one, so their labels are taken apart and kept once.
/// </summary>
/// <remarks>
/// A target is known by a keyed 128-bit hash of its bytes: to keep the bytes of a million of them would take hundreds of
/// megabytes, and who does not know the key can't make two meet.
/// </remarks>
internal sealed class TargetTable
{
    private static readonly long Seed = Random.Shared.NextInt64();

    private readonly TextTable _names = new();
    private readonly TextTable _values = new();
    private readonly TextTable _shapes = new();
    private readonly List<int> _pairs = [];
    private UInt128[] _hashes = new UInt128[64];
    private int[] _starts = new int[65];
    private int[] _shapeOf = new int[64];
    private int[] _slots = new int[256]; // A target's number and one, zero for none.
    private int[] _shape = new int[16];
    private int _last = -1;

    public int Count { get; private set; }

    public TextTable Names => _names;

    /// <summary>Label values, each under the number of its name as its prefix.</summary>
    public TextTable Values => _values;

    /// <summary>For each shape the numbers of its names, as bytes of integers.</summary>
    public TextTable Shapes => _shapes;

    public int ShapeOf(int target) => _shapeOf[target];

    /// <summary>The numbers of a target's values, in the order of its shape.</summary>
    public ReadOnlySpan<int> ValuesOf(int target) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_pairs)[_starts[target].._starts[target + 1]];

    /// <summary>The number of a metric's name among the values.</summary>
    public int AddMetric(ReadOnlySpan<byte> name) => _values.Add(_names.Add(0, "__name__"u8), name);

    /// <param name="labels">In canonical form, the metric's name left out.</param>
    public int Add(ReadOnlySpan<byte> labels)
    {
        UInt128 hash = XxHash128.HashToUInt128(labels, Seed);
        if (_last + 1 < Count && _hashes[_last + 1] == hash)
        {
            return ++_last; // Series of one metric follow the same targets as those of the one before.
        }

        int slot = Find(hash);
        if (_slots[slot] != 0)
        {
            return _last = _slots[slot] - 1;
        }

        if (2 * (Count + 1) > _slots.Length)
        {
            Grow();
            slot = Find(hash);
        }

        _slots[slot] = Count + 1;
        Append(hash, labels);
        return _last = Count - 1;
    }

    private void Append(UInt128 hash, ReadOnlySpan<byte> labels)
    {
        if (Count == _hashes.Length)
        {
            Array.Resize(ref _hashes, 2 * Count);
            Array.Resize(ref _shapeOf, 2 * Count);
            Array.Resize(ref _starts, (2 * Count) + 1);
        }

        int length = 0;
        foreach (LabelBytes.LabelSpans label in LabelBytes.Enumerate(labels))
        {
            if (length == _shape.Length)
            {
                Array.Resize(ref _shape, 2 * length);
            }

            int name = _names.Add(0, label.Name);
            _shape[length++] = name;
            _pairs.Add(_values.Add(name, label.Value));
        }

        _hashes[Count] = hash;
        _shapeOf[Count] = _shapes.Add(_shape.AsSpan(0, length));
        Count++;
        _starts[Count] = _pairs.Count;
    }

    private int Find(UInt128 hash)
    {
        int mask = _slots.Length - 1;
        int slot = (int)(ulong)hash & mask;
        while (_slots[slot] != 0 && _hashes[_slots[slot] - 1] != hash)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private void Grow()
    {
        _slots = new int[2 * _slots.Length];
        for (int i = 0; i < Count; i++)
        {
            _slots[Find(_hashes[i])] = i + 1;
        }
    }
}
