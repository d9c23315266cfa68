namespace Plimsoll.PromQL;

/// <summary>How many observations were at most so large.</summary>
internal readonly record struct Bucket(double UpperBound, double Count);

/// <summary>Estimates from cumulative buckets, linear within each. The lists come sorted by bound, and are changed.</summary>
internal static class ClassicHistogram
{
    /// <summary>Relative differences of counts below this are taken for rounding, not for a count that fell.</summary>
    private const double Tolerance = 1e-12;

    /// <param name="forced">True when counts fell from one bucket to the next, and were lifted.</param>
    public static double Quantile(double quantile, List<Bucket> buckets, out bool forced)
    {
        forced = false;
        if (double.IsNaN(quantile))
        {
            return double.NaN;
        }

        if (quantile is < 0 or > 1)
        {
            return quantile < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }

        if (!double.IsPositiveInfinity(buckets[^1].UpperBound))
        {
            return double.NaN;
        }

        Coalesce(buckets);
        bool lifted = Lift(buckets);
        double observations = buckets[^1].Count;
        if (buckets.Count < 2 || observations == 0 || double.IsNaN(observations))
        {
            return double.NaN;
        }

        forced = lifted;
        double rank = quantile * observations;
        int at = 0;
        while (at < buckets.Count - 1 && !(buckets[at].Count >= rank))
        {
            at++;
        }

        if (at == buckets.Count - 1)
        {
            return buckets[^2].UpperBound;
        }

        if (at == 0 && buckets[0].UpperBound <= 0)
        {
            return buckets[0].UpperBound;
        }

        double start = at > 0 ? buckets[at - 1].UpperBound : 0;
        double below = at > 0 ? buckets[at - 1].Count : 0;
        return start + ((buckets[at].UpperBound - start) * ((rank - below) / (buckets[at].Count - below)));
    }

    /// <summary>The share of observations between two bounds.</summary>
    public static double Fraction(double lower, double upper, List<Bucket> buckets)
    {
        if (!double.IsPositiveInfinity(buckets[^1].UpperBound))
        {
            return double.NaN;
        }

        Coalesce(buckets);
        double count = buckets[^1].Count;
        if (count == 0 || double.IsNaN(count) || double.IsNaN(lower) || double.IsNaN(upper))
        {
            return double.NaN;
        }

        return lower >= upper ? 0 : (CountBelow(upper, buckets) - CountBelow(lower, buckets)) / count;
    }

    private static double CountBelow(double bound, List<Bucket> buckets)
    {
        double below = 0;
        for (int i = 0; i < buckets.Count; i++)
        {
            double start = i > 0 ? buckets[i - 1].UpperBound : buckets[0].UpperBound > 0 ? 0 : double.NegativeInfinity;
            if (start >= bound)
            {
                return below;
            }

            if (buckets[i].UpperBound > bound)
            {
                // A bucket of infinite width can't be interpolated: its observations count as being at its finite edge.
                double share = double.IsInfinity(start) ? 1
                    : double.IsInfinity(buckets[i].UpperBound) ? 0
                    : (bound - start) / (buckets[i].UpperBound - start);
                return below + ((buckets[i].Count - below) * share);
            }

            below = buckets[i].Count;
        }

        return below;
    }

    private static void Coalesce(List<Bucket> buckets)
    {
        int last = 0;
        for (int i = 1; i < buckets.Count; i++)
        {
            if (buckets[i].UpperBound == buckets[last].UpperBound)
            {
                buckets[last] = buckets[last] with { Count = buckets[last].Count + buckets[i].Count };
            }
            else
            {
                buckets[++last] = buckets[i];
            }
        }

        buckets.RemoveRange(last + 1, buckets.Count - last - 1);
    }

    private static bool Lift(List<Bucket> buckets)
    {
        bool forced = false;
        double previous = buckets[0].Count;
        for (int i = 1; i < buckets.Count; i++)
        {
            double current = buckets[i].Count;
            bool alike = Math.Abs(current - previous) <= Tolerance * Math.Min(Math.Abs(current) + Math.Abs(previous), double.MaxValue);
            if (current < previous || alike)
            {
                forced |= !alike;
                buckets[i] = buckets[i] with { Count = previous };
            }
            else
            {
                previous = current;
            }
        }

        return forced;
    }
}
