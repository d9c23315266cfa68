namespace Plimsoll.PromQL;

/// <summary>What is to be said of an estimate from a histogram that counts observations which are no numbers.</summary>
internal enum NanObservations
{
    None,

    /// <summary>They lie above all others, so that a quantile comes out too high; a fraction leaves them out.</summary>
    Skewed,

    /// <summary>The quantile lies among them.</summary>
    Result,
}

/// <summary>Quantiles, fractions and spread of native histograms, interpolated within buckets.</summary>
internal static class NativeEstimates
{
    public static double Quantile(double quantile, FloatHistogram histogram, out NanObservations nan)
    {
        nan = NanObservations.None;
        if (quantile is < 0 or > 1)
        {
            return quantile < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }

        if (histogram.Count == 0 || double.IsNaN(quantile))
        {
            return double.NaN;
        }

        // Counted from the nearer end, for accuracy; but observations that are no numbers are in no bucket, so that the upper end is not known.
        bool forward = double.IsNaN(histogram.Sum) || quantile < 0.5;
        List<HistogramBucket> buckets = histogram.Estimated();
        double rank = (forward ? quantile : 1 - quantile) * histogram.Count;
        double count = 0;
        HistogramBucket bucket = default;
        for (int i = 0; i < buckets.Count && (i == 0 || !(count >= rank)); i++)
        {
            bucket = buckets[forward ? i : buckets.Count - 1 - i];
            count += bucket.Count;
        }

        if (double.IsNaN(histogram.Sum) && buckets.Sum(each => each.Count) < histogram.Count)
        {
            nan = count < rank || buckets.Count == 0 ? NanObservations.Result : NanObservations.Skewed;
            if (nan == NanObservations.Result)
            {
                return double.NaN;
            }
        }

        if (double.IsNegativeInfinity(bucket.Lower))
        {
            return bucket.Upper;
        }

        if (double.IsPositiveInfinity(bucket.Upper) && histogram.IsCustom)
        {
            return bucket.Lower;
        }

        count = Math.Min(count, histogram.Count);
        if (count < rank)
        {
            return bucket.Upper;
        }

        double within = forward ? rank - (count - bucket.Count) : count - rank;
        double share = within / bucket.Count;
        if (histogram.IsLinear(bucket))
        {
            return bucket.Lower + ((bucket.Upper - bucket.Lower) * share);
        }

        double logLower = Math.Log2(Math.Abs(bucket.Lower));
        double logUpper = Math.Log2(Math.Abs(bucket.Upper));
        return Math.CopySign(Math.Pow(2, logLower + ((logUpper - logLower) * share)), bucket.Lower);
    }

    /// <summary>The share of observations between two values.</summary>
    public static double Fraction(double lower, double upper, FloatHistogram histogram, out NanObservations nan)
    {
        nan = NanObservations.None;
        if (histogram.Count == 0 || double.IsNaN(lower) || double.IsNaN(upper))
        {
            return double.NaN;
        }

        List<HistogramBucket> buckets = histogram.Estimated();
        double total = histogram.Count;
        if (double.IsNaN(histogram.Sum) && buckets.Sum(each => each.Count) is var numbers && numbers < total)
        {
            nan = NanObservations.Skewed;
            total = numbers;
        }

        return lower >= upper ? 0 : (CountBelow(upper, histogram, buckets, total) - CountBelow(lower, histogram, buckets, total)) / histogram.Count;
    }

    public static double Variance(FloatHistogram histogram)
    {
        double mean = histogram.Sum / histogram.Count;
        double variance = 0;
        double compensation = 0;
        foreach (HistogramBucket bucket in histogram.Ascending())
        {
            if (bucket.Count == 0)
            {
                continue;
            }

            double value = histogram.IsCustom ? (bucket.Upper + bucket.Lower) / 2
                : bucket.Lower <= 0 && bucket.Upper >= 0 ? 0
                : Math.CopySign(Math.Sqrt(bucket.Upper * bucket.Lower), bucket.Upper);
            KahanSum.Add(bucket.Count * (value - mean) * (value - mean), ref variance, ref compensation);
        }

        return (variance + compensation) / histogram.Count;
    }

    private static double CountBelow(double value, FloatHistogram histogram, List<HistogramBucket> buckets, double total)
    {
        if (double.IsNegativeInfinity(value))
        {
            return 0;
        }

        double below = 0;
        foreach (HistogramBucket bucket in buckets)
        {
            if (bucket.Lower >= value)
            {
                return Math.Min(below, total);
            }

            if (bucket.Upper > value)
            {
                // A bucket of infinite width can't be interpolated: what it holds counts as being at its finite end.
                double share = double.IsInfinity(bucket.Lower) ? 1
                    : double.IsInfinity(bucket.Upper) ? 0
                    : FloatHistogram.ShareBelow(value, bucket.Lower, bucket.Upper, histogram.IsLinear(bucket));
                return Math.Min(below + (bucket.Count * share), total);
            }

            below += bucket.Count;
        }

        return total;
    }
}
