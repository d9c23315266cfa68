using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>A number, or a native histogram with the stale marker as its number.</summary>
internal readonly record struct Sample(double Value, FloatHistogram? Histogram = null)
{
    public string Kind => Histogram is null ? "float" : "histogram";

    public static Sample Of(FloatHistogram histogram) => new(SampleBlock.Stale, histogram);
}
