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

        return result[..count];
    }

    /// <summary>The series that have one of several values of a label: each has one at most, so lists don't meet.</summary>
    public static int[] Union(ILabelIndex index, int name, List<int> values)
    {
        if (values.Count <= 1)
        {
            return values.Count == 0 ? [] : index.Postings(name, values[0]).ToArray();
        }

        ulong[] marked = new ulong[(index.Count + 63) / 64];
        int total = 0;
        foreach (int value in values)
        {
            foreach (int id in index.Postings(name, value))
            {
                ref ulong word = ref marked[id >> 6];
                total += (word & (1UL << (id & 63))) == 0 ? 1 : 0;
                word |= 1UL << (id & 63);
            }
        }

        int[] ids = new int[total];
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
