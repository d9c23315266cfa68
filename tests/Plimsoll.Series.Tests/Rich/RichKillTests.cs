using Plimsoll.Series.Tests.Disks;

namespace Plimsoll.Series.Tests.Rich;

/// <summary>Power lost at any operation while histograms, starts, exemplars and metadata are written, sealed and checkpointed.</summary>
public sealed class RichKillTests
{
    [Fact]
    public async Task What_was_acknowledged_of_histograms_and_starts_survives_a_power_loss_at_any_operation()
    {
        MemoryDisk whole = new();
        await RunAsync(whole, new RichModel(), new ManualClock());
        Assert.True(whole.Operations > 30, $"The script makes only {whole.Operations} operations.");
        for (int at = 1; at <= whole.Operations; at += at < 12 ? 1 : 2)
        {
            MemoryDisk disk = new() { PowerLossAt = at };
            RichModel model = new();
            ManualClock clock = new();
            await RunAsync(disk, model, clock);
            MemoryDisk after = disk.Reboot(new Random(at));
            await using SeriesStore store = Open(after, clock);
            List<string> read = RichModel.Read(store, Samples.Tenant);
            HashSet<string> distinct = [.. read];
            Assert.Equal(read.Count, distinct.Count);
            List<string> gone = [.. model.All().Where(sample => !distinct.Contains(sample))];
            Assert.True(gone.Count == 0, $"Power lost at operation {at}: {gone.Count} acknowledged are gone, such as {gone.FirstOrDefault()}; {store.Statistics.LastError}");
            Assert.True(store.Statistics.Quarantined == 0, store.Statistics.LastError);
        }
    }

    private static async Task RunAsync(MemoryDisk disk, RichModel model, ManualClock clock)
    {
        Random random = new(7);
        SeriesStore? store = null;
        try
        {
            store = Open(disk, clock);
            for (int step = 0; step < 8; step++)
            {
                clock.NowMs += step % 4 == 3 ? 7_000_000 : 700_000;
                SampleBatch batch = RichModel.Batch(random, clock.NowMs);
                await store.OpenWriter(Samples.Tenant).AppendAsync(batch, CancellationToken.None);
                model.Take(batch);
                if (step % 4 == 3)
                {
                    await store.MaintainAsync(CancellationToken.None);
                }

                if (step == 5)
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

    private static SeriesStore Open(MemoryDisk disk, ManualClock clock) =>
        Samples.Open(disk, clock, options => options with { SegmentBytes = 32 << 10, CheckpointBytes = 32 << 10, Durability = Durability.Power });
}
