using Xunit;

namespace Plimsoll.Series.Tests.Histograms;

public sealed class HistogramTests
{
    private static readonly HistogramLayout s_layout = new(0, 0.001, [new HistogramSpan(-2, 2), new HistogramSpan(1, 1)], [new HistogramSpan(0, 1)], []);

    [Fact]
    public void Whole_observations_must_add_up()
    {
        Histogram sound = Histogram.OfIntegers(s_layout, CounterResetHint.Unknown, 10, 1, 12.5, [1, 2, 3], [3]);
        Assert.Equal(10, sound.Count);
        Assert.Equal(1, sound.ZeroCount);
        Assert.Equal(3, sound.PositiveCount(2));
        Assert.Equal(3, sound.NegativeCount(0));
        Assert.Throws<ArgumentException>(() => Histogram.OfIntegers(s_layout, CounterResetHint.Unknown, 11, 1, 12.5, [1, 2, 3], [3]));
    }

    [Fact]
    public void Observations_that_were_NaN_are_in_no_bucket()
    {
        Assert.Equal(11, Histogram.OfIntegers(s_layout, CounterResetHint.Unknown, 11, 1, double.NaN, [1, 2, 3], [3]).Count);
        Assert.Throws<ArgumentException>(() => Histogram.OfIntegers(s_layout, CounterResetHint.Unknown, 9, 1, double.NaN, [1, 2, 3], [3]));
    }

    [Fact]
    public void Counts_must_be_as_many_as_the_spans_cover() =>
        Assert.Throws<ArgumentException>(() => Histogram.OfIntegers(s_layout, CounterResetHint.Unknown, 3, 0, 1, [1, 2], []));

    [Fact]
    public void Negative_counts_are_refused() =>
        Assert.Throws<ArgumentException>(() => Histogram.OfFloats(s_layout, CounterResetHint.Gauge, 3, 0, 1, [1, -2, 3], [0]));

    [Fact]
    public void Buckets_that_overflow_do_not_add_up_by_wrapping() =>
        Assert.NotNull(Histogram.Validate(s_layout, CounterResetHint.Unknown, false, 0, 1, 1, [ulong.MaxValue, 0, 0], [0]));

    [Theory]
    [InlineData(9, 0.0)]
    [InlineData(-5, 0.0)]
    [InlineData(-52, 0.0)]
    [InlineData(0, -1.0)]
    [InlineData(0, double.NaN)]
    [InlineData(0, double.PositiveInfinity)]
    public void Unknown_schemas_and_thresholds_are_refused(int schema, double threshold) =>
        Assert.Throws<ArgumentException>(() => new HistogramLayout(schema, threshold, [], [], []));

    [Fact]
    public void Spans_may_not_overlap_nor_run_away()
    {
        Assert.NotNull(HistogramLayout.Validate(0, 0, [new HistogramSpan(0, 2), new HistogramSpan(-1, 1)], [], []));
        Assert.NotNull(HistogramLayout.Validate(0, 0, [new HistogramSpan(int.MaxValue, 1)], [], []));
        Assert.NotNull(HistogramLayout.Validate(0, 0, [new HistogramSpan(0, -1)], [], []));
        Assert.NotNull(HistogramLayout.Validate(0, 0, [new HistogramSpan(0, 4000)], [new HistogramSpan(0, 97)], []));
        Assert.Null(HistogramLayout.Validate(0, 0, [new HistogramSpan(-7, 4000)], [new HistogramSpan(0, 96)], []));
    }

    [Fact]
    public void Custom_bounds_ascend_and_hold_the_spans()
    {
        Assert.Null(HistogramLayout.Validate(HistogramLayout.CustomSchema, 0, [new HistogramSpan(0, 3)], [], [1, 2]));
        Assert.NotNull(HistogramLayout.Validate(HistogramLayout.CustomSchema, 0, [new HistogramSpan(0, 4)], [], [1, 2]));
        Assert.NotNull(HistogramLayout.Validate(HistogramLayout.CustomSchema, 0, [], [], [2, 2]));
        Assert.NotNull(HistogramLayout.Validate(HistogramLayout.CustomSchema, 0, [], [], [1, double.PositiveInfinity]));
        Assert.NotNull(HistogramLayout.Validate(HistogramLayout.CustomSchema, 0, [new HistogramSpan(-1, 1)], [], [1]));
        Assert.NotNull(HistogramLayout.Validate(HistogramLayout.CustomSchema, 0, [], [new HistogramSpan(0, 1)], [1]));
        Assert.NotNull(HistogramLayout.Validate(HistogramLayout.CustomSchema, 0.5, [], [], [1]));
        Assert.NotNull(HistogramLayout.Validate(3, 0, [], [], [1]));
    }

    [Fact]
    public void The_stale_marker_is_told_from_other_NaN_sums()
    {
        Assert.True(Histogram.Stale.IsStale);
        Assert.False(Histogram.OfIntegers(HistogramLayout.Empty, CounterResetHint.Unknown, 0, 0, double.NaN, [], []).IsStale);
    }
}
