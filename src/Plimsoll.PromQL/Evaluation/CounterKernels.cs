namespace Plimsoll.PromQL;

/// <summary>
/// <c>rate</c>, <c>increase</c>, <c>delta</c>: the change between first and last sample, carried on to the range's edges
/// where these are nearer than 1.1 times the mean distance of samples, else by half of that distance. A counter is not
/// carried below zero; where it is known to have begun within the range, it counts from zero there, and nothing is carried on.
/// </summary>
internal sealed class Extrapolated(bool counter, bool perSecond) : RangeKernel
{
    public override bool WantsCounter => counter;

    public override bool ReadsStarts => counter;

    public override bool TryCompute(in Window window, out double value)
    {
        ReadOnlySpan<double> values = window.Values;
        value = 0;
        bool began = counter && BeganWithin(window);
        if (values.Length < 2 && !began)
        {
            return false;
        }

        double change = values[^1] - values[0] + (counter ? LostByResets(window) : 0);
        change += began ? values[0] : 0;
        value = change * Factor(window, began, counter, values[0], change, perSecond);
        return true;
    }

    /// <summary>True where the counter is known to have begun within the range.</summary>
    public static bool BeganWithin(in Window window) =>
        window.HasStarts && window.Starts[0] > window.StartMs && window.Starts[0] != 0 && window.Starts[0] < window.Timestamps[0];

    /// <summary>What a change between the first and the last sample is multiplied by to be that of the range.</summary>
    /// <param name="first">The first sample, or its count, and <paramref name="change"/> the change of that: a counter is not carried below zero.</param>
    public static double Factor(in Window window, bool began, bool counter, double first, double change, bool perSecond)
    {
        ReadOnlySpan<long> timestamps = window.Timestamps;
        double toStart = (timestamps[0] - window.StartMs) / 1000.0;
        double toEnd = (window.EndMs - timestamps[^1]) / 1000.0;
        double sampled = (timestamps[^1] - timestamps[0]) / 1000.0;
        double distance = timestamps.Length > 1 ? sampled / (timestamps.Length - 1) : 0;
        double threshold = distance * 1.1;
        if (began)
        {
            toStart = 0;
            sampled = (timestamps[^1] - window.Starts[0]) / 1000.0;
        }
        else
        {
            toStart = toStart >= threshold ? distance / 2 : toStart;
            if (counter && change > 0 && first >= 0)
            {
                toStart = Math.Min(toStart, sampled * (first / change));
            }
        }

        if (toEnd >= threshold)
        {
            toEnd = distance / 2;
        }

        double factor = (sampled + toStart + toEnd) / sampled;
        if (perSecond)
        {
            factor /= (window.EndMs - window.StartMs) / 1000.0;
        }

        return factor;
    }

    /// <summary>What the counter held each time that it began anew.</summary>
    private double LostByResets(in Window window)
    {
        ReadOnlySpan<double> values = window.Values;
        double lost = 0;
        if (!window.HasStarts)
        {
            for (int i = 1; i < values.Length; i++)
            {
                lost += values[i] < values[i - 1] ? values[i - 1] : 0;
            }

            return lost;
        }

        for (int i = 1; i < values.Length; i++)
        {
            lost += window.IsReset(i) ? values[i - 1] : 0;
            FoundOverlap |= StartTimes.Overlaps(window.Starts[i - 1], window.Timestamps[i - 1], window.Starts[i]);
        }

        return lost;
    }
}

/// <summary><c>irate</c> and <c>idelta</c>: between the last two samples.</summary>
internal sealed class LastTwo(bool counter) : RangeKernel
{
    public override bool ReadsStarts => counter;

    public override bool TryCompute(in Window window, out double value)
    {
        value = 0;
        if (window.Values.Length < 2)
        {
            return false;
        }

        double last = window.Values[^1];
        double previous = window.Values[^2];
        value = counter && window.IsReset(window.Values.Length - 1) ? last : last - previous;
        if (!counter)
        {
            return true;
        }

        long interval = window.Timestamps[^1] - window.Timestamps[^2];
        value /= interval / 1000.0;
        return interval != 0;
    }
}

/// <summary>How often the value changed; from one NaN to another is no change.</summary>
internal sealed class Changes : RangeKernel
{
    public override bool TryCompute(in Window window, out double value)
    {
        int changes = 0;
        double previous = window.Values[0];
        foreach (double current in window.Values[1..])
        {
            if (current != previous && !(double.IsNaN(current) && double.IsNaN(previous)))
            {
                changes++;
            }

            previous = current;
        }

        value = changes;
        return true;
    }
}

/// <summary>How often the value fell, or the counter is known to have begun anew.</summary>
internal sealed class Resets : RangeKernel
{
    public override bool ReadsStarts => true;

    public override bool TryCompute(in Window window, out double value)
    {
        int resets = 0;
        for (int i = 1; i < window.Values.Length; i++)
        {
            resets += window.IsReset(i) ? 1 : 0;
        }

        value = resets;
        return true;
    }
}
