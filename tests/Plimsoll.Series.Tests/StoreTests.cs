using Plimsoll.Series.Tests.Disks;

namespace Plimsoll.Series.Tests;

public sealed class StoreTests
{
    private static readonly LabelSet Cpu = LabelSet.Of("cpu", ("mode", "idle"));
    private readonly MemoryDisk _disk = new();
    private readonly ManualClock _clock = new() { NowMs = Samples.Start + 3_600_000 };

    [Fact]
    public async Task What_was_appended_is_read_at_once_and_after_a_restart()
    {
        SeriesStore store = Samples.Open(_disk, _clock);
        AppendResult result = await store.Append(Samples.Tenant, Cpu, Samples.Start, 1.5);

        Assert.Equal((1, 0), (result.Accepted, result.Refused));
        List<(string, long, long)> before = store.ReadAll(Samples.Tenant);
        await store.DisposeAsync();
        await using SeriesStore again = Samples.Open(_disk, _clock);

        Assert.Equal([("cpu{mode=\"idle\"}", Samples.Start, BitConverter.DoubleToInt64Bits(1.5))], before);
        Assert.Equal(before, again.ReadAll(Samples.Tenant));
        Assert.Equal(1, again.Statistics.ReplayedSamples);
    }

    [Fact]
    public async Task A_sample_within_the_window_is_taken_in_any_order_and_one_before_it_is_refused_and_named()
    {
        await using SeriesStore store = Samples.Open(_disk, _clock);
        await store.Append(Samples.Tenant, Cpu, Samples.Start + 3_600_010, 1);

        AppendResult late = await store.Append(Samples.Tenant, Cpu, Samples.Start + 10, 2);
        AppendResult tooLate = await store.Append(Samples.Tenant, Cpu, Samples.Start + 9, 3);

        Assert.Equal((1, 0), (late.Accepted, late.Refused));
        RefusedSample refused = Assert.Single(tooLate.Examples);
        Assert.Equal((AppendRefusal.TooOld, "cpu{mode=\"idle\"}", Samples.Start + 9), (refused.Reason, refused.Series, refused.TimestampMs));
        Assert.Equal([Samples.Start + 10, Samples.Start + 3_600_010], store.ReadAll(Samples.Tenant).Select(sample => sample.Ms));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_repeated_batch_counts_as_taken_and_another_value_as_a_duplicate(bool restarted)
    {
        SeriesStore store = Samples.Open(_disk, _clock);
        SampleBatch batch = Samples.Batch((Cpu, Samples.Start, 1), (Cpu, Samples.Start + 5, 2), (Cpu, Samples.Start + 10, double.NaN));
        await store.OpenWriter(Samples.Tenant).AppendAsync(batch, CancellationToken.None);
        if (restarted)
        {
            await store.DisposeAsync();
            store = Samples.Open(_disk, _clock);
        }

        AppendResult repeated = await store.OpenWriter(Samples.Tenant).AppendAsync(batch, CancellationToken.None);
        AppendResult other = await store.Append(Samples.Tenant, Cpu, Samples.Start + 5, 3);

        Assert.Equal((3, 0), (repeated.Accepted, repeated.Refused));
        Assert.Equal(AppendRefusal.Duplicate, Assert.Single(other.Examples).Reason);
        Assert.Equal(3, store.ReadAll(Samples.Tenant).Count);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task After_everything_was_sealed_late_samples_are_still_taken_and_what_a_block_has_still_wins()
    {
        SeriesStore store = Samples.Open(_disk, _clock);
        await store.Append(Samples.Tenant, Cpu, Samples.Start + 10, 1);
        await store.FlushAsync();
        await store.DisposeAsync();
        foreach (string path in _disk.Paths.Where(path => path.Contains("/log/", StringComparison.Ordinal)).ToList())
        {
            _disk.Delete(path); // Not even the log remembers it: the block does.
        }

        await using SeriesStore again = Samples.Open(_disk, _clock);
        AppendResult late = await again.Append(Samples.Tenant, Cpu, Samples.Start + 5, 1);
        AppendResult repeated = await again.Append(Samples.Tenant, Cpu, Samples.Start + 10, 1);
        AppendResult other = await again.Append(Samples.Tenant, Cpu, Samples.Start + 10, 2);
        AppendResult next = await again.Append(Samples.Tenant, Cpu, Samples.Start + 15, 1);

        Assert.Equal((1, 1, 1), (late.Accepted, repeated.Accepted, next.Accepted));
        Assert.Equal(AppendRefusal.Duplicate, Assert.Single(other.Examples).Reason);
        Assert.Equal([Samples.Start + 5, Samples.Start + 10, Samples.Start + 15], again.ReadAll(Samples.Tenant).Select(sample => sample.Ms));

        // The new log's records are not taken for old ones that the block holds.
        await using SeriesStore afterKill = Samples.Open(_disk.Copy(), _clock);
        Assert.Equal(again.ReadAll(Samples.Tenant), afterKill.ReadAll(Samples.Tenant));
    }

    [Fact]
    public async Task Samples_from_before_the_retention_or_far_ahead_are_refused()
    {
        await using SeriesStore store = Samples.Open(_disk, _clock);

        AppendResult old = await store.Append(Samples.Tenant, Cpu, _clock.NowMs - (long)TimeSpan.FromDays(15).TotalMilliseconds - 1, 1);
        AppendResult ahead = await store.Append(Samples.Tenant, Cpu, _clock.NowMs + 600_001, 1);

        Assert.Equal(AppendRefusal.OutOfBounds, Assert.Single(old.Examples).Reason);
        Assert.Equal(AppendRefusal.OutOfBounds, Assert.Single(ahead.Examples).Reason);
        Assert.Equal(0, store.Statistics.HeadSeries);
    }

    [Fact]
    public async Task Labels_over_a_limit_are_refused_and_the_rest_of_the_batch_is_taken()
    {
        await using SeriesStore store = Samples.Open(_disk, _clock, options => options with { MaxSeriesPerTenant = 1 });
        SampleBatch batch = Samples.Batch(
            (LabelSet.Of("m", (new string('n', 513), "v")), Samples.Start, 1),
            (LabelSet.Of("m", ("n", new string('v', 4097))), Samples.Start, 1),
            (LabelSet.Of("m", ("n", "\ud800")), Samples.Start, 1),
            (LabelSet.Empty, Samples.Start, 1),
            (Cpu, Samples.Start, 1),
            (LabelSet.Of("one_too_many"), Samples.Start, 1));

        AppendResult result = await store.OpenWriter(Samples.Tenant).AppendAsync(batch, CancellationToken.None);

        Assert.Equal((1, 5), (result.Accepted, result.Refused));
        Assert.Equal(4, result.Examples.Count(example => example.Reason == AppendRefusal.InvalidLabels));
        Assert.Equal(AppendRefusal.TooManySeries, result.Examples[^1].Reason);
    }

    [Fact]
    public async Task Tenants_with_equal_labels_never_meet()
    {
        TenantId other = new("other");
        SeriesStore store = Samples.Open(_disk, _clock);
        await store.Append(Samples.Tenant, Cpu, Samples.Start, 1);
        await store.Append(other, Cpu, Samples.Start, 2);
        await store.FlushAsync();
        await store.Append(other, Cpu, Samples.Start + 5, 3);
        await store.DisposeAsync();
        await using SeriesStore again = Samples.Open(_disk, _clock);

        Assert.Equal([BitConverter.DoubleToInt64Bits(1)], again.ReadAll(Samples.Tenant).Select(sample => sample.Bits));
        Assert.Equal([BitConverter.DoubleToInt64Bits(2), BitConverter.DoubleToInt64Bits(3)], again.ReadAll(other).Select(sample => sample.Bits));
        Assert.Empty(again.ReadAll(new TenantId("third")));
    }

    [Fact]
    public async Task A_span_is_sealed_when_it_has_passed_and_deleted_after_the_retention()
    {
        await using SeriesStore store = Samples.Open(_disk, _clock);
        await store.Append(Samples.Tenant, Cpu, Samples.Start + 1, 1);
        _clock.NowMs = Samples.Start + (long)TimeSpan.FromHours(3).TotalMilliseconds;
        await store.Append(Samples.Tenant, Cpu, _clock.NowMs, 2);

        await store.MaintainAsync(CancellationToken.None);
        Assert.Equal((1, 1L), (store.Statistics.Blocks, store.Statistics.HeadSamples));
        Assert.Equal(2, store.ReadAll(Samples.Tenant).Count);

        _clock.NowMs += (long)TimeSpan.FromDays(15).TotalMilliseconds;
        using (ISeriesSelection pinned = store.OpenReader(Samples.Tenant).Select([], TimeRange.All, SelectLimits.Default, CancellationToken.None))
        {
            await store.MaintainAsync(CancellationToken.None);
            Assert.Equal(2, pinned.Open(0).Read(new long[8], new double[8])); // A selection keeps what it found.
        }

        Assert.Equal(1, store.Statistics.Blocks);
        Assert.Equal([Samples.Start + (long)TimeSpan.FromHours(3).TotalMilliseconds], store.ReadAll(Samples.Tenant).Select(sample => sample.Ms));
        Assert.Single(_disk.Paths, path => path.EndsWith(".block", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_selection_over_its_limit_is_refused()
    {
        await using SeriesStore store = Samples.Open(_disk, _clock);
        await store.Append(Samples.Tenant, Cpu, Samples.Start, 1);
        await store.Append(Samples.Tenant, LabelSet.Of("other"), Samples.Start, 1);

        SeriesLimitException refused = Assert.Throws<SeriesLimitException>(
            () => store.OpenReader(Samples.Tenant).Select([], TimeRange.All, new SelectLimits(1), CancellationToken.None));
        Assert.Equal(1, refused.Limit);
    }

    [Fact]
    public async Task A_disk_that_is_full_while_sealing_loses_nothing_and_the_next_sealing_succeeds()
    {
        SeriesStore store = Samples.Open(_disk, _clock);
        _clock.NowMs += 10_000_000;
        await store.Append(Samples.Tenant, Cpu, Samples.Start, 1);
        await store.Append(Samples.Tenant, Cpu, Samples.Start + 7_200_000, 2);
        List<(string, long, long)> before = store.ReadAll(Samples.Tenant);
        _disk.Fails = (operation, path) => operation == "write" && path.Contains("2.block", StringComparison.Ordinal);
        await Assert.ThrowsAsync<SeriesStoreException>(async () => await store.FlushAsync());
        Assert.Equal((1, 1L), (store.Statistics.Blocks, store.Statistics.HeadSamples)); // The first span is in a block, the second stays.
        Assert.Equal(before, store.ReadAll(Samples.Tenant));

        _disk.Fails = null;
        await store.FlushAsync();
        Assert.Equal((2, 0L), (store.Statistics.Blocks, store.Statistics.HeadSamples));
        await store.DisposeAsync();
        await using SeriesStore again = Samples.Open(_disk, _clock);
        Assert.Equal(before, again.ReadAll(Samples.Tenant));
    }

    [Fact]
    public async Task A_full_disk_fails_the_append_and_the_next_one_succeeds_when_there_is_room()
    {
        SeriesStore store = Samples.Open(_disk, _clock);
        await store.Append(Samples.Tenant, Cpu, Samples.Start, 1);
        foreach (string broken in new[] { "write", "sync", "create", "sync folder" })
        {
            _disk.Fails = (operation, path) => operation == broken || (operation == "write" && broken is "create" or "sync folder");
            await Assert.ThrowsAsync<SeriesStoreException>(async () => await store.Append(Samples.Tenant, Cpu, Samples.Start + 5, 2));
            await Assert.ThrowsAsync<SeriesStoreException>(async () => await store.Append(Samples.Tenant, LabelSet.Of("new"), Samples.Start + 5, 2));
        }

        // What was not acknowledged may be read or not, as a whole; sent again it is logged like anything else.
        _disk.Fails = null;
        Assert.Equal(1, (await store.Append(Samples.Tenant, Cpu, Samples.Start + 5, 2)).Accepted);
        Assert.Equal(1, (await store.Append(Samples.Tenant, LabelSet.Of("new"), Samples.Start + 5, 2)).Accepted);
        Assert.Equal(8, store.Statistics.FailedAppends);
        Assert.NotNull(store.Statistics.LastError);
        List<(string, long, long)> before = store.ReadAll(Samples.Tenant);
        await store.DisposeAsync();

        await using SeriesStore again = Samples.Open(_disk, _clock);
        Assert.Equal(before, again.ReadAll(Samples.Tenant));
    }
}
