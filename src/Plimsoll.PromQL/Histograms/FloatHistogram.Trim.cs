namespace Plimsoll.PromQL;

/// <summary>
/// The operators <c>&lt;/</c> and <c>&gt;/</c>: only the observations on one side of a value. A bucket that the value cuts is shared by
/// interpolation, and the sum is then estimated anew from the middles of what is left.
/// </summary>
public sealed partial record FloatHistogram
{
    /// <summary>Only the observations up to a value.</summary>
    public FloatHistogram TrimAbove(double value) => Trim(value, keepsBelow: true);

    /// <summary>Only the observations from a value on.</summary>
    public FloatHistogram TrimBelow(double value) => Trim(value, keepsBelow: false);

    private FloatHistogram Trim(double value, bool keepsBelow)
    {
        if (value == (keepsBelow ? double.PositiveInfinity : double.NegativeInfinity))
        {
            return this;
        }

        double count = 0;
        double sum = 0;
        bool trimmed = false;
        Buckets negative = Negative.MapEach((index, held) => Keep(BucketAt(index, held, negative: true), isZero: false));
        double zero = ZeroCount == 0 ? ZeroCount : Keep(ZeroBucket, isZero: true);
        Buckets positive = Positive.MapEach((index, held) => Keep(BucketAt(index, held, negative: false), isZero: false));
        return !trimmed ? this : this with
        {
            Count = count,
            Sum = sum,
            ZeroCount = zero,
            Negative = negative.Compact(),
            Positive = positive.Compact(),
        };

        double Keep(HistogramBucket bucket, bool isZero)
        {
            (double kept, double middle) = Share(bucket, isZero, value, keepsBelow);
            trimmed |= kept != bucket.Count;
            count += kept;
            sum += kept == 0 ? 0 : kept * middle;
            return kept;
        }
    }

    /// <summary>How much of a bucket is kept, and the middle of that.</summary>
    private (double Kept, double Middle) Share(HistogramBucket bucket, bool isZero, double value, bool keepsBelow)
    {
        (double lower, double upper) = (bucket.Lower, bucket.Upper);
        if (double.IsInfinity(value) || double.IsNaN(value))
        {
            return (0, 0);
        }

        // Buckets of infinite width can't be shared: what they hold lies at their finite end, or at the value where that cuts them.
        if (double.IsNegativeInfinity(lower))
        {
            return keepsBelow && double.IsFinite(upper) ? (bucket.Count, Math.Min(value, upper)) : (0, 0);
        }

        if (double.IsPositiveInfinity(upper))
        {
            return keepsBelow ? (0, 0) : (bucket.Count, Math.Max(value, lower));
        }

        // A first custom bucket is taken to begin at zero only by what cuts it there: what is asked from a lower value on does not know how low it reaches.
        if (IsCustom && bucket.LowerInclusive && !keepsBelow && value < lower)
        {
            return (0, 0);
        }

        double from = keepsBelow ? lower : Math.Max(lower, value);
        double to = keepsBelow ? Math.Min(upper, value) : upper;
        if (from >= to)
        {
            return (0, 0);
        }

        bool linear = IsCustom || isZero;
        double share = from == lower && to == upper ? 1 : ShareBelow(to, lower, upper, linear) - ShareBelow(from, lower, upper, linear);
        double middle = linear ? (from + to) / 2 : Math.CopySign(Math.Sqrt(from * to), from + to);
        return (bucket.Count * share, middle);
    }
}
