using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Plimsoll.Series.Index;

/// <summary>The pairs of one label name in the order of their values. Immutable; new values make a new one out of the old.</summary>
internal sealed class ValueOrder
{
    private readonly int[] _pairs;
    private readonly int[] _places;

    private ValueOrder(int[] sorted, PairTable pairs)
    {
        _pairs = sorted;
        _places = new int[sorted.Length];
        for (int place = 0; place < sorted.Length; place++)
        {
            _places[pairs.OrdinalOf(sorted[place])] = place;
        }
    }

    private ValueOrder() => _pairs = _places = [];

    public static ValueOrder Empty { get; } = new();

    public int Count => _pairs.Length;

    public int Pair(int place) => _pairs[place];

    /// <param name="ordinal">See <see cref="PairTable.OrdinalOf"/>.</param>
    public int Place(int ordinal) => _places[ordinal];

    /// <summary>Sorts what is new and merges it with what was sorted before.</summary>
    /// <param name="all">The pairs of the name as they came; those of <paramref name="before"/> stand first.</param>
    public static ValueOrder Extend(ValueOrder before, List<int> all, PairTable pairs)
    {
        int[] added = SortedByValue(CollectionsMarshal.AsSpan(all)[before.Count..], pairs);
        if (before.Count == 0)
        {
            return new ValueOrder(added, pairs);
        }

        int[] merged = new int[all.Count];
        int from = 0;
        int at = 0;
        foreach (int pair in added)
        {
            int place = before.Find(pairs.Value(pair), pairs);
            int until = ~place;
            before._pairs.AsSpan(from, until - from).CopyTo(merged.AsSpan(at));
            at += until - from;
            from = until;
            merged[at++] = pair;
        }

        before._pairs.AsSpan(from).CopyTo(merged.AsSpan(at));
        return new ValueOrder(merged, pairs);
    }

    /// <summary>The place of a value; the complement of where it would be when it is not there.</summary>
    public int Find(ReadOnlySpan<byte> text, PairTable pairs)
    {
        int low = 0;
        int high = _pairs.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = pairs.Value(_pairs[middle]).SequenceCompareTo(text);
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

        return ~low;
    }

    // Eight bytes behind what all share decide nearly every comparison; whole values only those that are left.
    private static int[] SortedByValue(ReadOnlySpan<int> unordered, PairTable pairs)
    {
        int[] sorted = unordered.ToArray();
        if (sorted.Length < 2)
        {
            return sorted;
        }

        ReadOnlySpan<byte> first = pairs.Value(sorted[0]);
        int shared = first.Length;
        foreach (int pair in sorted)
        {
            shared = Math.Min(shared, first.CommonPrefixLength(pairs.Value(pair)));
        }

        ulong[] keys = new ulong[sorted.Length];
        for (int i = 0; i < sorted.Length; i++)
        {
            keys[i] = KeyOf(pairs.Value(sorted[i])[shared..]);
        }

        keys.AsSpan().Sort(sorted.AsSpan());
        for (int start = 0; start < sorted.Length;)
        {
            int end = start + 1;
            while (end < sorted.Length && keys[end] == keys[start])
            {
                end++;
            }

            if (end - start > 1)
            {
                sorted.AsSpan(start, end - start).Sort((a, b) => pairs.Value(a).SequenceCompareTo(pairs.Value(b)));
            }

            start = end;
        }

        return sorted;
    }

    private static ulong KeyOf(ReadOnlySpan<byte> text)
    {
        if (text.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64BigEndian(text);
        }

        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        padded.Clear();
        text.CopyTo(padded);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }
}
