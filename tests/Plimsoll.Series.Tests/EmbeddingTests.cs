namespace Plimsoll.Series.Tests;

/// <summary>The program of docs/series.md, on a real folder.</summary>
public sealed class EmbeddingTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("plimsoll-embed-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_program_embeds_the_store()
    {
        string folder = Path.Combine(_root, "series");
        await using SeriesStore store = SeriesStore.Open(new SeriesStoreOptions { Folder = folder });
        TenantId tenant = new("acme");

        SampleBatch batch = new();
        batch.BeginSeries(LabelSet.Of("temperature_celsius", ("room", "kitchen")));
        batch.Add(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), 21.5);
        AppendResult result = await store.OpenWriter(tenant).AppendAsync(batch, CancellationToken.None);

        Assert.Equal((1, 0), (result.Accepted, result.Refused));
        Assert.Equal([21.5], ReadAll(store, tenant));

        SnapshotReport snapshot = await store.SnapshotAsync(Path.Combine(_root, "snapshot"), CancellationToken.None);
        Assert.Equal(1, snapshot.Blocks);
        Assert.Equal(1, store.Cardinality(tenant, most: 10, CancellationToken.None).Series);
        SeriesCheckReport copied = await SeriesSnapshot.RestoreAsync(snapshot.Folder, Path.Combine(_root, "copy"), cancellation: CancellationToken.None);
        Assert.True(copied.IsSound);
        await using SeriesStore copy = SeriesStore.Open(new SeriesStoreOptions { Folder = Path.Combine(_root, "copy") });
        Assert.Equal([21.5], ReadAll(copy, tenant));
    }

    [Fact]
    public async Task A_snapshot_never_goes_over_something()
    {
        await using SeriesStore store = SeriesStore.Open(new SeriesStoreOptions { Folder = Path.Combine(_root, "series") });

        await Assert.ThrowsAsync<SeriesStoreException>(() => store.SnapshotAsync(_root, CancellationToken.None));
    }

    private static List<double> ReadAll(SeriesStore store, TenantId tenant)
    {
        List<double> all = [];
        using ISeriesSelection found = store.OpenReader(tenant).Select(
            [new LabelMatcher("room", MatchOperator.Regex, "kit.*")], TimeRange.All, SelectLimits.Default, CancellationToken.None);
        long[] timestampsMs = new long[SampleBlock.PreferredSpan];
        double[] values = new double[SampleBlock.PreferredSpan];
        for (int series = 0; series < found.Count; series++)
        {
            ISampleCursor cursor = found.Open(series);
            for (int count = cursor.Read(timestampsMs, values); count > 0; count = cursor.Read(timestampsMs, values))
            {
                all.AddRange(values.AsSpan(0, count));
            }
        }

        return all;
    }
}
