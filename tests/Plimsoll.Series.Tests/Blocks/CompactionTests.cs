using CsCheck;
using Plimsoll.Series.Blocks;

namespace Plimsoll.Series.Tests.Blocks;

public sealed class CompactionTests
{
    private const long Start = Samples.Start;
    private const long Span = 7_200_000;

    [Fact]
    public void Merging_changes_nothing_that_a_reader_sees() =>
        Gen.Int[0, 7].SelectMany(window => Generate.Series(Start + (window * Span), Span, 6, 12)).Array[1, 10].Sample(
            inputs =>
            {
                using BlockFolder folder = new();
                PlainSeries expected = [];
                foreach (PlainSeries input in inputs)
                {
                    folder.Write(input);
                    expected.AddMissing(input);
                }

                Assert.Equal(expected.All, folder.ReadAll().All);
                folder.Compact();
                folder.Clock.NowMs += 2 * 3_600_000;
                folder.Compact();
                Assert.Equal(expected.All, folder.ReadAll().All);
                Assert.Single(folder.Blocks.All);
                Assert.Empty(folder.Reports);

                using BlockFolder again = new(folder.Disk);
                Assert.Equal(expected.All, again.ReadAll().All);
                Assert.Equal(folder.Blocks.All.Select(block => block.Path), folder.Disk.Paths);
            },
            iter: 60);

    [Fact]
    public async Task The_block_that_came_first_wins_even_when_it_is_merged_later()
    {
        using BlockFolder folder = new(with: options => options with { Compaction = new CompactionOptions { Settle = TimeSpan.Zero } });
        LabelSet series = LabelSet.Of("m");
        folder.Write(new PlainSeries { [series] = new() { [Start] = 1 } });
        folder.Write(new PlainSeries { [series] = new() { [Start] = 2, [Start + 1] = 2 } });
        await folder.Compactor.RunDueAsync(CancellationToken.None);
        Block merged = Assert.Single(folder.Blocks.All);
        Assert.True(merged.Number > 2 && merged.Order == 1);

        folder.Write(new PlainSeries { [series] = new() { [Start] = 3, [Start + 1] = 3, [Start + 2] = 3 } });
        (LabelSet, long, long)[] expected = [(series, Start, 1), (series, Start + 1, 2), (series, Start + 2, 3)];
        Assert.Equal(expected, folder.ReadAll().All);
        await folder.Compactor.RunDueAsync(CancellationToken.None);
        Assert.Single(folder.Blocks.All);
        Assert.Equal(expected, folder.ReadAll().All);
    }

    [Fact]
    public async Task A_reader_keeps_what_it_pinned_while_it_is_merged_away()
    {
        using BlockFolder folder = new();
        PlainSeries first = new() { [LabelSet.Of("a")] = new() { [Start] = 1 } };
        folder.Write(first);
        folder.Write(new PlainSeries { [LabelSet.Of("b")] = new() { [Start] = 1 } });
        List<Block> pinned = folder.Blocks.Pin(BlockFolder.Tenant, TimeRange.All);
        await folder.Compactor.RunDueAsync(CancellationToken.None);
        Assert.Single(folder.Blocks.All);
        Assert.Equal(first.All, BlockFolder.Read(pinned[0]).All);
        Assert.False(pinned[0].TryPin());
        pinned.ForEach(block => block.Unpin());
    }

    [Fact]
    public async Task Readers_see_every_sample_once_while_blocks_come_and_are_merged()
    {
        using BlockFolder folder = new(with: options => options with { Compaction = new CompactionOptions { Settle = TimeSpan.Zero } });
        LabelSet labels = LabelSet.Of("m");
        int published = 0;
        using CancellationTokenSource done = new();
        Task[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                int least = Volatile.Read(ref published);
                (LabelSet Labels, long Ms, long Bits)[] read = [.. folder.ReadAll().All];
                Assert.True(read.Length >= least, $"{read.Length} of {least}");
                Assert.All(read.Select((sample, i) => (sample, i)), one => Assert.Equal(Start + one.i, one.sample.Ms));
            }
        }))];
        for (int i = 0; i < 60; i++)
        {
            folder.Write(new PlainSeries { [labels] = new() { [Start + i] = i } });
            Volatile.Write(ref published, i + 1);
            if (i % 3 == 2)
            {
                await folder.Compactor.RunDueAsync(CancellationToken.None);
            }
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(60, folder.ReadAll().All.Count());
        Assert.Empty(folder.Reports);
    }

    [Fact]
    public async Task Promises_about_the_log_survive_merging()
    {
        using BlockFolder folder = new();
        folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [Start] = 1 } }, logs: [new SealedLog(100, 1, 50)]);
        folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [Start + Span] = 1 } }, logs: [new SealedLog(200, 1, 40)]);
        folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [Start + (2 * Span)] = 1 } }, logs: [new SealedLog(150, 1, 30)]);
        await folder.Compactor.RunDueAsync(CancellationToken.None);
        Assert.Equal([new SealedLog(200, 1, 40), new SealedLog(100, 1, 50)], Assert.Single(folder.Blocks.All).SealedLogs);
    }

    [Fact]
    public async Task An_open_window_waits_until_it_is_over_or_holds_many_blocks()
    {
        ManualClock clock = new() { NowMs = Start + Span };
        using BlockFolder folder = new(clock: clock);
        for (int i = 0; i < 3; i++)
        {
            folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [Start + i] = 1 } });
        }

        Assert.False(await folder.Compactor.RunDueAsync(CancellationToken.None));
        folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [Start + 3] = 1 } });
        Assert.True(await folder.Compactor.RunDueAsync(CancellationToken.None));
        Assert.Equal(0, Assert.Single(folder.Blocks.All).Level);
    }

    [Fact]
    public async Task Everything_is_merged_at_once_when_it_is_asked_for()
    {
        ManualClock clock = new() { NowMs = Start + Span };
        using BlockFolder folder = new(clock: clock);
        folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [Start] = 1 } });
        folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [Start + 1] = 1 } });
        Assert.False(await folder.Compactor.RunDueAsync(CancellationToken.None));
        Assert.True(await folder.Compactor.RunAllAsync(CancellationToken.None));
        Assert.Equal(2, Assert.Single(folder.Blocks.All).Samples);
        Assert.False(await folder.Compactor.RunAllAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Windows_that_are_over_become_one_block_of_the_widest_level()
    {
        using BlockFolder folder = new();
        for (int i = 0; i < 48; i++)
        {
            folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [(Start / (4 * 86_400_000) * 4 * 86_400_000) + (i * Span)] = i } });
        }

        await folder.Compactor.RunDueAsync(CancellationToken.None);
        Block block = Assert.Single(folder.Blocks.All);
        Assert.Equal(48, block.Samples);
        Assert.Equal(1, folder.Compactor.Statistics.Merges);
    }

    [Fact]
    public async Task A_merge_that_fails_is_told_and_tried_again_after_a_pause()
    {
        using BlockFolder folder = new();
        folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [Start] = 1 } });
        folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [Start + Span] = 1 } });
        folder.Disk.Fails = (operation, _) => operation == "sync";
        await folder.Compactor.RunDueAsync(CancellationToken.None);
        Assert.Contains("tried again", Assert.Single(folder.Reports), StringComparison.Ordinal);
        Assert.Equal(2, folder.Blocks.All.Count());
        Assert.Equal(2, folder.Disk.Paths.Count());

        folder.Disk.Fails = null;
        await folder.Compactor.RunDueAsync(CancellationToken.None);
        Assert.Equal(2, folder.Blocks.All.Count());
        folder.Clock.NowMs += 61_000;
        await folder.Compactor.RunDueAsync(CancellationToken.None);
        Assert.Single(folder.Blocks.All);
    }

    [Fact]
    public async Task A_merge_without_room_on_the_disk_is_not_begun()
    {
        using BlockFolder folder = new();
        folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [Start] = 1 } });
        folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [Start + Span] = 1 } });
        folder.Disk.Free = 10;
        await folder.Compactor.RunDueAsync(CancellationToken.None);
        Assert.Contains("free on the disk", Assert.Single(folder.Reports), StringComparison.Ordinal);
        Assert.Equal(2, folder.Blocks.All.Count());
    }

    [Fact]
    public async Task A_cancelled_merge_leaves_everything_as_it_was()
    {
        using BlockFolder folder = new();
        folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [Start] = 1 } });
        folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [Start + Span] = 1 } });
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => folder.Compactor.RunDueAsync(cancelled.Token));
        Assert.Equal(2, folder.Blocks.All.Count());
        Assert.Equal(2, folder.Disk.Paths.Count());
    }

    [Fact]
    public async Task Tenants_are_merged_apart()
    {
        TenantId other = new("other");
        using BlockFolder folder = new();
        for (int i = 0; i < 2; i++)
        {
            folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [Start + i] = 1 } });
            folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [Start + i] = 2 } }, tenant: other);
        }

        await folder.Compactor.RunDueAsync(CancellationToken.None);
        Assert.All(folder.ReadAll().All, sample => Assert.Equal(1, sample.Bits));
        Assert.All(folder.ReadAll(other).All, sample => Assert.Equal(2, sample.Bits));
        Assert.Equal(2, folder.Blocks.All.Count());
    }

    [Fact]
    public async Task Expired_blocks_go_and_then_the_oldest_while_all_are_too_large()
    {
        TenantId brief = new("brief");
        using BlockFolder folder = new(
            clock: new ManualClock { NowMs = Start + (20 * Span) },
            with: options => options with
            {
                Compaction = new CompactionOptions { Settle = TimeSpan.FromDays(100) },
                Retention = new RetentionOptions
                {
                    Age = TimeSpan.FromHours(30),
                    AgeOf = tenant => tenant == brief ? TimeSpan.FromHours(4) : null,
                },
            });
        for (int i = 0; i < 20; i += 5)
        {
            folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [Start + (i * Span)] = 1 } });
            folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [Start + (i * Span)] = 1 } }, tenant: brief);
        }

        await folder.Compactor.RunDueAsync(CancellationToken.None);
        Assert.Equal([Start + (5 * Span), Start + (10 * Span), Start + (15 * Span)], folder.ReadAll().All.Select(sample => sample.Ms));
        Assert.Empty(folder.ReadAll(brief).All);

        using BlockFolder small = new(folder.Disk, folder.Clock, options => options with
        {
            Retention = new RetentionOptions { Age = TimeSpan.FromDays(100), MaxBytes = folder.Blocks.All.First().Length * 2 },
            Compaction = new CompactionOptions { Settle = TimeSpan.FromDays(100) },
        });
        await small.Compactor.RunDueAsync(CancellationToken.None);
        Assert.Equal([Start + (10 * Span), Start + (15 * Span)], small.ReadAll().All.Select(sample => sample.Ms));
    }
}
