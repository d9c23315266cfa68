using CsCheck;
using Plimsoll.Client;
using Plimsoll.Server.LoadLines;

namespace Plimsoll.Server.Tests.LoadLines;

public sealed class ReachTests
{
    [Fact]
    public void Fewer_hours_than_a_day_tell_nothing_however_many_are_empty()
    {
        double[] hours = [.. Enumerable.Repeat(double.NaN, 100), .. Rise(Reach.HoursNeeded)];

        Assert.NotNull(Reach.Estimate(hours, 1000));
        hours[^5] = double.NaN;
        Assert.Null(Reach.Estimate(hours, 1000));
        Assert.Null(Reach.Estimate([], 1000));
    }

    [Theory]
    [InlineData(48, 2)]
    [InlineData(24, 1)]
    [InlineData(360, 15)]
    public void A_straight_rise_of_one_an_hour_reaches_the_line_on_the_right_day(double left, double days)
    {
        LoadLineReach reach = Reach.Estimate(Rise(72), 71 + left)!;

        Assert.Equal(days, reach.Days!.Value, 6);
        Assert.Equal(days, reach.EarliestDays!.Value, 6);
        Assert.Equal(days, reach.LatestDays!.Value, 6);
        Assert.Equal($"in {days} days, {days}–{days}", reach.Sentence);
    }

    [Fact]
    public void Hours_without_data_leave_the_day_as_it_is()
    {
        double[] hours = Rise(72);
        hours.AsSpan(10, 20).Fill(double.NaN);

        Assert.Equal(2, Reach.Estimate(hours, 71 + 48)!.Days!.Value, 6);
    }

    [Fact]
    public void Flat_demand_does_not_reach_the_line_at_this_pace()
    {
        double[] hours = new double[48];
        Array.Fill(hours, 10);

        Assert.Equal(new LoadLineReach(null, null, null, "not at this pace"), Reach.Estimate(hours, 20));
    }

    [Fact]
    public void Falling_demand_and_a_rise_too_slow_for_two_years_do_not_either()
    {
        Assert.Equal("not at this pace", Reach.Estimate([.. Rise(48).Select(value => -value)], 20)!.Sentence);
        Assert.Null(Reach.Estimate(Rise(48), 47 + (731 * 24))!.Days);
        Assert.NotNull(Reach.Estimate(Rise(48), 47 + (729 * 24))!.Days);
    }

    [Fact]
    public void Noise_widens_the_interval_and_noise_that_lasts_for_hours_more_so()
    {
        // As large, once from hour to hour and once in runs of four: the same error each hour, but less news in each.
        double[] quiet = Noisy(hour => hour % 2 == 0 ? 1 : -1);
        double[] loud = Noisy(hour => hour % 2 == 0 ? 8 : -8);
        double[] lasting = Noisy(hour => hour / 4 % 2 == 0 ? 8 : -8);

        Assert.True(Width(quiet) > 0);
        Assert.True(Width(loud) > 4 * Width(quiet));
        Assert.True(Width(lasting) > 1.2 * Width(loud));
    }

    [Fact]
    public void Noise_that_hides_the_slope_leaves_the_latest_day_open()
    {
        double[] hours = [.. Enumerable.Range(0, 48).Select(hour => (0.01 * hour) + (hour % 2 == 0 ? 5 : -5))];

        LoadLineReach reach = Reach.Estimate(hours, 20)!;

        Assert.NotNull(reach.EarliestDays);
        Assert.Null(reach.LatestDays);
    }

    [Fact]
    public void A_line_that_demand_is_over_or_at_already_is_reached_now()
    {
        Assert.Equal(new LoadLineReach(0, 0, 0, "reached now"), Reach.Estimate(Rise(48), 30));
        Assert.Equal("reached now", Reach.Estimate([.. Enumerable.Repeat(10.0, 48)], 10)!.Sentence);
    }

    [Fact]
    public void The_earliest_day_is_never_after_the_middle_one_nor_that_after_the_latest() =>
        Gen.Select(Gen.Double[-50, 100].Array[Reach.HoursNeeded, 200], Gen.Double[-2, 2], Gen.Double[-100, 1000]).Sample((noise, slope, line) =>
        {
            LoadLineReach reach = Reach.Estimate([.. noise.Select((value, hour) => value + (slope * hour))], line)!;
            double earliest = reach.EarliestDays ?? double.PositiveInfinity;
            double middle = reach.Days ?? double.PositiveInfinity;
            double latest = reach.LatestDays ?? double.PositiveInfinity;
            return 0 <= earliest && earliest <= middle && middle <= latest;
        });

    private static double[] Rise(int hours) => [.. Enumerable.Range(0, hours).Select(hour => (double)hour)];

    private static double[] Noisy(Func<int, double> noise) => [.. Enumerable.Range(0, 160).Select(hour => hour + noise(hour))];

    private static double Width(double[] hours)
    {
        LoadLineReach reach = Reach.Estimate(hours, 400)!;
        return reach.LatestDays!.Value - reach.EarliestDays!.Value;
    }
}
