using Plimsoll.Series.Tests.Disks;

namespace Plimsoll.Series.Tests;

/// <summary>A folder that version 1 wrote stays readable. It is never written anew: a change of format is a new version.</summary>
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

        await using SeriesStore store = Samples.Open(disk);
        await using SeriesStore today = Samples.Open(expected);

        List<(string, long, long)> samples = store.ReadAll(Samples.Tenant);
        Assert.Equal(300 + (2 * OddValues.Length), samples.Count);
        Assert.Equal(today.ReadAll(Samples.Tenant), samples);
        Assert.Equal((1, 0L), (store.Statistics.Blocks, store.Statistics.Quarantined));
        Assert.True(store.Statistics.ReplayedSamples > 100);
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
