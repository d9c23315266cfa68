using System.Globalization;
using Plimsoll.Series;

namespace Plimsoll.PromQL.Tests;

/// <summary>Counters' starts, from the store itself.</summary>
public sealed class StoredStartsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plimsoll-starts-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_counter_that_begins_anew_with_each_sample_counts_each_of_them()
    {
        long firstMs = DateTimeOffset.UtcNow.ToUnixTimeSeconds() * 1000;
        long lastMs = firstMs + 1_999_000;
        SampleBatch batch = new();
        batch.BeginSeries(LabelSet.Of("requests_total"));
        for (long ms = firstMs; ms <= lastMs; ms += 1000)
        {
            batch.Add(ms, 3, startTimestampMs: ms - 1000);
        }

        await using SeriesStore store = SeriesStore.Open(new SeriesStoreOptions { Folder = Path.Combine(_folder, "series"), TimeProvider = new At(lastMs) });
        TenantId tenant = new("acme");
        AppendResult written = await store.OpenWriter(tenant).AppendAsync(batch, TestContext.Current.CancellationToken);
        Assert.Equal(2000, written.Accepted);
        QueryEngine engine = new(new EngineOptions { UseStartTimestamps = true });

        // A thousand samples, of which the first begins where the range does.
        Assert.Equal(3000, Ask(engine, store.OpenReader(tenant), "increase(requests_total[1000s])", lastMs), 6);
        Assert.Equal(0, Ask(new QueryEngine(), store.OpenReader(tenant), "increase(requests_total[1000s])", lastMs), 6);
        Assert.Equal((lastMs - 1000) / 1000.0, Ask(engine, store.OpenReader(tenant), "start_timestamp(requests_total)", lastMs));
    }

    private static double Ask(QueryEngine engine, ISeriesReader reader, string query, long timeMs)
    {
        VectorResult result = (VectorResult)engine.Instant(reader, PromQLParser.Parse(query).Expression!, timeMs);
        Assert.True(result.Values.Length == 1, string.Create(CultureInfo.InvariantCulture, $"{query} gives {result.Values.Length} series"));
        return result.Values[0];
    }

    private sealed class At(long nowMs) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(nowMs);
    }
}
