using System.Runtime.InteropServices;

namespace Plimsoll.Series.Index;

internal sealed partial class HeadIndex
{
    /// <summary>Puts ids in the order of their label sets.</summary>
    /// <remarks>Ranks stand for pairs, so that label sets compare as lists of numbers, two of them at a time.</remarks>
    public unsafe void SortByLabels(Span<int> ids)
    {
        if (ids.Length <= 1)
        {
            return;
        }

        // Given back at once; the collector would keep megabytes until it next looks at large objects.
        void* keys = NativeMemory.Alloc((nuint)ids.Length, sizeof(ulong));
        try
        {
            SortFrom(ids, new Span<ulong>(keys, ids.Length), Ranks(), 0);
        }
        finally
        {
            NativeMemory.Free(keys);
        }
    }

    /// <summary>A new index of some series only, numbered from zero in the order given.</summary>
    /// <param name="ids">Ascending.</param>
    public HeadIndex Keep(ReadOnlySpan<int> ids)
    {
        HeadIndex kept = new();
        int[] renumbered = new int[_pairs.Count];
        Array.Fill(renumbered, -1);
        Span<int> pairs = [];
        foreach (int id in ids)
        {
            PairList old = PairsOf(id);
            if (pairs.Length < old.Count)
            {
                pairs = new int[2 * old.Count];
            }

            int added = kept.Count++;
            for (int i = 0; i < old.Count; i++)
            {
                int pair = renumbered[old[i]];
                if (pair < 0)
                {
                    pair = renumbered[old[i]] = kept.Adopt(this, old[i]);
                }

                pairs[i] = pair;
                kept._postings.Add(pair, added);
            }

            kept.Store(added, pairs[0], kept._rests.Add(pairs[1..old.Count]));
        }

        return kept;
    }

    private int Adopt(HeadIndex from, int pair)
    {
        LabelNameEntry old = from._names[from._pairs.NameOf(pair)];
        int name = NumberOf(old.Utf8);
        ReadOnlySpan<byte> label = from._pairs.Label(pair);
        int adopted = _pairs.Add(label, label.Length - from._pairs.Value(pair).Length, name, _names[name].Count, PairTable.HashOf(label));
        _names[name].Add(adopted);
        return adopted;
    }

    // By pair: its place among all, by name and then value. From one, so that zero can say that a series has no more labels.
    private uint[] Ranks()
    {
        uint[] ranks = new uint[_pairs.Count];
        NameOrder names = Names();
        uint rank = 1;
        for (int place = 0; place < names.Count; place++)
        {
            ValueOrder values = _names[names.Number(place)].Sorted(_pairs);
            for (int value = 0; value < values.Count; value++)
            {
                ranks[values.Pair(value)] = rank++;
            }
        }

        return ranks;
    }

    private void SortFrom(Span<int> ids, Span<ulong> keys, uint[] ranks, int label)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            PairList pairs = PairsOf(ids[i]);
            ulong high = label < pairs.Count ? ranks[pairs[label]] : 0;
            keys[i] = (high << 32) | (label + 1 < pairs.Count ? ranks[pairs[label + 1]] : 0);
        }

        keys.Sort(ids);
        for (int start = 0; start < ids.Length;)
        {
            ulong key = keys[start];
            int end = start + 1;
            while (end < ids.Length && keys[end] == key)
            {
                end++;
            }

            // Sets that end here are equal; ids are then of one series twice, which stay beside each other.
            if (end - start > 1 && (uint)key != 0)
            {
                SortFrom(ids[start..end], keys[start..end], ranks, label + 2);
            }

            start = end;
        }
    }
}
