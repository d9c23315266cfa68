using Plimsoll.Series;

namespace Plimsoll.PromQL.Tests;

public sealed class FloatHistogramTests
{
    [Fact]
    public void Buckets_of_the_next_coarser_schema_hold_two_of_the_finer()
    {
        FloatHistogram fine = Exponential(1, (-1, 1), (0, 2), (1, 4), (2, 8));

        FloatHistogram coarse = fine.ReduceTo(0);

        Assert.Equal([0, 1], coarse.Positive.Indexes.ToArray());
        Assert.Equal([3.0, 12.0], coarse.Positive.Counts.ToArray());
    }

    [Theory]
    [InlineData(0, 0, 1.0)]
    [InlineData(0, 3, 8.0)]
    [InlineData(0, -1, 0.5)]
    [InlineData(1, 1, 1.4142135623730951)]
    [InlineData(-1, 2, 16.0)]
    [InlineData(0, 1024, double.MaxValue)]
    [InlineData(0, 1025, double.PositiveInfinity)]
    public void A_bucket_ends_at_its_power(int schema, int index, double bound)
    {
        Assert.Equal(bound, FloatHistogram.BoundOf(index, schema), 1e-12 * Math.Min(bound, 1e15));
    }

    [Fact]
    public void A_wider_zero_bucket_takes_in_what_it_cuts()
    {
        // Buckets (0.5, 1] and (1, 2]: a threshold of 0.75 grows to 1.
        FloatHistogram widened = Exponential(0, (0, 3), (1, 5)).WidenZero(0.75);

        Assert.Equal((1.0, 3.0), (widened.ZeroThreshold, widened.ZeroCount));
        Assert.Equal([1], widened.Positive.Indexes.ToArray());
    }

    [Fact]
    public void A_sum_of_two_kinds_of_layout_is_none()
    {
        Assert.Null(Exponential(0, (0, 1)).Add(Custom([1, 2], (0, 1)), out _));
    }

    [Fact]
    public void A_sum_over_other_bounds_keeps_those_that_both_have_and_says_so()
    {
        FloatHistogram? sum = Custom([1, 2, 4], (0, 1), (1, 2), (2, 3), (3, 4)).Add(Custom([2, 3], (0, 10), (1, 20), (2, 30)), out HistogramNotes notes);

        Assert.Equal(HistogramNotes.BoundsReconciled, notes);
        Assert.Equal([2.0], sum!.Bounds);
        Assert.Equal([13.0, 57.0], sum.Positive.Counts.ToArray());
    }

    [Fact]
    public void Parts_of_a_trimmed_histogram_hold_all_of_it()
    {
        FloatHistogram whole = Exponential(0, (0, 3), (1, 5), (2, 2)) with { ZeroCount = 4, ZeroThreshold = 0.1, Count = 14 };
        foreach (double value in new[] { -1, 0, 0.05, 0.3, 1, 1.7, 3.99, 5 })
        {
            Assert.Equal(14, whole.TrimAbove(value).Count + whole.TrimBelow(value).Count, 1e-9);
        }
    }

    [Fact]
    public void A_fraction_undoes_a_quantile()
    {
        FloatHistogram histogram = Exponential(2, (-9, 3), (0, 5), (1, 2), (40, 7));
        MemoryReader reader = new MemoryReader().AddHistograms(LabelSet.Of("m"), (0, histogram));
        for (int percent = 5; percent < 100; percent += 5)
        {
            double fraction = Ask(reader, $"histogram_fraction(-Inf, scalar(histogram_quantile({percent} / 100, m)), m)").Values[0];
            Assert.Equal(percent / 100.0, fraction, 1e-9);
        }
    }

    [Fact]
    public void A_total_of_one_schema_each_comes_out_in_the_coarsest()
    {
        MemoryReader reader = new MemoryReader()
            .AddHistograms(LabelSet.Of("m", ("a", "1")), (0, Exponential(1, (1, 1))))
            .AddHistograms(LabelSet.Of("m", ("a", "2")), (0, Exponential(0, (1, 2))))
            .AddHistograms(LabelSet.Of("m", ("a", "3")), (0, Exponential(3, (1, 4))));

        FloatHistogram total = Ask(reader, "sum(m)").Histograms[0]!;

        Assert.Equal(0, total.Schema);
        Assert.Equal(7, total.Count);
        Assert.Equal([1], total.Positive.Indexes.ToArray());
    }

    private static VectorResult Ask(MemoryReader reader, string query) =>
        Assert.IsType<VectorResult>(new QueryEngine(new EngineOptions()).Instant(reader, PromQLParser.Parse(query).Expression!, 0));

    private static FloatHistogram Exponential(int schema, params (int Index, double Count)[] buckets) => new()
    {
        Schema = schema,
        Count = buckets.Sum(bucket => bucket.Count),
        Positive = new Buckets([.. buckets.Select(bucket => bucket.Index)], [.. buckets.Select(bucket => bucket.Count)]),
    };

    private static FloatHistogram Custom(double[] bounds, params (int Index, double Count)[] buckets) =>
        Exponential(FloatHistogram.CustomSchema, buckets) with { Bounds = bounds };
}
