using System.Text;

namespace Plimsoll.PromQL;

/// <summary>Buckets as estimates see them, and as text.</summary>
public sealed partial record FloatHistogram
{
    /// <summary>The zero bucket, of which half is known to be empty where all other buckets are on one side.</summary>
    private HistogramBucket ZeroBucket => new(
        Negative.Length == 0 && Positive.Length > 0 ? 0 : -ZeroThreshold,
        Positive.Length == 0 && Negative.Length > 0 ? 0 : ZeroThreshold,
        ZeroCount,
        LowerInclusive: true,
        UpperInclusive: true);

    /// <summary>
    /// The buckets that hold something from the lowest to the highest, with the bounds that estimates go by: the zero bucket narrowed to
    /// the side that has buckets, and a first custom bucket beginning at zero where it ends above.
    /// </summary>
    internal List<HistogramBucket> Estimated()
    {
        List<HistogramBucket> buckets = new(Negative.Length + Positive.Length + 1);
        for (int i = Negative.Length - 1; i >= 0; i--)
        {
            buckets.Add(BucketAt(Negative.Indexes[i], Negative.Counts[i], negative: true));
        }

        if (ZeroCount != 0)
        {
            buckets.Add(ZeroBucket);
        }

        for (int i = 0; i < Positive.Length; i++)
        {
            buckets.Add(BucketAt(Positive.Indexes[i], Positive.Counts[i], negative: false));
        }

        buckets.RemoveAll(bucket => bucket.Count == 0);
        return buckets;
    }

    /// <summary>True if a bucket is interpolated between as a straight line: custom ones, and the zero bucket.</summary>
    internal bool IsLinear(in HistogramBucket bucket) => IsCustom || (bucket.Lower <= 0 && bucket.Upper >= 0);

    /// <summary>The share of a bucket of finite bounds that lies below a value within it.</summary>
    internal static double ShareBelow(double value, double lower, double upper, bool linear)
    {
        if (value <= lower || value >= upper)
        {
            return value <= lower ? 0 : 1;
        }

        if (linear)
        {
            return (value - lower) / (upper - lower);
        }

        double logLower = Math.Log2(Math.Abs(lower));
        double logUpper = Math.Log2(Math.Abs(upper));
        return (Math.Log2(Math.Abs(value)) - logLower) / (logUpper - logLower);
    }

    /// <summary>True if both hold the same, to the last bit of each number; what they say of resets is not compared.</summary>
    public bool SameAs(FloatHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Schema == other.Schema
            && Count.Equals(other.Count)
            && Sum.Equals(other.Sum)
            && ZeroThreshold.Equals(other.ZeroThreshold)
            && ZeroCount.Equals(other.ZeroCount)
            && Bounds.AsSpan().SequenceEqual(other.Bounds)
            && Positive.SameAs(other.Positive)
            && Negative.SameAs(other.Negative);
    }

    /// <summary>As Prometheus writes a histogram into a label: <c>{count:4, sum:5, (0.5,1]:1, (1,2]:3}</c>.</summary>
    public override string ToString()
    {
        StringBuilder text = new($"{{count:{GoNumber.Short(Count)}, sum:{GoNumber.Short(Sum)}");
        foreach (HistogramBucket bucket in Ascending())
        {
            if (bucket.Count != 0)
            {
                text.Append(bucket.LowerInclusive ? ", [" : ", (")
                    .Append(GoNumber.Short(bucket.Lower)).Append(',').Append(GoNumber.Short(bucket.Upper))
                    .Append(bucket.UpperInclusive ? "]:" : "):")
                    .Append(GoNumber.Short(bucket.Count));
            }
        }

        return text.Append('}').ToString();
    }

    private HistogramBucket BucketAt(int index, double count, bool negative)
    {
        if (IsCustom)
        {
            HistogramBucket custom = Custom(index, count);
            return double.IsNegativeInfinity(custom.Lower) && custom.Upper > 0 && double.IsFinite(custom.Upper) ? custom with { Lower = 0 } : custom;
        }

        HistogramBucket bucket = Exponential(index, count);
        bucket = bucket with { Lower = Math.Max(bucket.Lower, ZeroThreshold) };
        return negative ? new HistogramBucket(-bucket.Upper, -bucket.Lower, count, LowerInclusive: true, UpperInclusive: false) : bucket;
    }
}
