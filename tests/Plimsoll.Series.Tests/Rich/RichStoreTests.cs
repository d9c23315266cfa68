using Plimsoll.Series.Tests.Disks;

namespace Plimsoll.Series.Tests.Rich;

/// <summary>Native histograms and start timestamps through log, checkpoint, blocks and merges, bit for bit.</summary>
public sealed class RichStoreTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Histograms_and_starts_survive_restart_sealing_checkpoints_and_merges(int seed)
    {
        Random random = new(seed);
        MemoryDisk disk = new();
        ManualClock clock = new();
        RichModel model = new();
        SeriesStore store = Open(disk, clock);
        for (int step = 0; step < 40; step++)
        {
            clock.NowMs += step % 9 == 8 ? 4_000_000 : 200_000;
            SampleBatch batch = RichModel.Batch(random, clock.NowMs);
            AppendResult result = await store.OpenWriter(Samples.Tenant).AppendAsync(batch, CancellationToken.None);
            Assert.Equal(model.Take(batch), result.Refused);
            AppendResult again = await store.OpenWriter(Samples.Tenant).AppendAsync(batch, CancellationToken.None);
            Assert.Equal(result.Refused, again.Refused);
            switch (random.Next(6))
            {
                case 0:
                    await store.DisposeAsync();
                    store = Open(disk, clock);
                    break;
                case 1:
                    await store.MaintainAsync(CancellationToken.None);
                    break;
                case 2 when random.Next(2) == 0:
                    await store.FlushAsync();
                    break;
                default:
                    break;
            }

            Assert.Equal(model.All(), RichModel.Read(store, Samples.Tenant));
        }

        Assert.Null(store.Statistics.LastError);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task A_float_and_a_histogram_at_one_instant_are_a_conflict_wherever_the_first_lies()
    {
        MemoryDisk disk = new();
        ManualClock clock = new() { NowMs = Samples.Start + 3_600_000 };
        LabelSet labels = LabelSet.Of("m");
        SeriesStore store = Open(disk, clock);
        await store.Append(Samples.Tenant, labels, Samples.Start, 1);
        await AppendHistogram(store, labels, Samples.Start + 10);
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal(AppendRefusal.Duplicate, Assert.Single((await AppendHistogram(store, labels, Samples.Start)).Examples).Reason);
            Assert.Equal(AppendRefusal.Duplicate, Assert.Single((await store.Append(Samples.Tenant, labels, Samples.Start + 10, 1)).Examples).Reason);
            Assert.Equal((1, 0), Counts(await AppendHistogram(store, labels, Samples.Start + 10)));
            Assert.Equal((1, 0), Counts(await store.Append(Samples.Tenant, labels, Samples.Start, 1)));
            if (round == 0)
            {
                await store.FlushAsync();
            }
            else
            {
                await store.DisposeAsync();
                store = Open(disk, clock);
            }
        }

        await store.DisposeAsync();
    }

    [Fact]
    public async Task A_series_of_histograms_alone_is_selected_and_deleted_like_any_other()
    {
        MemoryDisk disk = new();
        await using SeriesStore store = Open(disk, new ManualClock { NowMs = Samples.Start + 3_600_000 });
        LabelSet labels = LabelSet.Of("latency");
        await AppendHistogram(store, labels, Samples.Start);
        await AppendHistogram(store, labels, Samples.Start + 1000);

        Assert.Equal(2, RichModel.Read(store, Samples.Tenant).Count);
        store.Delete(Samples.Tenant, [new LabelMatcher("__name__", MatchOperator.Equal, "latency")], new TimeRange(Samples.Start, Samples.Start));
        Assert.Contains($"{Samples.Start + 1000}", Assert.Single(RichModel.Read(store, Samples.Tenant)), StringComparison.Ordinal);
        store.Delete(Samples.Tenant, [new LabelMatcher("__name__", MatchOperator.Equal, "latency")], TimeRange.All);
        Assert.Empty(RichModel.Read(store, Samples.Tenant));
    }

    private static (int, int) Counts(AppendResult result) => (result.Accepted, result.Refused);

    private static async Task<AppendResult> AppendHistogram(SeriesStore store, LabelSet labels, long ms)
    {
        SampleBatch batch = new();
        batch.BeginSeries(labels);
        batch.Add(ms, Histogram.OfIntegers(new HistogramLayout(3, 0.001, [new HistogramSpan(0, 2)], [], []), CounterResetHint.Unknown, 5, 2, 1.5, [1, 2], []));
        return await store.OpenWriter(Samples.Tenant).AppendAsync(batch, CancellationToken.None);
    }

    private static SeriesStore Open(MemoryDisk disk, ManualClock clock) => Samples.Open(disk, clock, options => options with { SegmentBytes = 64 << 10, CheckpointBytes = 128 << 10 });
}
