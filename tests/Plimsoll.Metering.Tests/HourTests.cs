using System.Collections.Immutable;
using Plimsoll.Ledger;
using Plimsoll.Organizations;
using Plimsoll.Series;

namespace Plimsoll.Metering.Tests;

public sealed class HourTests
{
    private static readonly DateTimeOffset Noon = TestHost.Noon;

    [Fact]
    public async Task A_full_hour_is_vcpus_and_memory_by_time_and_bytes_by_increase()
    {
        await using TestHost host = await TestHost.Open();
        host.CollectAll(Noon.AddMinutes(-5), Noon.AddMinutes(70));
        await host.MeterAt(Noon.AddMinutes(70));

        UsageHour vcpu = await host.Hour(Meters.Vcpu, Noon);
        Assert.Equal(2 * 3_600_000, vcpu.Quantity.Value);
        Assert.Equal("2.000000000 vCPU-hour", vcpu.Shown.ToString());
        Assert.Equal("4.000000000 GiB-hour", (await host.Hour(Meters.Memory, Noon)).Shown.ToString());
        Assert.Equal(720 * 1000, (await host.Hour(Meters.Egress, Noon)).Quantity.Value);
        Assert.Equal(TimeSpan.FromHours(1), vcpu.Observed);
        Assert.Empty(vcpu.Gaps);
        Assert.True(vcpu.Complete);
        Assert.Equal(AppId.Host, vcpu.App);
        Assert.False((await host.Hour(Meters.Vcpu, Noon.AddHours(1))).Complete);
    }

    [Fact]
    public async Task Time_before_the_first_sample_is_no_gap()
    {
        await using TestHost host = await TestHost.Open();
        host.CollectAll(Noon.AddMinutes(20), Noon.AddMinutes(30));
        await host.MeterAt(Noon.AddMinutes(30));

        UsageHour hour = await host.Hour(Meters.Vcpu, Noon);
        Assert.Empty(hour.Gaps);
        Assert.Equal(TimeSpan.FromMinutes(10), hour.Observed);
        Assert.Equal(Noon.AddMinutes(30), hour.Until);
        Assert.Equal(Noon.AddMinutes(30), (await host.Registered()).LastObservedAt);
    }

    [Fact]
    public async Task Fifteen_seconds_between_samples_count_and_a_millisecond_more_is_a_gap_for_every_meter()
    {
        await using TestHost host = await TestHost.Open();
        host.Collect(Noon.AddSeconds(10), 1_000);
        host.Collect(Noon.AddSeconds(25), 2_000);
        host.Collect(Noon.AddMilliseconds(40_001), 50_000);
        host.Collect(Noon.AddMilliseconds(45_001), 51_000);
        await host.MeterAt(Noon.AddSeconds(46));

        foreach (Meter meter in Meters.All)
        {
            UsageHour hour = await host.Hour(meter, Noon);
            Assert.Equal(TimeSpan.FromSeconds(20), hour.Observed);
            Assert.Equal([new Gap(Noon.AddSeconds(25), Noon.AddMilliseconds(40_001))], hour.Gaps);
        }

        Assert.Equal(40_000, (await host.Hour(Meters.Vcpu, Noon)).Quantity.Value);
        Assert.Equal(2_000, (await host.Hour(Meters.Egress, Noon)).Quantity.Value);
    }

    [Fact]
    public async Task A_stretch_across_the_hour_is_cut_at_it_and_its_bytes_belong_to_the_later_hour()
    {
        await using TestHost host = await TestHost.Open();
        host.Collect(Noon.AddSeconds(-3), 1_000);
        host.Collect(Noon.AddSeconds(2), 1_700);
        host.Collect(Noon.AddSeconds(7), 1_800);
        await host.MeterAt(Noon.AddSeconds(8));

        Assert.Equal(2 * 3_000, (await host.Hour(Meters.Vcpu, Noon.AddHours(-1))).Quantity.Value);
        Assert.Equal(2 * 7_000, (await host.Hour(Meters.Vcpu, Noon)).Quantity.Value);
        Assert.Equal((Int128)TestHost.Memory * 3_000, (await host.Hour(Meters.Memory, Noon.AddHours(-1))).Quantity.Value);
        Assert.Equal(0, (await host.Hour(Meters.Egress, Noon.AddHours(-1))).Quantity.Value);
        Assert.Equal(800, (await host.Hour(Meters.Egress, Noon)).Quantity.Value);
    }

    [Fact]
    public async Task A_sample_exactly_at_the_hour_ends_the_hour_before()
    {
        await using TestHost host = await TestHost.Open();
        host.Collect(Noon.AddSeconds(-5), 1_000);
        host.Collect(Noon, 1_700);
        host.Collect(Noon.AddSeconds(5), 1_800);
        await host.MeterAt(Noon.AddSeconds(6));

        Assert.Equal(700, (await host.Hour(Meters.Egress, Noon.AddHours(-1))).Quantity.Value);
        Assert.Equal(100, (await host.Hour(Meters.Egress, Noon)).Quantity.Value);
    }

    [Fact]
    public async Task The_last_hour_of_a_month_and_the_first_of_the_next_share_nothing()
    {
        await using TestHost host = await TestHost.Open();
        DateTimeOffset midnight = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);
        host.CollectAll(midnight.AddSeconds(-32), midnight.AddSeconds(28));
        await host.MeterAt(midnight.AddSeconds(28));

        Assert.Equal(2 * 32_000, (await host.Hour(Meters.Vcpu, midnight.AddHours(-1))).Quantity.Value);
        Assert.Equal(2 * 28_000, (await host.Hour(Meters.Vcpu, midnight)).Quantity.Value);
        Assert.Equal(12_000, (await host.All()).Where(hour => hour.Meter == Meters.Egress).Sum(hour => (int)hour.Quantity.Value));
    }

    [Fact]
    public async Task A_counter_that_falls_was_restarted_and_counts_from_0()
    {
        await using TestHost host = await TestHost.Open();
        host.Collect(Noon, 5_000);
        host.Collect(Noon.AddSeconds(5), 6_000);
        host.Collect(Noon.AddSeconds(10), 300);
        host.Collect(Noon.AddSeconds(15), 400);
        await host.MeterAt(Noon.AddSeconds(16));

        Assert.Equal(1_400, (await host.Hour(Meters.Egress, Noon)).Quantity.Value);
        Receipt receipt = await host.Receipt(Meters.Egress, Noon);
        Assert.Equal([1_000, 300, 100], receipt.Parts.Select(part => (int)part.Quantity.Value));
        Assert.Equal(EgressRule.Restarted, receipt.Parts[1].Note);
    }

    [Fact]
    public async Task Loopback_and_other_machines_are_not_counted()
    {
        await using TestHost host = await TestHost.Open();
        host.CollectAll(Noon, Noon.AddMinutes(1));
        for (int i = 0; i < 12; i++)
        {
            host.Series.Add(
                LabelSet.Of("node_network_transmit_bytes_total", ("job", "node"), ("app", "host"), ("machine", "host-b"), ("device", "eth0")),
                Noon.AddSeconds(i * 5).ToUnixTimeMilliseconds(), i * 1e9);
        }

        await host.MeterAt(Noon.AddMinutes(1));

        Assert.Equal(12_000, (await host.Hour(Meters.Egress, Noon)).Quantity.Value);
    }

    [Fact]
    public async Task A_vcpu_added_in_mid_hour_counts_from_its_first_sample_and_one_removed_until_its_last()
    {
        await using TestHost host = await TestHost.Open();
        for (int second = 0; second <= 60; second += 5)
        {
            host.Collect(Noon.AddSeconds(second), 0, cpus: second is >= 20 and <= 40 ? 4 : 2);
        }

        await host.MeterAt(Noon.AddSeconds(60));

        Assert.Equal((2 * 60_000) + (2 * 20_000), (await host.Hour(Meters.Vcpu, Noon)).Quantity.Value);
    }

    [Fact]
    public async Task The_memory_at_the_earlier_sample_holds_over_the_stretch()
    {
        await using TestHost host = await TestHost.Open();
        host.Collect(Noon, 0, memory: 100);
        host.Collect(Noon.AddSeconds(5), 0, memory: 300);
        host.Collect(Noon.AddSeconds(10), 0, memory: 700);
        await host.MeterAt(Noon.AddSeconds(10));

        Assert.Equal((100 * 5_000) + (300 * 5_000), (await host.Hour(Meters.Memory, Noon)).Quantity.Value);
    }

    [Fact]
    public async Task A_stale_marker_ends_a_stretch()
    {
        await using TestHost host = await TestHost.Open();
        host.Collect(Noon, 0);
        host.Collect(Noon.AddSeconds(5), 0);
        host.Collect(Noon.AddSeconds(15), 0);
        host.Series.Add(TestHost.MemoryTotal, Noon.AddSeconds(10).ToUnixTimeMilliseconds(), SampleBlock.Stale);
        await host.MeterAt(Noon.AddSeconds(15));

        UsageHour hour = await host.Hour(Meters.Memory, Noon);
        Assert.Equal((Int128)TestHost.Memory * 5_000, hour.Quantity.Value);
        Assert.Equal([new Gap(Noon.AddSeconds(5), Noon.AddSeconds(15))], hour.Gaps);
    }

    [Fact]
    public async Task Time_down_is_a_gap_through_all_its_hours()
    {
        await using TestHost host = await TestHost.Open();
        host.CollectAll(Noon, Noon.AddMinutes(30));
        await host.MeterAt(Noon.AddMinutes(30));
        host.CollectAll(Noon.AddHours(3).AddMinutes(10), Noon.AddHours(3).AddMinutes(20));
        await host.MeterAt(Noon.AddHours(3).AddMinutes(20));

        Assert.Equal([new Gap(Noon.AddMinutes(30), Noon.AddHours(1))], (await host.Hour(Meters.Vcpu, Noon)).Gaps);
        UsageHour down = await host.Hour(Meters.Egress, Noon.AddHours(1));
        Assert.Equal([new Gap(Noon.AddHours(1), Noon.AddHours(2))], down.Gaps);
        Assert.Equal((0, true), ((int)down.Quantity.Value, down.Complete));
        UsageHour running = await host.Hour(Meters.Memory, Noon.AddHours(3));
        Assert.Equal([new Gap(Noon.AddHours(3), Noon.AddHours(3).AddMinutes(10))], running.Gaps);
        Assert.Equal(TimeSpan.FromMinutes(10), running.Observed);
    }

    [Fact]
    public async Task A_sample_overdue_opens_a_gap_in_the_running_hour()
    {
        await using TestHost host = await TestHost.Open();
        host.CollectAll(Noon, Noon.AddMinutes(10));
        await host.MeterAt(Noon.AddMinutes(10).AddSeconds(15));
        Assert.Empty((await host.Hour(Meters.Vcpu, Noon)).Gaps);

        await host.MeterAt(Noon.AddMinutes(12));
        Assert.Equal([new Gap(Noon.AddMinutes(10), Noon.AddMinutes(12))], (await host.Hour(Meters.Vcpu, Noon)).Gaps);
    }

    [Fact]
    public async Task Rounds_every_ten_seconds_end_where_one_round_at_the_end_does()
    {
        await using TestHost often = await TestHost.Open();
        await using TestHost once = await TestHost.Open();
        DateTimeOffset from = Noon.AddMinutes(57);
        for (DateTimeOffset at = from; at <= Noon.AddMinutes(64); at = at.AddSeconds(10))
        {
            often.CollectAll(at, at.AddSeconds(5));
            await often.MeterAt(at.AddSeconds(6));
        }

        once.CollectAll(from, Noon.AddMinutes(64).AddSeconds(5));
        await once.MeterAt(Noon.AddMinutes(64).AddSeconds(6));
        await once.MeterAt(Noon.AddMinutes(64).AddSeconds(6));

        Assert.Equal((await once.All()).Select(Text), (await often.All()).Select(Text));
    }

    [Fact]
    public async Task A_late_sample_after_the_close_changes_nothing()
    {
        await using TestHost host = await TestHost.Open();
        host.CollectAll(Noon, Noon.AddMinutes(50));
        await host.MeterAt(Noon.AddMinutes(63));
        UsageHour closed = await host.Hour(Meters.Vcpu, Noon);
        host.CollectAll(Noon.AddMinutes(50), Noon.AddMinutes(60));
        await host.MeterAt(Noon.AddMinutes(64));

        Assert.True(closed.Complete);
        Assert.Equal(Text(closed), Text(await host.Hour(Meters.Vcpu, Noon)));
        Assert.True((await host.Receipt(Meters.Vcpu, Noon)).AddsUp);
    }

    [Fact]
    public async Task A_round_that_fails_is_shown_and_the_next_makes_up_for_it()
    {
        await using TestHost host = await TestHost.Open();
        host.CollectAll(Noon, Noon.AddMinutes(1));
        host.Time.SetUtcNow(Noon.AddMinutes(1));
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestHost.Cancellation);
        host.Series.Fault = new IOException("the disk is gone");

        Task running = host.Loop.RunAsync(stop.Token);
        await Until(() => host.Loop.Health.Failures == 1);
        Assert.Equal("the disk is gone", host.Loop.Health.LastFailure);
        await Until(() =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(10));
            return host.Loop.Health.Rounds > 0;
        });
        await stop.CancelAsync();
        await running;

        Assert.True(host.Loop.Health.IsHealthy);
        Assert.Equal(2 * 60_000, (await host.Hour(Meters.Vcpu, Noon)).Quantity.Value);
        Assert.Equal(Noon.AddMinutes(1), host.Loop.Health.UsageUntil);
    }

    [Fact]
    public async Task The_pace_is_that_of_the_last_five_minutes_and_none_once_samples_stop()
    {
        await using TestHost host = await TestHost.Open();
        host.CollectAll(Noon, Noon.AddMinutes(30));
        host.Time.SetUtcNow(Noon.AddMinutes(30));

        Machine machine = await host.Registered();

        ImmutableArray<MeterPace> pace = host.Pace.Read(OrganizationId.Local, [machine], TestHost.Cancellation);
        Assert.Equal(Meters.All, pace.Select(part => part.Meter));
        Assert.All(pace, part => Assert.Equal(TimeSpan.FromMinutes(5), part.Observed));
        Assert.Equal([2 * 300_000, (Int128)TestHost.Memory * 300_000, 60_000], pace.Select(part => part.Quantity.Value));

        host.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Empty(host.Pace.Read(OrganizationId.Local, [machine], TestHost.Cancellation));
    }

    // The loop runs on other threads: yield to them until it got there; the test's own time limit bounds it.
    private static async Task Until(Func<bool> reached)
    {
        while (!reached())
        {
            TestHost.Cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static string Text(UsageHour hour) =>
        $"{hour.Meter} {hour.Start:O} {hour.Quantity} {hour.Observed} {hour.Watermark:O} {hour.Complete} {string.Join(' ', hour.Gaps)}";
}
