using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Plimsoll.Series.Blocks;

/// <summary>Gives each distinct text under a prefix a number, in the order in which they come.</summary>
internal sealed class TextTable
{
    private readonly TextList _texts = new();
    private readonly long _seed = Random.Shared.NextInt64(); // A sender can't aim at collisions.
    private int[] _prefixes = new int[16];
    private int[] _slots = new int[64]; // A number and one, zero for none.

    public int Count => _texts.Count;

    public ReadOnlySpan<byte> Text(int number) => _texts[number];

    public int Prefix(int number) => _prefixes[number];

    public int Add(int prefix, ReadOnlySpan<byte> text)
    {
        int slot = Find(prefix, text);
        if (_slots[slot] != 0)
        {
            return _slots[slot] - 1;
        }

        if (2 * (Count + 1) > _slots.Length)
        {
            Grow();
            slot = Find(prefix, text);
        }

        if (Count == _prefixes.Length)
        {
            Array.Resize(ref _prefixes, 2 * Count);
        }

        _prefixes[Count] = prefix;
        _texts.Add(text);
        _slots[slot] = Count; // One more than its number, for it is added by now.
        return Count - 1;
    }

    /// <summary>As <see cref="Add(int, ReadOnlySpan{byte})"/>, for a text of whole numbers.</summary>
    public int Add(ReadOnlySpan<int> numbers) => Add(0, MemoryMarshal.AsBytes(numbers));

    private int Find(int prefix, ReadOnlySpan<byte> text)
    {
        int mask = _slots.Length - 1;
        int slot = (int)XxHash3.HashToUInt64(text, _seed + prefix) & mask;
        while (_slots[slot] != 0 && (_prefixes[_slots[slot] - 1] != prefix || !_texts[_slots[slot] - 1].SequenceEqual(text)))
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
            int mask = _slots.Length - 1;
            int slot = (int)XxHash3.HashToUInt64(_texts[i], _seed + _prefixes[i]) & mask;
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            _slots[slot] = i + 1;
        }
    }
}
