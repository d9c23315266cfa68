using Plimsoll.Series.Blocks;

namespace Plimsoll.Series.Tests.Blocks;

public sealed class BlockCacheTests
{
    private const int Cost = 1000;

    [Fact]
    public void It_stays_within_its_bound_and_keeps_what_came_last()
    {
        BlockCache cache = new(1 << 20);
        for (int i = 0; i < 10_000; i++)
        {
            cache.Add(1, i * 4096L, $"page {i}", Cost);
            Assert.True(cache.Bytes <= 1 << 20);
            Assert.Equal($"page {i}", cache.Find<string>(1, i * 4096L));
        }

        int kept = Enumerable.Range(9_700, 300).Count(i => cache.Find<string>(1, i * 4096L) is not null);
        Assert.True(kept > 270, $"{kept} of the last 300 were kept.");
        Assert.Null(cache.Find<string>(1, 0));
        Assert.Null(cache.Find<string>(2, 9_999 * 4096L));
    }

    [Fact]
    public void What_is_used_outlives_what_is_not()
    {
        BlockCache cache = new(1 << 20);
        cache.Add(7, 1, "hot", Cost);
        for (int i = 0; i < 10_000; i++)
        {
            cache.Add(1, i * 4096L, "cold", Cost);
            Assert.Equal("hot", cache.Find<string>(7, 1));
        }
    }

    [Fact]
    public void What_would_not_fit_is_not_kept()
    {
        BlockCache cache = new(1 << 16);
        cache.Add(1, 1, "large", 1 << 16);
        Assert.Null(cache.Find<string>(1, 1));
        Assert.Equal(0, cache.Bytes);
    }
}
