using Plimsoll.Series;

namespace Plimsoll.PromQL.Tests;

/// <summary>Native histograms, from the store itself.</summary>
public sealed class StoredHistogramsTests : IDisposable
{
    private const int Samples = 1000;

    private readonly string _folder = Directory.CreateTempSubdirectory("plimsoll-histograms-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(CounterResetHint.Unknown)]
    [InlineData(CounterResetHint.NoReset)]
    public async Task A_counter_that_began_anew_is_noticed_whatever_its_sender_says_of_it(CounterResetHint hint)
    {
        long firstMs = DateTimeOffset.UtcNow.ToUnixTimeSeconds() * 1000;
        long lastMs = firstMs + ((Samples - 1) * 1000);
        SampleBatch batch = new();
        batch.BeginSeries(LabelSet.Of("requests_total"));
        for (int i = 0; i < Samples; i++)
        {
            // Two observations a second, and a new beginning in the middle.
            double count = 2 * (i < Samples / 2 ? i + 1 : i + 1 - (Samples / 2));
            FloatHistogram histogram = new() { Count = count, Sum = count, Hint = hint, Positive = new Buckets([1], [count]) };
            batch.Add(firstMs + (i * 1000), StoredHistogram.Of(histogram));
        }

        await using SeriesStore store = SeriesStore.Open(new SeriesStoreOptions { Folder = Path.Combine(_folder, "series"), TimeProvider = new At(lastMs) });
        TenantId tenant = new("acme");
        AppendResult written = await store.OpenWriter(tenant).AppendAsync(batch, TestContext.Current.CancellationToken);
        Assert.Equal(Samples, written.Accepted);
        ISeriesReader reader = store.OpenReader(tenant);

        FloatHistogram increase = Ask(reader, "increase(requests_total[500s])", lastMs - 250_000);
        Assert.Equal(1000, increase.Count, 1e-6);
        Assert.Equal([1000.0], increase.Positive.Counts.ToArray().Select(each => Math.Round(each, 6)));
        Assert.Equal(Samples, Ask(reader, "requests_total", lastMs).Count);
    }

    private static FloatHistogram Ask(ISeriesReader reader, string query, long timeMs)
    {
        VectorResult result = (VectorResult)new QueryEngine().Instant(reader, PromQLParser.Parse(query).Expression!, timeMs);
        return Assert.IsType<FloatHistogram>(Assert.Single(result.Histograms));
    }

    private sealed class At(long nowMs) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(nowMs);
    }
}
