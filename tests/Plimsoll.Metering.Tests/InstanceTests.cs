using System.Collections.Immutable;
using Plimsoll.Ledger;
using Plimsoll.Organizations;
using Plimsoll.Series;

namespace Plimsoll.Metering.Tests;

/// <summary>A machine is billed once, whoever else tells of it.</summary>
public sealed class InstanceTests
{
    private static readonly DateTimeOffset Noon = TestHost.Noon;

    [Fact]
    public async Task Samples_of_the_machines_name_under_another_app_or_none_are_not_metered()
    {
        await using TestHost host = await TestHost.Open();
        host.CollectAll(Noon, Noon.AddMinutes(1));
        Tell(host, "evil", "other", Noon, Noon.AddMinutes(2), everySeconds: 1);
        Tell(host, "evil", null, Noon, Noon.AddMinutes(2), everySeconds: 1);
        await host.MeterAt(Noon.AddMinutes(2));

        await IsTheHostAlone(host);
    }

    [Theory]
    [InlineData("evil")]
    [InlineData("zzz")]
    [InlineData(null)]
    public async Task Of_two_instances_the_one_with_more_samples_is_metered_alone_by_every_meter(string? other)
    {
        await using TestHost host = await TestHost.Open();
        host.CollectAll(Noon, Noon.AddMinutes(1));
        Tell(host, other, "host", Noon, Noon.AddSeconds(15), everySeconds: 5);
        await host.MeterAt(Noon.AddMinutes(2));

        await IsTheHostAlone(host);
    }

    [Theory]
    [InlineData("a-first", 7 * 60_000)]
    [InlineData("z-last", TestHost.Memory * 60_000)]
    public async Task Of_two_instances_with_as_many_samples_the_first_by_name_is_metered(string other, long expected)
    {
        await using TestHost host = await TestHost.Open();
        host.CollectAll(Noon, Noon.AddMinutes(1));
        Tell(host, other, "host", Noon, Noon.AddMinutes(1), everySeconds: 5);
        await host.MeterAt(Noon.AddMinutes(1));

        Assert.Equal(expected, (await host.Hour(Meters.Memory, Noon)).Quantity.Value);
    }

    [Fact]
    public async Task Samples_that_can_not_have_been_measured_win_nothing()
    {
        await using TestHost host = await TestHost.Open();
        host.CollectAll(Noon, Noon.AddMinutes(1));
        for (int second = 0; second <= 60; second++)
        {
            host.Series.Add(Memory("evil", "host"), Noon.AddSeconds(second).ToUnixTimeMilliseconds(), double.NaN);
        }

        await host.MeterAt(Noon.AddMinutes(2));

        await IsTheHostAlone(host);
    }

    [Fact]
    public async Task The_receipt_takes_the_same_instance_when_the_other_went_on_after_the_watermark()
    {
        await using TestHost host = await TestHost.Open();
        host.CollectAll(Noon, Noon.AddMinutes(1));
        Tell(host, "evil", "host", Noon.AddSeconds(30), Noon.AddSeconds(70), everySeconds: 5);
        await host.MeterAt(Noon.AddSeconds(70));
        Tell(host, "evil", "host", Noon.AddSeconds(75), Noon.AddMinutes(30), everySeconds: 5);

        await IsTheHostAlone(host);
    }

    [Fact]
    public async Task The_pace_is_that_of_one_instance_too()
    {
        await using TestHost host = await TestHost.Open();
        host.CollectAll(Noon, Noon.AddMinutes(5));
        Tell(host, "evil", "host", Noon.AddMinutes(4), Noon.AddMinutes(5), everySeconds: 5);
        host.Time.SetUtcNow(Noon.AddMinutes(5));

        ImmutableArray<MeterPace> pace = host.Pace.Read(OrganizationId.Local, [await host.Registered()], TestHost.Cancellation);

        Assert.Equal([2 * 300_000, (Int128)TestHost.Memory * 300_000, 60_000], pace.Select(part => part.Quantity.Value));
    }

    private static async Task IsTheHostAlone(TestHost host)
    {
        Assert.Equal(2 * 60_000, (await host.Hour(Meters.Vcpu, Noon)).Quantity.Value);
        Assert.Equal((Int128)TestHost.Memory * 60_000, (await host.Hour(Meters.Memory, Noon)).Quantity.Value);
        Assert.Equal(12_000, (await host.Hour(Meters.Egress, Noon)).Quantity.Value);
        foreach (Meter meter in Meters.All)
        {
            Receipt receipt = await host.Receipt(meter, Noon);
            Assert.True(receipt.AddsUp);
            Assert.All(receipt.Parts, part => Assert.Contains("instance=\"host-a\"", part.Series, StringComparison.Ordinal));
        }
    }

    /// <summary>Another's samples of the machine, a meter each: one vCPU, 7 bytes of memory, a gigabyte sent at a time.</summary>
    private static void Tell(TestHost host, string? instance, string? app, DateTimeOffset from, DateTimeOffset to, int everySeconds)
    {
        LabelSet cpu = Labels("node_cpu_seconds_total", instance, app, ("cpu", "9"), ("mode", "idle"));
        LabelSet sent = Labels("node_network_transmit_bytes_total", instance, app, ("device", "eth9"));
        double bytes = 0;
        for (DateTimeOffset at = from; at <= to; at = at.AddSeconds(everySeconds))
        {
            long ms = at.ToUnixTimeMilliseconds();
            host.Series.Add(cpu, ms, ms / 1000.0);
            host.Series.Add(Memory(instance, app), ms, 7);
            host.Series.Add(sent, ms, bytes += 1e9);
        }
    }

    private static LabelSet Memory(string? instance, string? app) => Labels("node_memory_MemTotal_bytes", instance, app);

    private static LabelSet Labels(string metric, string? instance, string? app, params ReadOnlySpan<(string Name, string Value)> more)
    {
        List<(string, string)> labels = [("job", "node"), ("machine", "host-a"), .. more];
        if (instance is not null)
        {
            labels.Add(("instance", instance));
        }

        if (app is not null)
        {
            labels.Add(("app", app));
        }

        return LabelSet.Of(metric, [.. labels]);
    }
}
