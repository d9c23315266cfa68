using CsCheck;
using Plimsoll.Series.Cardinality;
using Plimsoll.Series.Index;
using Plimsoll.Series.Tests.Index;
using Xunit;

namespace Plimsoll.Series.Tests.Cardinality;

public sealed class CardinalityTests
{
    [Fact]
    public void The_census_counts_what_counting_one_by_one_counts() => Gen.Select(LabelGen.Sets(80), Gen.Int[1, 5], Gen.Int[0, 80]).Sample(
        (sets, top, firstNew) =>
        {
            using HeadIndex index = HeadIndexTests.IndexOf(sets);
            CardinalityReport report = CardinalityCensus.Take(index, top, firstNew, 42, CancellationToken.None);
            IEnumerable<Label> labels = sets.SelectMany(set => set);
            IEnumerable<string> metrics = sets.Select(set => set.MetricName).Where(name => name.Length > 0);
            Assert.Equal((sets.Length, labels.Distinct().Count(), labels.Select(label => label.Name).Distinct().Count(), 42), (report.Series, report.LabelPairs, report.LabelNames, report.GrowthSinceMs));
            Assert.Equal(Math.Max(0, sets.Length - firstNew), report.NewSeries);
            AssertTop(metrics, top, report.MetricsBySeries);
            AssertTop(sets.Skip(firstNew).Select(set => set.MetricName).Where(name => name.Length > 0), top, report.MetricsByGrowth);
            AssertTop(labels.Select(label => $"{label.Name}={label.Value}"), top, report.PairsBySeries);
            AssertTop(labels.Distinct().Select(label => label.Name), top, report.LabelsByValues);
            AssertTop(labels.SelectMany(label => Enumerable.Repeat(label.Name, System.Text.Encoding.UTF8.GetByteCount(label.Value))), top, report.LabelsByBytes);
        },
        iter: 300);

    [Fact]
    public void Growth_is_counted_from_about_an_hour_ago()
    {
        const long minuteMs = 60_000;
        SeriesGrowth growth = new();
        Assert.Equal((0, 7 * minuteMs), growth.LastHour(7 * minuteMs));
        for (int minute = 0; minute <= 180; minute++)
        {
            growth.Note(minute * minuteMs, 10 * minute);
        }

        (int firstId, long sinceMs) = growth.LastHour(182 * minuteMs);
        Assert.Equal((1200, 120 * minuteMs), (firstId, sinceMs));
    }

    [Fact]
    public void After_a_start_growth_is_counted_from_the_start()
    {
        SeriesGrowth growth = new();
        growth.Note(1000, 500);
        growth.Note(2000, 900);
        Assert.Equal((500, 1000), growth.LastHour(60_000));
    }

    [Fact]
    public void Growth_follows_the_series_that_are_kept()
    {
        SeriesGrowth growth = new();
        growth.Note(0, 5);
        growth.Keep([0, 2, 4, 5, 9]);
        Assert.Equal((3, 0), growth.LastHour(1000));
    }

    private static void AssertTop(IEnumerable<string> all, int top, IReadOnlyList<CardinalityCount> counts)
    {
        Dictionary<string, long> expected = all.GroupBy(name => name).ToDictionary(group => group.Key, group => (long)group.Count());
        Assert.Equal(expected.Values.OrderDescending().Take(top), counts.Select(count => count.Count));
        Assert.All(counts, count => Assert.Equal(expected[count.Name], count.Count));
        Assert.Equal(counts.Count, counts.Select(count => count.Name).Distinct().Count());
    }
}
