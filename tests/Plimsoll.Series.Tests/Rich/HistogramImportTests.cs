using Plimsoll.Series.Tests.Disks;

namespace Plimsoll.Series.Tests.Rich;

public sealed class HistogramImportTests
{
    private static readonly LabelSet Latency = LabelSet.Of("latency_seconds", ("job", "api"));

    [Fact]
    public async Task Histograms_and_floats_of_any_age_go_into_blocks_and_what_the_store_has_wins()
    {
        MemoryDisk disk = new();
        ManualClock clock = new() { NowMs = Samples.Start + 86_400_000 };
        await using SeriesStore store = Samples.Open(disk, clock);
        SampleBatch live = new();
        live.BeginSeries(Latency);
        live.Add(Samples.Start + 60_000, Of(7));
        await store.OpenWriter(Samples.Tenant).AppendAsync(live, CancellationToken.None);

        SampleBatch old = new();
        old.BeginSeries(Latency);
        old.Add(Samples.Start + 90_000, Of(3), startTimestampMs: Samples.Start);
        old.Add(Samples.Start + 30_000, Of(2));
        old.Add(Samples.Start + 60_000, Of(9)); // The store has another one then.
        old.Add(Samples.Start + 30_000, Of(4)); // Came second.
        old.Add(Samples.Start - 7_200_000, Of(1));
        old.Add(Samples.Start + 45_000, 0.5);
        BulkWriter writer = store.OpenBulkWriter(Samples.Tenant);
        await writer.AddAsync(old, CancellationToken.None);
        await writer.FlushAsync(CancellationToken.None);

        Assert.Equal((4, 2), (writer.WrittenSamples, writer.Conflicts));
        (long, double)[] expected =
            [(Samples.Start - 7_200_000, 1), (Samples.Start + 30_000, 2), (Samples.Start + 60_000, 7), (Samples.Start + 90_000, 3)];
        Assert.Equal(expected, ReadHistograms(store));
        await store.CompactAsync(CancellationToken.None);
        Assert.Equal(expected, ReadHistograms(store));
        Assert.Equal(0.5, BitConverter.Int64BitsToDouble(Assert.Single(store.ReadAll(Samples.Tenant)).Bits));
    }

    private static Histogram Of(ulong count) => Histogram.OfIntegers(
        new HistogramLayout(0, 0.001, [new HistogramSpan(0, 1)], [], []), CounterResetHint.Unknown, count, 0, count, [count], []);

    private static List<(long, double)> ReadHistograms(SeriesStore store)
    {
        List<(long, double)> all = [];
        using ISeriesSelection selection = store.OpenReader(Samples.Tenant).Select([], TimeRange.All, SelectLimits.Default, CancellationToken.None);
        IHistogramCursor cursor = selection.OpenHistograms(0);
        long[] timestampsMs = new long[16];
        Histogram[] histograms = new Histogram[16];
        long[] starts = new long[16];
        for (int count = cursor.Read(timestampsMs, histograms, starts); count > 0; count = cursor.Read(timestampsMs, histograms, starts))
        {
            for (int i = 0; i < count; i++)
            {
                all.Add((timestampsMs[i], histograms[i].Count));
            }
        }

        return all;
    }
}
