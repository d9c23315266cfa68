using Plimsoll.Series.Tests.Disks;

namespace Plimsoll.Series.Tests;

/// <summary>Power loss at every operation of a run that appends, seals, checkpoints and expires: acknowledged ⊆ readable ⊆ sent.</summary>
public sealed class CrashTests
{
    private static readonly TenantId Other = new("other");

    [Fact]
    public async Task Whatever_was_acknowledged_survives_a_power_loss_at_any_operation()
    {
        MemoryDisk whole = new();
        await RunAsync(whole, new Ledger(), new ManualClock(), seed: 1);
        Assert.True(whole.Operations > 60, $"The script makes only {whole.Operations} operations.");
        for (int at = 1; at <= whole.Operations; at++)
        {
            for (int seed = 1; seed <= 4; seed++)
            {
                await CrashAtAsync(at, seed);
            }
        }
    }

    private static async Task CrashAtAsync(int at, int seed)
    {
        string where = $"power lost at operation {at}, seed {seed}";
        Random chance = new((at * 1000) + seed);
        MemoryDisk disk = new() { PowerLossAt = at };
        ManualClock clock = new();
        Ledger ledger = new();
        await RunAsync(disk, ledger, clock, seed);
        MemoryDisk after = disk.Reboot(chance);
        if (seed % 2 == 0)
        {
            // And once more while it gets up, or a little later.
            after.PowerLossAt = chance.Next(1, 20);
            await RunAsync(after, ledger, clock, seed + 100);
            after = after.Reboot(chance);
        }

        SeriesStore store = Samples.Open(after, clock);
        ledger.Check(store, where);
        clock.NowMs += 60_000;
        await AppendAsync(store, ledger, clock, chance);
        await store.DisposeAsync();
        await using SeriesStore again = Samples.Open(after, clock);
        ledger.Check(again, where + ", after another restart");
    }

    private static async Task RunAsync(MemoryDisk disk, Ledger ledger, ManualClock clock, int seed)
    {
        Random chance = new(seed);
        SeriesStore? store = null;
        try
        {
            store = Samples.Open(disk, clock, options => options with { SegmentBytes = 4096, CheckpointBytes = 8192, Durability = Durability.Power });
            for (int step = 0; step < 14; step++)
            {
                clock.NowMs += step % 5 == 4 ? 7_000_000 : 30_000;
                await AppendAsync(store, ledger, clock, chance);
                if (step % 5 == 4)
                {
                    await store.MaintainAsync(CancellationToken.None);
                }

                if (step == 11)
                {
                    await store.FlushAsync();
                }
            }
        }
        catch (IOException)
        {
            // The power went.
        }
        finally
        {
            if (store is not null)
            {
                await store.DisposeAsync();
            }
        }
    }

    private static async Task AppendAsync(SeriesStore store, Ledger ledger, ManualClock clock, Random chance)
    {
        foreach (TenantId tenant in new[] { Samples.Tenant, Other })
        {
            SampleBatch batch = new();
            List<(string, long, long)> samples = [];
            for (int series = 0; series < 3; series++)
            {
                LabelSet labels = LabelSet.Of("m", ("i", $"{chance.Next(6)}"));
                if (samples.Exists(sample => sample.Item1 == tenant + labels.ToString()))
                {
                    continue;
                }

                batch.BeginSeries(labels);
                for (int i = 0; i < 5; i++)
                {
                    double value = chance.NextDouble();
                    batch.Add(clock.NowMs + i, value);
                    samples.Add((tenant + labels.ToString(), clock.NowMs + i, BitConverter.DoubleToInt64Bits(value)));
                }
            }

            ledger.Sent.UnionWith(samples);
            AppendResult result = await store.OpenWriter(tenant).AppendAsync(batch, CancellationToken.None);
            Assert.Equal(0, result.Refused);
            ledger.Acknowledged.UnionWith(samples);
        }
    }

    private sealed class Ledger
    {
        public HashSet<(string Series, long Ms, long Bits)> Sent { get; } = [];

        public HashSet<(string Series, long Ms, long Bits)> Acknowledged { get; } = [];

        public void Check(SeriesStore store, string where)
        {
            List<(string, long, long)> readable = [];
            foreach (TenantId tenant in new[] { Samples.Tenant, Other })
            {
                readable.AddRange(store.ReadAll(tenant).Select(sample => (tenant + sample.Labels, sample.Ms, sample.Bits)));
            }

            HashSet<(string, long, long)> distinct = [.. readable];
            Assert.True(distinct.Count == readable.Count, $"{where}: a sample is read twice");
            Assert.True(distinct.IsSupersetOf(Acknowledged), $"{where}: {Acknowledged.Except(distinct).Count()} acknowledged samples are gone, {store.Statistics.LastError}");
            Assert.True(distinct.IsSubsetOf(Sent), $"{where}: something is read that nobody sent");
            Assert.True(store.Statistics.Quarantined == 0, $"{where}: {store.Statistics.LastError}");
        }
    }
}
