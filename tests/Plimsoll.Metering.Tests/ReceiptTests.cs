using CsCheck;
using Plimsoll.Ledger;
using Plimsoll.Organizations;
using Plimsoll.Series;

namespace Plimsoll.Metering.Tests;

public sealed class ReceiptTests
{
    private static readonly DateTimeOffset Noon = TestHost.Noon;

    [Fact]
    public async Task A_receipt_names_its_series_and_adds_up_in_the_running_hour_and_after_it()
    {
        await using TestHost host = await TestHost.Open();
        host.CollectAll(Noon.AddMinutes(-2), Noon.AddMinutes(20));
        await host.MeterAt(Noon.AddMinutes(20));
        host.CollectAll(Noon.AddMinutes(20), Noon.AddMinutes(25));

        foreach (Meter meter in Meters.All)
        {
            Receipt receipt = await host.Receipt(meter, Noon);
            Assert.True(receipt.AddsUp);
            Assert.False(receipt.SamplesExpired);
            Assert.Equal(receipt.Stored.Quantity, receipt.Parts.Aggregate(BaseQuantity.Zero, (sum, part) => sum + part.Quantity));
        }

        Receipt memory = await host.Receipt(Meters.Memory, Noon);
        ReceiptPart one = Assert.Single(memory.Parts);
        Assert.Equal("node_memory_MemTotal_bytes{job=\"node\",app=\"host\",machine=\"host-a\"}", memory.Query);
        Assert.Equal("node_memory_MemTotal_bytes{app=\"host\",instance=\"host-a\",job=\"node\",machine=\"host-a\"}", one.Series);
        Assert.Equal((Noon, Noon.AddMinutes(20), (double)TestHost.Memory), (one.From, one.To, one.Value));
        Assert.Equal(
            "node_network_transmit_bytes_total{job=\"node\",app=\"host\",machine=\"host-a\",device!=\"lo\"}",
            (await host.Receipt(Meters.Egress, Noon)).Query);
    }

    [Fact]
    public async Task A_receipt_says_when_its_samples_have_expired()
    {
        await using TestHost host = await TestHost.Open();
        host.CollectAll(Noon, Noon.AddMinutes(20));
        await host.MeterAt(Noon.AddMinutes(20));

        host.Series.RetainedFromMs = Noon.AddMinutes(10).ToUnixTimeMilliseconds();
        Receipt half = await host.Receipt(Meters.Vcpu, Noon);
        Assert.Equal((false, true), (half.AddsUp, half.SamplesExpired));

        host.Series.RetainedFromMs = long.MaxValue;
        Receipt none = await host.Receipt(Meters.Vcpu, Noon);
        Assert.Equal((false, true, 0), (none.AddsUp, none.SamplesExpired, none.Parts.Length));
    }

    [Fact]
    public async Task There_is_no_receipt_of_an_hour_that_was_not_metered()
    {
        await using TestHost host = await TestHost.Open();
        Assert.Null(await host.Receipts.ForAsync(OrganizationId.Local, Meters.Vcpu, host.Machine, Noon, TestHost.Cancellation));
    }

    [Fact]
    public async Task Stored_hours_equal_a_plain_model_and_their_receipts_over_random_samples()
    {
        await Gen.Select(
            Gen.Int[1, 20_000].Array[2, 60],
            Gen.Int[0, 9].Array[60],
            Gen.Int[0, 5_000],
            Gen.Int[0, 59]).SampleAsync(async (steps, whims, sendAtMost, round) =>
        {
            await using TestHost host = await TestHost.Open();
            List<(long Ms, double Value)> egress = [];
            List<(long Ms, double Value)> memory = [];
            long ms = Noon.AddMinutes(-3).ToUnixTimeMilliseconds();
            double sent = 10_000;
            for (int i = 0; i < steps.Length; i++)
            {
                ms += steps[i];
                // One in ten collections finds the counter restarted, one in ten another memory size, one in ten ends the series.
                sent = whims[i] == 0 ? sendAtMost : sent + (sendAtMost * (i % 3));
                double size = whims[i] == 1 ? 1 << 30 : TestHost.Memory;
                host.Collect(DateTimeOffset.FromUnixTimeMilliseconds(ms), sent, memory: size);
                egress.Add((ms, sent));
                memory.Add((ms, size));
                if (whims[i] == 2)
                {
                    ms++;
                    host.Series.Add(TestHost.MemoryTotal, ms, SampleBlock.Stale);
                    memory.Add((ms, SampleBlock.Stale));
                }

                if (i == round)
                {
                    await host.MeterAt(DateTimeOffset.FromUnixTimeMilliseconds(ms));
                }
            }

            DateTimeOffset end = DateTimeOffset.FromUnixTimeMilliseconds(ms);
            await host.MeterAt(end < host.Time.GetUtcNow() ? host.Time.GetUtcNow() : end);

            foreach (UsageHour hour in await host.All())
            {
                long fromMs = hour.Start.ToUnixTimeMilliseconds();
                Int128 expected = hour.Meter == Meters.Egress ? Bytes(egress, fromMs) : hour.Meter == Meters.Memory ? ByteTime(memory, fromMs) : hour.Quantity.Value;
                Assert.Equal(expected, hour.Quantity.Value);
                Receipt receipt = await host.Receipt(hour.Meter, hour.Start);
                Assert.True(receipt.AddsUp);
                Assert.Equal(hour.Quantity, receipt.Parts.Aggregate(BaseQuantity.Zero, (sum, part) => sum + part.Quantity));
                long gaps = (long)hour.Gaps.Sum(gap => (gap.To - gap.From).TotalMilliseconds);
                Assert.True((long)hour.Observed.TotalMilliseconds + gaps <= 3_600_000);
            }
        }, iter: 12, threads: 1);
    }

    /// <summary>Millisecond by sample pair, as the README of the room says it.</summary>
    private static Int128 Bytes(List<(long Ms, double Value)> samples, long fromMs)
    {
        Int128 sum = 0;
        foreach (((long a, double before), (long b, double after)) in samples.Zip(samples.Skip(1)))
        {
            bool within = b > fromMs && b <= fromMs + 3_600_000 && b - a <= 15_000;
            sum += within ? (Int128)(after >= before ? after - before : after) : 0;
        }

        return sum;
    }

    private static Int128 ByteTime(List<(long Ms, double Value)> samples, long fromMs)
    {
        Int128 sum = 0;
        foreach (((long a, double before), (long b, double after)) in samples.Zip(samples.Skip(1)))
        {
            if (b - a <= 15_000 && !double.IsNaN(before) && !double.IsNaN(after))
            {
                sum += (Int128)before * Math.Max(0, Math.Min(b, fromMs + 3_600_000) - Math.Max(a, fromMs));
            }
        }

        return sum;
    }
}
