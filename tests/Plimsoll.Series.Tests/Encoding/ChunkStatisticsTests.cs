using Plimsoll.Series.Encodings;
using Xunit;

namespace Plimsoll.Series.Tests.Encodings;

public sealed class ChunkStatisticsTests
{
    [Fact]
    public void A_counter_with_a_reset_counts_what_came_before_it()
    {
        ChunkStatistics statistics = ChunkStatistics.Of([5, 8, 2, 3]);
        Assert.Equal(new ChunkStatistics(4, 2, 8, 18, 5, 3, 6, 1), statistics);
    }

    [Fact]
    public void Stale_markers_are_no_samples()
    {
        ChunkStatistics statistics = ChunkStatistics.Of([SampleBlock.Stale, 5, SampleBlock.Stale, 7, SampleBlock.Stale]);
        Assert.Equal(new ChunkStatistics(2, 5, 7, 12, 5, 7, 2, 0), statistics);
        Assert.Equal(ChunkStatistics.Empty, ChunkStatistics.Of([SampleBlock.Stale]));
    }

    [Fact]
    public void NaN_is_neither_smallest_nor_greatest_but_spoils_the_sum()
    {
        ChunkStatistics statistics = ChunkStatistics.Of([double.NaN, 5, double.NaN, -7]);
        Assert.Equal(4, statistics.Count);
        Assert.Equal(-7, statistics.Min);
        Assert.Equal(5, statistics.Max);
        Assert.True(double.IsNaN(statistics.Sum));
        Assert.Equal(0, statistics.Resets);
    }
}
