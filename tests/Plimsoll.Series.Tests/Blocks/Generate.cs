using CsCheck;

namespace Plimsoll.Series.Tests.Blocks;

/// <summary>Random label sets and samples, small enough to collide.</summary>
internal static class Generate
{
    private static readonly string[] Names = ["Zone", "__name__", "a", "app", "host", "é", "zz"];
    private static readonly string[] Values = ["", "x", "web", "web-1", "web-10", "db\u0001", "\U0001F600", "\uE000"];

    public static Gen<LabelSet> Labels { get; } = Gen.Select(One(Names), One(Values)).Array[1, 5].Select(labels =>
    {
        LabelSet set = LabelSet.From(labels.DistinctBy(label => label.Item1).Select(label => new Label(label.Item1, label.Item2)));
        return set.Count == 0 ? LabelSet.Of("only") : set;
    });

    public static Gen<double> Value { get; } = Gen.Frequency(
        (4, Gen.Int[-100, 1000].Select(n => (double)n)),
        (3, Gen.Int[-10_000, 10_000].Select(n => n / 100.0)),
        (1, Gen.Double),
        (1, Gen.Long.Select(BitConverter.Int64BitsToDouble)),
        (1, One(double.NaN, SampleBlock.Stale, -0.0, double.PositiveInfinity, 5e-324)));

    private static Gen<T> One<T>(params T[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    /// <summary>Series whose samples lie within a window.</summary>
    public static Gen<PlainSeries> Series(long startMs, long spanMs, int mostSeries = 12, int mostSamples = 40) =>
        Gen.Select(Labels, Gen.Select(Gen.Long[0, spanMs - 1], Value).Array[1, mostSamples]).Array[1, mostSeries].Select(all =>
        {
            PlainSeries series = [];
            foreach ((LabelSet labels, (long, double)[] samples) in all)
            {
                foreach ((long offset, double value) in samples)
                {
                    series.Set(labels, startMs + offset, value);
                }
            }

            return series;
        });
}
