namespace Plimsoll.PromQL;

/// <summary>Quantiles of a set of values, interpolated between ranks.</summary>
internal static class Quantiles
{
    /// <summary>Sorts the values. Below 0 gives −Inf, above 1 +Inf, of nothing or NaN gives NaN.</summary>
    public static double Of(double quantile, Span<double> values)
    {
        if (values.Length == 0 || double.IsNaN(quantile))
        {
            return double.NaN;
        }

        if (quantile is < 0 or > 1)
        {
            return quantile < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }

        // NaN sorts first, as upstream has it.
        values.Sort();
        double rank = quantile * (values.Length - 1);
        int lower = (int)Math.Max(0, Math.Floor(rank));
        int upper = Math.Min(values.Length - 1, lower + 1);
        double weight = rank - Math.Floor(rank);
        return (values[lower] * (1 - weight)) + (values[upper] * weight);
    }
}
