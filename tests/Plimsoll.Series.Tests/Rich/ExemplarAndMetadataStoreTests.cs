using Plimsoll.Series.Tests.Disks;

namespace Plimsoll.Series.Tests.Rich;

public sealed class ExemplarAndMetadataStoreTests
{
    private static readonly LabelSet Requests = LabelSet.Of("http_requests_total", ("code", "200"));
    private static readonly Exemplar Trace = new(LabelSet.From([new Label("trace_id", "abc")]), 0.25, Samples.Start + 1);
    private static readonly MetricDescription Family = new("http_requests_total", new MetricMetadata(MetricKind.Counter, "requests", "Requests served."));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Exemplars_and_metadata_are_read_at_once_after_a_restart_and_after_a_checkpoint(bool checkpoint)
    {
        MemoryDisk disk = new();
        SeriesStore store = Samples.Open(disk);
        SampleBatch batch = new();
        batch.BeginSeries(Requests);
        batch.Add(Samples.Start, 1.0);
        batch.Add(Trace);
        batch.Add(Family);
        AppendResult result = await store.OpenWriter(Samples.Tenant).AppendAsync(batch, CancellationToken.None);
        Assert.Equal((1, 0), (result.Accepted, result.Refused));
        Check(store);
        if (checkpoint)
        {
            await store.FlushAsync();
            Check(store);
        }

        await store.DisposeAsync();
        await using SeriesStore again = Samples.Open(disk);
        Check(again);
        Assert.Empty(again.OpenReader(new TenantId("other")).Metadata(null, 10));
        Assert.Empty(again.OpenReader(new TenantId("other")).Exemplars([[]], TimeRange.All, 10, CancellationToken.None));
    }

    [Fact]
    public async Task An_exemplar_of_a_series_that_is_not_known_is_left_out()
    {
        await using SeriesStore store = Samples.Open(new MemoryDisk());
        SampleBatch batch = new();
        batch.BeginSeries(Requests);
        batch.Add(Trace);

        AppendResult result = await store.OpenWriter(Samples.Tenant).AppendAsync(batch, CancellationToken.None);

        Assert.Equal((0, 0), (result.Accepted, result.Refused));
        Assert.Empty(store.OpenReader(Samples.Tenant).Exemplars([[]], TimeRange.All, 10, CancellationToken.None));
    }

    private static void Check(SeriesStore store)
    {
        ISeriesReader reader = store.OpenReader(Samples.Tenant);
        Assert.Equal([Family], reader.Metadata(null, 10));
        Assert.Equal([Family], reader.Metadata("http_requests_total", 10));
        Assert.Empty(reader.Metadata("other", 10));
        SeriesExemplars found = Assert.Single(reader.Exemplars([[new LabelMatcher("code", MatchOperator.Equal, "200")]], TimeRange.All, 10, CancellationToken.None));
        Assert.Equal(Requests, found.Series);
        Assert.Equal([Trace], found.Exemplars);
        Assert.Empty(reader.Exemplars([[]], new TimeRange(0, Samples.Start), 10, CancellationToken.None));
    }
}
