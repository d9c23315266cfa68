using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>What is to be said of a sum or difference of histograms.</summary>
[Flags]
public enum HistogramNotes
{
    None = 0,

    /// <summary>One says that it began anew, the other that it counted on.</summary>
    ResetCollision = 1,

    /// <summary>Custom bounds differed; only those that both have are left.</summary>
    BoundsReconciled = 2,
}

public sealed partial record FloatHistogram
{
    public static FloatHistogram operator *(FloatHistogram histogram, double factor) => histogram.Scale(value => value * factor, factor < 0);

    /// <summary>Of a division by zero no buckets are left: what they hold would be infinite or no number.</summary>
    public static FloatHistogram operator /(FloatHistogram histogram, double divisor)
    {
        FloatHistogram scaled = histogram.Scale(value => value / divisor, divisor < 0);
        return divisor == 0 ? scaled with { Positive = Buckets.Empty, Negative = Buckets.Empty } : scaled;
    }

    /// <returns>Null when one has exponential buckets and the other custom ones.</returns>
    public FloatHistogram? Add(FloatHistogram other, out HistogramNotes notes) => Combine(other, static (a, b) => a + b, out notes);

    /// <returns>Null when one has exponential buckets and the other custom ones.</returns>
    public FloatHistogram? Subtract(FloatHistogram other, out HistogramNotes notes) => Combine(other, static (a, b) => a - b, out notes);

    public FloatHistogram Compact() => this with { Positive = Positive.Compact(), Negative = Negative.Compact() };

    /// <summary>The same in fewer, wider buckets.</summary>
    public FloatHistogram ReduceTo(int schema)
    {
        int shift = Schema - schema;
        return shift == 0 ? this : this with
        {
            Schema = schema,
            Positive = Positive.Regroup(index => ((index - 1) >> shift) + 1),
            Negative = Negative.Regroup(index => ((index - 1) >> shift) + 1),
        };
    }

    /// <summary>
    /// The same with a zero bucket that reaches at least so far: buckets within it join it. Where the threshold cuts a bucket that
    /// holds something, the zero bucket grows to that bucket's end.
    /// </summary>
    public FloatHistogram WidenZero(double threshold)
    {
        if (threshold <= ZeroThreshold)
        {
            return this;
        }

        // Growing to the end of a bucket of one side can cut one of the other.
        for (double before = double.NaN; before != threshold;)
        {
            before = threshold;
            threshold = Math.Max(End(Positive, threshold), End(Negative, threshold));
        }

        double reach = threshold;
        double within = ZeroCount;
        foreach (Buckets side in (ReadOnlySpan<Buckets>)[Positive, Negative])
        {
            for (int i = 0; i < side.Length; i++)
            {
                within += BoundOf(side.Indexes[i] - 1, Schema) < reach ? side.Counts[i] : 0;
            }
        }

        return this with
        {
            ZeroThreshold = reach,
            ZeroCount = within,
            Positive = Positive.Where((index, _) => BoundOf(index - 1, Schema) >= reach),
            Negative = Negative.Where((index, _) => BoundOf(index - 1, Schema) >= reach),
        };
    }

    /// <summary>Brings two exponential histograms to one schema and one zero bucket.</summary>
    public static (FloatHistogram Left, FloatHistogram Right) Align(FloatHistogram left, FloatHistogram right)
    {
        int schema = Math.Min(left.Schema, right.Schema);
        while (left.ZeroThreshold != right.ZeroThreshold)
        {
            left = left.WidenZero(right.ZeroThreshold);
            right = right.WidenZero(left.ZeroThreshold);
        }

        return (left.ReduceTo(schema), right.ReduceTo(schema));
    }

    /// <summary>Brings histograms of one kind to one schema and one zero bucket, or to the custom bounds that all have.</summary>
    /// <param name="reconciled">True if custom bounds differed.</param>
    public static List<FloatHistogram> Align(IReadOnlyList<FloatHistogram> histograms, out bool reconciled)
    {
        FloatHistogram common = histograms[0];
        reconciled = false;
        foreach (FloatHistogram histogram in histograms.Skip(1))
        {
            if (!common.IsCustom)
            {
                common = Align(common, histogram).Left;
            }
            else if (!common.Bounds.AsSpan().SequenceEqual(histogram.Bounds))
            {
                reconciled = true;
                common = common.WithBounds([.. common.Bounds.Intersect(histogram.Bounds)]);
            }
        }

        // A later one can have widened the zero bucket to a bound within a bucket of an earlier one.
        List<FloatHistogram> aligned = [.. histograms];
        for (int i = 0; i < aligned.Count; i++)
        {
            if (common.IsCustom)
            {
                aligned[i] = aligned[i].Bounds.AsSpan().SequenceEqual(common.Bounds) ? aligned[i] : aligned[i].WithBounds(common.Bounds);
                continue;
            }

            (common, aligned[i]) = Align(common, aligned[i]);
            if (i > 0 && aligned[0].ZeroThreshold != common.ZeroThreshold)
            {
                i = -1;
            }
        }

        return aligned;
    }

    /// <summary>The same with fewer custom bounds: each count goes to the next bound that is left.</summary>
    public FloatHistogram WithBounds(double[] bounds)
    {
        int[] to = new int[Bounds.Length + 1];
        int next = 0;
        for (int i = 0; i < Bounds.Length; i++)
        {
            while (next < bounds.Length && bounds[next] < Bounds[i])
            {
                next++;
            }

            to[i] = next;
        }

        to[Bounds.Length] = bounds.Length;
        return this with { Bounds = bounds, Positive = Positive.Regroup(index => to[index]) };
    }

    /// <summary>What a sum of the two counts as.</summary>
    public static CounterResetHint HintOf(CounterResetHint left, CounterResetHint right) =>
        left == right ? left
        : left == CounterResetHint.Gauge || right == CounterResetHint.Gauge ? CounterResetHint.Gauge
        : CounterResetHint.Unknown;

    private FloatHistogram? Combine(FloatHistogram other, Func<double, double, double> function, out HistogramNotes notes)
    {
        notes = HistogramNotes.None;
        if (IsCustom != other.IsCustom)
        {
            return null;
        }

        if ((Hint, other.Hint) is (CounterResetHint.Reset, CounterResetHint.NoReset) or (CounterResetHint.NoReset, CounterResetHint.Reset))
        {
            notes |= HistogramNotes.ResetCollision;
        }

        (FloatHistogram left, FloatHistogram right) = (this, other);
        if (!IsCustom)
        {
            (left, right) = Align(left, right);
        }
        else if (!Bounds.AsSpan().SequenceEqual(other.Bounds))
        {
            notes |= HistogramNotes.BoundsReconciled;
            double[] common = [.. Bounds.Intersect(other.Bounds)];
            (left, right) = (left.WithBounds(common), right.WithBounds(common));
        }

        return left with
        {
            Hint = HintOf(Hint, other.Hint),
            ZeroCount = function(left.ZeroCount, right.ZeroCount),
            Count = function(left.Count, right.Count),
            Sum = function(left.Sum, right.Sum),
            Positive = left.Positive.Merge(right.Positive, function),
            Negative = left.Negative.Merge(right.Negative, function),
        };
    }

    private FloatHistogram Scale(Func<double, double> function, bool isNegative) => this with
    {
        ZeroCount = function(ZeroCount),
        Count = function(Count),
        Sum = function(Sum),
        Positive = Positive.Map(function),
        Negative = Negative.Map(function),
        Hint = isNegative ? CounterResetHint.Gauge : Hint,
    };

    // Where a threshold lies in a bucket that holds something, that bucket's end.
    private double End(Buckets side, double threshold)
    {
        for (int i = 0; i < side.Length; i++)
        {
            double upper = BoundOf(side.Indexes[i], Schema);
            if (side.Counts[i] != 0 && BoundOf(side.Indexes[i] - 1, Schema) < threshold && upper > threshold)
            {
                return upper;
            }
        }

        return threshold;
    }
}
