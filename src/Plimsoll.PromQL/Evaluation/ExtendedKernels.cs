namespace Plimsoll.PromQL;

/// <summary>The functions that take <c>anchored</c> and <c>smoothed</c> ranges.</summary>
internal static class ExtendedKernels
{
    private static readonly string[] AnchoredFunctions = ["changes", "delta", "increase", "rate", "resets"];
    private static readonly string[] SmoothedFunctions = ["delta", "increase", "rate"];

    public static string Word(RangeExtension extension) => extension == RangeExtension.Anchored ? "anchored" : "smoothed";

    public static string[] Functions(RangeExtension extension) => extension == RangeExtension.Anchored ? AnchoredFunctions : SmoothedFunctions;

    public static RangeKernel Of(string function, RangeExtension extension)
    {
        bool smoothed = extension == RangeExtension.Smoothed;
        return function switch
        {
            "rate" => new ExtendedChange(smoothed, counter: true, perSecond: true),
            "increase" => new ExtendedChange(smoothed, counter: true, perSecond: false),
            "delta" => new ExtendedChange(smoothed, counter: false, perSecond: false),
            "changes" => new Anchored(new Changes()),
            "resets" => new Anchored(new Resets()),
            _ => throw new InvalidOperationException($"'{function}' takes no {Word(extension)} range."),
        };
    }
}

/// <summary>The change between the values at a range's edges, which are known or interpolated, so that nothing is extrapolated.</summary>
internal sealed class ExtendedChange(bool smoothed, bool counter, bool perSecond) : RangeKernel
{
    public override bool WantsCounter => counter;

    public override bool TryCompute(in Window window, out double value)
    {
        value = 0;
        if (!RangeEdges.TryFind(window, smoothed, out RangeEdges edges))
        {
            return false;
        }

        double left = edges.Left(counter);
        double right = edges.Right(counter);
        value = right - left;
        if (counter)
        {
            double previous = left;
            foreach (double sample in edges.Inner)
            {
                value += sample < previous ? previous : 0;
                previous = sample;
            }

            value += right < previous ? previous : 0;
        }

        if (perSecond)
        {
            value /= (window.EndMs - window.StartMs) / 1000.0;
        }

        return true;
    }
}

/// <summary>A function of the samples within a range and the one before it.</summary>
internal sealed class Anchored(RangeKernel inner) : RangeKernel
{
    public override bool ReadsStarts => inner.ReadsStarts;

    public override bool TryCompute(in Window window, out double value)
    {
        value = 0;
        return RangeEdges.TryAnchor(window, out int anchor) && inner.TryCompute(window.From(anchor), out value);
    }
}
