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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_copy_of_a_snapshot_that_lacks_a_block_or_the_end_of_one_is_told(bool cut)
    {
        await using SeriesStore store = SeriesStore.Open(new SeriesStoreOptions { Folder = Path.Combine(_root, "series") });
        await store.Append(new TenantId("acme"), LabelSet.Of("up"), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), 1);
        SnapshotReport snapshot = await store.SnapshotAsync(Path.Combine(_root, "snapshot"), CancellationToken.None);
        string block = Directory.GetFiles(snapshot.Folder, "*.block", SearchOption.AllDirectories).Single();
        byte[] bytes = await File.ReadAllBytesAsync(block, TestContext.Current.CancellationToken);
        File.Delete(block); // Its other name is the store's.
        if (cut)
        {
            await File.WriteAllBytesAsync(block, bytes[..^1], TestContext.Current.CancellationToken);
        }

        SeriesCheckReport check = await SeriesCheck.RunAsync(snapshot.Folder, cancellation: TestContext.Current.CancellationToken);
        SeriesCheckReport restored = await SeriesSnapshot.RestoreAsync(snapshot.Folder, Path.Combine(_root, "copy"), cancellation: TestContext.Current.CancellationToken);

        Assert.False(check.IsSound);
        Assert.Contains(Path.GetFileName(block), Assert.Single(check.Missing), StringComparison.Ordinal);
        Assert.False(restored.IsSound);
        Assert.False(File.Exists(Path.Combine(_root, "copy", "VERSION")));
    }

    [Fact]
    public async Task Tenants_that_come_while_checkpoints_are_written_survive_a_kill()
    {
        string folder = Path.Combine(_root, "series");
        long nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await using SeriesStore store = SeriesStore.Open(new SeriesStoreOptions { Folder = folder });
        using CancellationTokenSource enough = new();
        Task flushing = Task.Run(
            async () =>
            {
                while (!enough.IsCancellationRequested)
                {
                    await store.FlushAsync(CancellationToken.None);
                }
            },
            TestContext.Current.CancellationToken);
        TenantId[] tenants = [.. Enumerable.Range(0, 60).Select(i => new TenantId($"tenant-{i}"))];
        foreach (TenantId tenant in tenants)
        {
            Assert.Equal(1, (await store.Append(tenant, LabelSet.Of("up"), nowMs, 1)).Accepted);
        }

        await enough.CancelAsync();
        await flushing;

        // What a kill leaves: the files as they are, and nothing of the memory.
        string left = Path.Combine(_root, "left");
        foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "LOCK"))
        {
            string to = Path.Combine(left, Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        await using SeriesStore again = SeriesStore.Open(new SeriesStoreOptions { Folder = left });
        Assert.All(tenants, tenant => Assert.Single(again.ReadAll(tenant)));
    }

    [Fact]
    public async Task A_reader_may_outlive_the_store()
    {
        SeriesStore store = SeriesStore.Open(new SeriesStoreOptions { Folder = Path.Combine(_root, "series") });
        TenantId tenant = new("acme");
        await store.Append(tenant, LabelSet.Of("up"), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), 1);
        ISeriesSelection late = store.OpenReader(tenant).Select([], TimeRange.All, SelectLimits.Default, CancellationToken.None);
        ISampleCursor cursor = late.Open(0);
        await store.DisposeAsync();

        double[] values = new double[8];
        Assert.Equal(1, cursor.Read(new long[8], values));
        Assert.Equal(1, values[0]);
        late.Dispose();
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
