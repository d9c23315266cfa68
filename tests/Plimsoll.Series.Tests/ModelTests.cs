using CsCheck;
using Plimsoll.Series.Tests.Disks;

namespace Plimsoll.Series.Tests;

/// <summary>The store against a plain dictionary, under random appends, seals, restarts and time passing.</summary>
public sealed class ModelTests
{
    private const long Window = 3_600_000;

    private enum Step
    {
        Append,
        Flush,
        Maintain,
        Reopen,
        Later,
    }

    [Fact]
    public void The_store_reads_as_a_dictionary_would() =>
        Gen.Select(Gen.Int, Gen.Int[0, 9].Array[5, 40]).Sample(
            (seed, steps) => RunAsync(new Random(seed), steps).GetAwaiter().GetResult(), iter: 50);

    [Fact]
    public void Matchers_find_what_trying_each_series_would() =>
        Gen.Int.Sample(seed => MatchAsync(new Random(seed)).GetAwaiter().GetResult(), iter: 40);

    private static Step StepOf(int number) => number switch
    {
        < 6 => Step.Append,
        6 => Step.Flush,
        7 => Step.Maintain,
        8 => Step.Reopen,
        _ => Step.Later,
    };

    private static async Task RunAsync(Random chance, int[] steps)
    {
        MemoryDisk disk = new();
        ManualClock clock = new();
        SortedDictionary<string, SortedDictionary<long, long>> model = new(StringComparer.Ordinal);
        SeriesStore store = Open(disk, clock);
        foreach (int number in steps)
        {
            switch (StepOf(number))
            {
                case Step.Append:
                    await AppendAsync(store, clock, model, chance);
                    break;
                case Step.Flush:
                    await store.FlushAsync();
                    break;
                case Step.Maintain:
                    await store.MaintainAsync(CancellationToken.None);
                    break;
                case Step.Reopen:
                    await store.DisposeAsync();
                    store = Open(disk, clock);
                    break;
                default:
                    clock.NowMs += chance.Next(1, 4 * 3600) * 1000L;
                    break;
            }

            Compare(store, model, chance, clock);
        }

        await store.DisposeAsync();
    }

    private static SeriesStore Open(MemoryDisk disk, ManualClock clock) => Samples.Open(
        disk, clock, options => options with { SegmentBytes = 8192, CheckpointBytes = 16_384, Retention = TimeSpan.FromHours(12), IndexCacheBytes = 2000 });

    private static async Task AppendAsync(
        SeriesStore store, ManualClock clock, SortedDictionary<string, SortedDictionary<long, long>> model, Random chance)
    {
        SampleBatch batch = new();
        int accepted = 0;
        int refused = 0;
        long oldest = clock.NowMs - (12 * 3_600_000);
        for (int run = chance.Next(1, 6); run > 0; run--)
        {
            LabelSet labels = LabelSet.Of("m", ("i", $"{chance.Next(8)}"));
            batch.BeginSeries(labels);
            SortedDictionary<long, long> samples = model.GetValueOrDefault(labels.ToString()) ?? [];
            long last = Math.Max(oldest, samples.Count > 0 && chance.Next(3) > 0 ? samples.Keys.Last() : clock.NowMs - 7_200_000);
            long newest = samples.Count > 0 ? samples.Keys.Last() : long.MinValue + Window;
            int count = chance.Next(1, 400);
            int step = chance.Next(2) == 0 ? 15_000 : 0;
            for (int i = 0; i < count; i++)
            {
                last += chance.Next(10) == 0 ? -chance.Next(30_000) : step > 0 ? step : chance.Next(1, 10_000);
                double value = chance.Next(3) == 0 ? SampleBlock.Stale : chance.Next(100) / 10.0;
                long bits = BitConverter.DoubleToInt64Bits(value);
                bool isWithin = last >= oldest && last <= clock.NowMs + 600_000 && last >= newest - Window;
                if (!isWithin || (samples.TryGetValue(last, out long known) && known != bits))
                {
                    refused++;
                }
                else
                {
                    newest = Math.Max(newest, last);
                    samples[last] = bits;
                    model[labels.ToString()] = samples;
                    accepted++;
                }

                batch.Add(last, value);
            }
        }

        AppendResult result = await store.OpenWriter(Samples.Tenant).AppendAsync(batch, CancellationToken.None);
        Assert.Equal((accepted, refused), (result.Accepted, result.Refused));
    }

    private static void Compare(
        SeriesStore store, SortedDictionary<string, SortedDictionary<long, long>> model, Random chance, ManualClock clock)
    {
        // Expiry works on whole blocks, so what is asked for lies within the retention.
        long from = clock.NowMs - (12 * 3_600_000) + 1;
        TimeRange range = chance.Next(2) == 0
            ? new TimeRange(from, long.MaxValue)
            : new TimeRange(from + chance.Next(12 * 3_600_000), clock.NowMs - chance.Next(3_600_000));
        List<(string, long, long)> expected =
        [
            .. model.SelectMany(series => series.Value
                .Where(sample => sample.Key >= range.MinMs && sample.Key <= range.MaxMs)
                .Select(sample => (series.Key, sample.Key, sample.Value))),
        ];

        Assert.Equal(expected, store.ReadAll(Samples.Tenant, range, span: chance.Next(2) == 0 ? chance.Next(1, 200) : 1024));
    }

    private static async Task MatchAsync(Random chance)
    {
        MemoryDisk disk = new();
        await using SeriesStore store = Samples.Open(disk);
        SortedSet<LabelSet> all = [];
        for (int i = 0; i < 60; i++)
        {
            List<Label> labels = [new Label("id", $"{i % 45}")];
            foreach (string name in new[] { "a", "b", "c" })
            {
                if (chance.Next(3) > 0)
                {
                    labels.Add(new Label(name, $"{(char)('u' + chance.Next(5))}{chance.Next(2)}"));
                }
            }

            LabelSet set = LabelSet.From(labels);
            all.Add(set);
            await store.Append(Samples.Tenant, set, Samples.Start + i, i);
            if (i == 30)
            {
                await store.FlushAsync(); // Half in a block, half in the head.
            }
        }

        string[] values = ["", "u0", "v1", "x0", "no", "u.*", "(v|w)1", ".*", ".+", "|u1", "[u-w]0", "zz"];
        for (int query = 0; query < 40; query++)
        {
            LabelMatcher[] matchers = new LabelMatcher[chance.Next(0, 4)];
            for (int i = 0; i < matchers.Length; i++)
            {
                string name = chance.Next(8) == 0 ? "id" : $"{(char)('a' + chance.Next(4))}";
                matchers[i] = new LabelMatcher(name, (MatchOperator)chance.Next(4), values[chance.Next(values.Length)]);
            }

            using ISeriesSelection found = store.OpenReader(Samples.Tenant).Select(matchers, TimeRange.All, SelectLimits.Default, CancellationToken.None);
            List<LabelSet> labels = [.. Enumerable.Range(0, found.Count).Select(found.Labels)];
            Assert.Equal(all.Where(set => matchers.All(matcher => matcher.Matches(set))), labels);
            Assert.Equal(
                labels.Select(set => set["a"]).Where(value => value.Length > 0).Distinct().Order(StringComparer.Ordinal),
                store.OpenReader(Samples.Tenant).LabelValues("a", matchers, TimeRange.All, int.MaxValue, CancellationToken.None));
        }
    }
}
