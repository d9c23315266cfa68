namespace Plimsoll.PromQL;

/// <summary>
/// The buckets on one side of zero that hold something: their indexes, ascending, and their counts. In an exponential layout
/// index i ends at 2^(i · 2^−schema); in a custom one at the bound of that number, the last at +Inf. Never changed.
/// </summary>
public sealed class Buckets(int[] indexes, double[] counts)
{
    public static Buckets Empty { get; } = new([], []);

    public ReadOnlySpan<int> Indexes => indexes;

    public ReadOnlySpan<double> Counts => counts;

    public int Length => indexes.Length;

    public Buckets Map(Func<double, double> function)
    {
        double[] mapped = new double[counts.Length];
        for (int i = 0; i < mapped.Length; i++)
        {
            mapped[i] = function(counts[i]);
        }

        return new Buckets(indexes, mapped);
    }

    /// <summary>Applies a function to every index and count.</summary>
    public Buckets MapEach(Func<int, double, double> function)
    {
        double[] mapped = new double[counts.Length];
        for (int i = 0; i < mapped.Length; i++)
        {
            mapped[i] = function(indexes[i], counts[i]);
        }

        return new Buckets(indexes, mapped);
    }

    public bool SameAs(Buckets other) => Indexes.SequenceEqual(other.Indexes) && Counts.SequenceEqual(other.Counts);

    /// <summary>Applies a function to the counts of both where an index is in either; a bucket that is missing counts zero.</summary>
    public Buckets Merge(Buckets other, Func<double, double, double> function)
    {
        int[] all = new int[Length + other.Length];
        double[] merged = new double[all.Length];
        (int left, int right, int length) = (0, 0, 0);
        while (left < Length || right < other.Length)
        {
            int index = left == Length ? other.Indexes[right]
                : right == other.Length ? Indexes[left]
                : Math.Min(Indexes[left], other.Indexes[right]);
            double first = left < Length && Indexes[left] == index ? Counts[left++] : 0;
            double second = right < other.Length && other.Indexes[right] == index ? other.Counts[right++] : 0;
            all[length] = index;
            merged[length++] = function(first, second);
        }

        return new Buckets(all[..length], merged[..length]);
    }

    /// <summary>Moves every bucket to another index, which must not change their order, and adds up those that meet.</summary>
    public Buckets Regroup(Func<int, int> indexOf)
    {
        List<int> to = new(Length);
        List<double> sums = new(Length);
        for (int i = 0; i < Length; i++)
        {
            int index = indexOf(Indexes[i]);
            if (to.Count > 0 && to[^1] == index)
            {
                sums[^1] += Counts[i];
            }
            else
            {
                to.Add(index);
                sums.Add(Counts[i]);
            }
        }

        return new Buckets([.. to], [.. sums]);
    }

    /// <summary>Only the buckets whose index and count a function likes.</summary>
    public Buckets Where(Func<int, double, bool> keep)
    {
        List<int> kept = new(Length);
        List<double> values = new(Length);
        for (int i = 0; i < Length; i++)
        {
            if (keep(Indexes[i], Counts[i]))
            {
                kept.Add(Indexes[i]);
                values.Add(Counts[i]);
            }
        }

        return kept.Count == Length ? this : new Buckets([.. kept], [.. values]);
    }

    /// <summary>Without the buckets that hold nothing.</summary>
    public Buckets Compact() => Where(static (_, count) => count != 0);
}
