namespace Plimsoll.Series.Tests;

/// <summary>The store on a real disk: its folder's lock, version and rights, and readers that race with everything.</summary>
public sealed class FolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plimsoll-series-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_folder_that_is_open_is_refused_by_name_and_free_after_a_stop()
    {
        SeriesStore store = Open();

        SeriesStoreInUseException refused = Assert.Throws<SeriesStoreInUseException>(Open);
        Assert.Contains(_folder, refused.Message, StringComparison.Ordinal);

        await store.DisposeAsync();
        await Open().DisposeAsync();
    }

    [Fact]
    public async Task A_newer_version_is_refused_and_left_as_it_is()
    {
        await Open().DisposeAsync();
        string version = Path.Combine(_folder, "VERSION");
        await File.WriteAllTextAsync(version, "plimsoll series 3\n");

        SeriesStoreException refused = Assert.Throws<SeriesStoreException>(Open);

        Assert.Contains("version 3", refused.Message, StringComparison.Ordinal);
        Assert.Equal("plimsoll series 3\n", await File.ReadAllTextAsync(version));
    }

    [Fact]
    public void A_path_that_can_not_be_a_folder_gives_one_clear_error()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");

        SeriesStoreException refused = Assert.Throws<SeriesStoreException>(() => SeriesStore.Open(new SeriesStoreOptions { Folder = Path.Combine(file, "series") }));

        Assert.Contains("can't be written", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Samples_come_back_from_the_real_disk_through_log_and_blocks()
    {
        long nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        SeriesStore store = Open();
        await store.Append(Samples.Tenant, LabelSet.Of("a"), nowMs, 1);
        await store.FlushAsync();
        await store.Append(Samples.Tenant, LabelSet.Of("a"), nowMs + 1, 2);
        List<(string, long, long)> before = store.ReadAll(Samples.Tenant);
        await store.DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder, "log", "0.checkpoint.tmp"), "left by an interrupted write");

        await using SeriesStore again = Open();

        Assert.Equal(2, before.Count);
        Assert.Equal(before, again.ReadAll(Samples.Tenant));
        Assert.Empty(Directory.GetFiles(_folder, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Readers_that_race_with_appends_and_sealing_see_every_acknowledged_sample_once()
    {
        await using SeriesStore store = Open();
        long startMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 3_600_000;
        LabelSet[] series = [.. Enumerable.Range(0, 20).Select(i => LabelSet.Of("m", ("i", $"{i}")))];
        long acknowledged = 0;
        using CancellationTokenSource done = new();
        Task sealing = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await store.FlushAsync();
            }
        });
        Task reading = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                long atLeast = Volatile.Read(ref acknowledged);
                List<(string Labels, long Ms, long Bits)> all = store.ReadAll(Samples.Tenant, span: 100);
                foreach (IGrouping<string, (string Labels, long Ms, long Bits)> one in all.GroupBy(sample => sample.Labels))
                {
                    Assert.Equal(Enumerable.Range(0, one.Count()).Select(i => startMs + i), one.Select(sample => sample.Ms));
                }

                // A batch touches every series: readers see all of it or nothing.
                Assert.True(all.Count >= atLeast * series.Length && all.Count % series.Length == 0, $"{all.Count} samples are read where {atLeast} of each series are acknowledged");
            }
        });

        for (int i = 0; i < 300; i++)
        {
            SampleBatch batch = new();
            foreach (LabelSet labels in series)
            {
                batch.Add(labels, startMs + i, i);
            }

            await store.OpenWriter(Samples.Tenant).AppendAsync(batch, CancellationToken.None);
            Volatile.Write(ref acknowledged, i + 1);
        }

        await done.CancelAsync();
        await sealing;
        await reading;
        Assert.Equal(300 * series.Length, store.ReadAll(Samples.Tenant).Count);
    }

    [Fact]
    public async Task Appends_from_many_callers_share_fsyncs()
    {
        await using SeriesStore store = SeriesStore.Open(new SeriesStoreOptions { Folder = _folder, Durability = Durability.Power });
        long nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => store.Append(Samples.Tenant, LabelSet.Of("m", ("i", $"{i}")), nowMs, i))));

        Assert.Equal(200, store.Statistics.HeadSamples);
        Assert.InRange(store.Statistics.LogSyncs, 1, 200);
    }

    private SeriesStore Open() => SeriesStore.Open(new SeriesStoreOptions { Folder = _folder });
}
