using Plimsoll.Series.Tests.Disks;
using Plimsoll.Series.Upgrades;

namespace Plimsoll.Series.Tests;

/// <summary>Folders that older versions wrote stay readable. They are never written anew: a change of format is a new version.</summary>
public sealed class GoldenTests
{
    private static readonly LabelSet Counter = LabelSet.Of("golden", ("kind", "counter"));
    private static readonly LabelSet Odd = LabelSet.Of("golden", ("kind", "ödd 🚢"));
    private static readonly double[] OddValues = [0.0, -0.0, double.NaN, SampleBlock.Stale, double.PositiveInfinity, double.Epsilon, 1e300, 0.1];

    [Fact]
    public async Task A_store_of_version_1_is_read_bit_by_bit()
    {
        MemoryDisk disk = MemoryDisk.Load(Path.Combine(AppContext.BaseDirectory, "Golden", "v1"), "/data/series");
        MemoryDisk expected = new();
        await WriteAsync(expected);
        SeriesStoreOptions target = new() { Folder = "/data/series-new", FileSystem = disk, TimeProvider = new ManualClock { NowMs = Samples.Start + 3_600_000 } };

        Assert.Throws<SeriesStoreException>(() => Samples.Open(disk)); // An upgrade is asked for, nothing is guessed.
        (long copied, string? damage) = await SeriesUpgrade.CopyAsync("/data/series", target, progress: null, CancellationToken.None);
        await using SeriesStore store = SeriesStore.Open(target);
        await using SeriesStore today = Samples.Open(expected);

        List<(string, long, long)> samples = store.ReadAll(Samples.Tenant);
        Assert.Equal((300 + (2 * OddValues.Length), null), (copied, damage));
        Assert.Equal(copied, samples.Count);
        Assert.Equal(today.ReadAll(Samples.Tenant), samples);
    }

    // What the golden folder was written by: a block, a checkpoint, a log with a series that the block knows.
    internal static async Task WriteAsync(MemoryDisk disk)
    {
        await using SeriesStore store = Samples.Open(disk);
        for (int i = 0; i < 300; i++)
        {
            await store.Append(Samples.Tenant, Counter, Samples.Start + (5000 * i), 0.25 * i);
            if (i is 99 or 199)
            {
                for (int odd = 0; odd < OddValues.Length; odd++)
                {
                    await store.Append(Samples.Tenant, Odd, Samples.Start + (5000 * i) + (odd * odd), OddValues[odd]);
                }
            }

            if (i == 149)
            {
                await store.FlushAsync();
            }
        }
    }
}
