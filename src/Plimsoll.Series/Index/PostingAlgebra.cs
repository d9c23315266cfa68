using System.Numerics;

namespace Plimsoll.Series.Index;

/// <summary>What sets of ids, ascending each, have in common and together.</summary>
internal static class PostingAlgebra
{
    /// <summary>Gallops through the longer list, so that a short one costs little beside it.</summary>
    public static int[] Intersect(ReadOnlySpan<int> few, ReadOnlySpan<int> many)
    {
        if (few.Length > many.Length)
        {
            ReadOnlySpan<int> swap = few;
            few = many;
            many = swap;
        }

        int[] result = new int[few.Length];
        int count = 0;
        int at = 0;
        foreach (int id in few)
        {
            at = Seek(many, at, id);
            if (at == many.Length)
            {
                break;
            }

            if (many[at] == id)
            {
                result[count++] = id;
            }
        }

        return count == result.Length ? result : result[..count];
    }

    /// <summary>What is left of some ids without those of another list.</summary>
    public static int[] Without(ReadOnlySpan<int> ids, ReadOnlySpan<int> others)
    {
        int[] result = new int[ids.Length];
        int count = 0;
        int from = 0;
        int at = 0;
        foreach (int other in others)
        {
            int place = Seek(ids, at, other);
            if (place == ids.Length)
            {
                break;
            }

            at = place;
            if (ids[place] == other)
            {
                ids[from..place].CopyTo(result.AsSpan(count));
                count += place - from;
                from = at = place + 1;
            }
        }

        ids[from..].CopyTo(result.AsSpan(count));
        count += ids.Length - from;
        return count == result.Length ? result : result[..count];
    }

    /// <summary>The series that have one of several values of a label: each has one at most, so lists don't meet.</summary>
    /// <param name="total">How many they are together.</param>
    public static int[] Union(ILabelIndex index, int name, ReadOnlySpan<int> values, int total)
    {
        if (values.Length <= 1 || total == 0)
        {
            return values.IsEmpty || total == 0 ? [] : index.Postings(name, values[0]).ToArray();
        }

        int[] ids = new int[total];
        if (total < index.Count / 64)
        {
            int filled = 0;
            foreach (int value in values)
            {
                ReadOnlySpan<int> some = index.Postings(name, value);
                some.CopyTo(ids.AsSpan(filled));
                filled += some.Length;
            }

            ids.AsSpan().Sort();
            return ids;
        }

        ulong[] marked = new ulong[(index.Count + 63) / 64];
        foreach (int value in values)
        {
            foreach (int id in index.Postings(name, value))
            {
                marked[id >> 6] |= 1UL << (id & 63);
            }
        }

        int count = 0;
        for (int i = 0; i < marked.Length; i++)
        {
            for (ulong left = marked[i]; left != 0; left &= left - 1)
            {
                ids[count++] = (64 * i) + BitOperations.TrailingZeroCount(left);
            }
        }

        return ids;
    }

    // The first place at or after one whose id is not below the wanted one.
    private static int Seek(ReadOnlySpan<int> ids, int from, int id)
    {
        int step = 1;
        int low = from;
        int high = from;
        while (high < ids.Length && ids[high] < id)
        {
            low = high + 1;
            high += step;
            step *= 2;
        }

        high = Math.Min(high, ids.Length);
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (ids[middle] < id)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
