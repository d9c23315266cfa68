namespace Plimsoll.Cli;

/// <summary>A scale with round numbers on it that covers the values.</summary>
internal readonly record struct ValueAxis(double Bottom, double Top, double Step)
{
    private const int Intervals = 4;

    public static ValueAxis For(double smallest, double largest)
    {
        if (smallest == largest)
        {
            double around = smallest == 0 ? 1 : Math.Abs(smallest) * 0.1;
            (smallest, largest) = (smallest - around, largest + around);
        }

        double step = Round((largest - smallest) / Intervals);
        return new ValueAxis(Math.Floor(smallest / step) * step, Math.Ceiling(largest / step) * step, step);
    }

    /// <summary>Round values from the bottom up.</summary>
    public IEnumerable<double> Ticks()
    {
        long count = (long)Math.Round((Top - Bottom) / Step);
        for (long at = 0; at <= count; at++)
        {
            // The product of whole numbers keeps 0.3 from becoming 0.30000000000000004.
            double tick = (Math.Round(Bottom / Step) + at) * Step;
            yield return Math.Abs(tick) < Step / 1e6 ? 0 : tick;
        }
    }

    /// <summary>0 at the bottom, 1 at the top.</summary>
    public double Share(double value) => (value - Bottom) / (Top - Bottom);

    /// <summary>The next 1, 2 or 5 times a power of ten.</summary>
    private static double Round(double raw)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return (raw / power) switch
        {
            <= 1 => power,
            <= 2 => 2 * power,
            <= 5 => 5 * power,
            _ => 10 * power,
        };
    }
}
