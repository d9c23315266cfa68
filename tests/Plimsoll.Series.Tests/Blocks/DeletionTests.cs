using CsCheck;
using Plimsoll.Series.Blocks;
using Plimsoll.Series.Deletions;

namespace Plimsoll.Series.Tests.Blocks;

public sealed class DeletionTests
{
    private const long Start = Samples.Start;
    private static readonly LabelMatcher OnlyA = new("__name__", MatchOperator.Equal, "a");

    private static PlainSeries AandB() => new()
    {
        [LabelSet.Of("a")] = new() { [Start] = 1, [Start + 1] = 2, [Start + 2] = 3 },
        [LabelSet.Of("b")] = new() { [Start] = 1, [Start + 1] = 2 },
    };

    [Fact]
    public void Deleted_samples_are_hidden_at_once_and_had_back_within_the_grace_period()
    {
        using BlockFolder folder = new();
        folder.Write(AandB());
        Deletion deletion = folder.Deletions.Add(BlockFolder.Tenant, [OnlyA], new TimeRange(Start + 1, Start + 2));
        Assert.Equal(["a", "b", "b"], folder.ReadAll().All.Select(sample => sample.Labels.ToString()));

        using BlockFolder again = new(folder.Disk, folder.Clock);
        Assert.Equal(3, again.ReadAll().All.Count());
        Assert.False(again.Deletions.Undelete(new TenantId("other"), deletion.Id));
        Assert.True(again.Deletions.Undelete(BlockFolder.Tenant, deletion.Id));
        Assert.Equal(AandB().All, again.ReadAll().All);
        Assert.False(again.Deletions.Undelete(BlockFolder.Tenant, deletion.Id));
    }

    [Fact]
    public void After_the_grace_period_deleted_samples_leave_the_disk_and_their_names_the_index()
    {
        using BlockFolder folder = new();
        folder.Write(AandB());
        Deletion deletion = folder.Deletions.Add(BlockFolder.Tenant, [OnlyA], TimeRange.All);
        folder.Compact();
        Assert.Equal(5, folder.Blocks.All.Single().Samples);

        folder.Clock.NowMs += 24 * 3_600_000;
        Assert.False(folder.Deletions.Undelete(BlockFolder.Tenant, deletion.Id));
        folder.Compact();
        Block left = folder.Blocks.All.Single();
        Assert.Equal(2, left.Samples);
        Assert.Equal(["b"], Enumerable.Range(0, left.Index.ValueCount(0)).Select(value => left.Index.Value(0, value)));
        Assert.Empty(folder.Deletions.All);
        Assert.Empty(folder.Reports);
    }

    [Fact]
    public void A_deletion_stays_while_the_head_or_the_log_may_hold_its_samples()
    {
        long headOldestMs = Start;
        long checkpoints = 0;
        using BlockFolder folder = new(grace: TimeSpan.Zero);
        Compactor compactor = new(folder.Blocks, folder.Deletions, _ => headOldestMs, () => checkpoints);
        folder.Write(AandB());
        folder.Deletions.Add(BlockFolder.Tenant, [OnlyA], new TimeRange(Start, Start + 2));
        Assert.True(compactor.RunDueAsync(CancellationToken.None).IsCompletedSuccessfully);
        Assert.Single(folder.Deletions.All);
        headOldestMs = Start + 3;
        for (int round = 0; round < 2; round++)
        {
            Assert.True(compactor.RunDueAsync(CancellationToken.None).IsCompletedSuccessfully);
            Assert.Single(folder.Deletions.All);
        }

        checkpoints++;
        Assert.True(compactor.RunDueAsync(CancellationToken.None).IsCompletedSuccessfully);
        Assert.Empty(folder.Deletions.All);
    }

    [Fact]
    public void A_block_of_which_nothing_is_left_goes_unless_it_speaks_for_the_log()
    {
        using BlockFolder folder = new(grace: TimeSpan.Zero);
        folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [Start] = 1 } });
        folder.Deletions.Add(BlockFolder.Tenant, [OnlyA], TimeRange.All);
        folder.Compact();
        Assert.Empty(folder.Blocks.All);
        Assert.DoesNotContain(folder.Disk.Paths, path => path.EndsWith(".block", StringComparison.Ordinal));

        folder.Write(new PlainSeries { [LabelSet.Of("a")] = new() { [Start] = 1 } }, logs: [new SealedLog(Start + 1, 3, 4)]);
        folder.Deletions.Add(BlockFolder.Tenant, [OnlyA], TimeRange.All);
        folder.Compact();
        Assert.Equal(0, folder.Blocks.All.Single().Samples);
        using BlockFolder again = new(folder.Disk, folder.Clock);
        Assert.Equal([new SealedLog(Start + 1, 3, 4)], again.Blocks.SealedLogs(BlockFolder.Tenant));
        Assert.Empty(again.ReadAll());
    }

    [Fact]
    public void A_deletion_ends_at_the_instant_of_the_request_and_needs_a_matcher()
    {
        using BlockFolder folder = new();
        Deletion deletion = folder.Deletions.Add(BlockFolder.Tenant, [OnlyA], TimeRange.All);
        Assert.Equal(folder.Clock.NowMs, deletion.Range.MaxMs);
        Assert.Throws<ArgumentException>(() => folder.Deletions.Add(BlockFolder.Tenant, [], TimeRange.All));
        Assert.Throws<ArgumentException>(() => folder.Deletions.Add(BlockFolder.Tenant, [OnlyA], new TimeRange(folder.Clock.NowMs + 1, long.MaxValue)));
    }

    [Fact]
    public void Deletions_and_merges_in_any_order_leave_what_a_plain_model_leaves() =>
        Gen.Select(
            Generate.Series(Start, 7_200_000, 8, 8).Array[1, 4],
            Gen.Select(Gen.Int[0, 3], Gen.Long[0, 7_200_000], Gen.Long[0, 3_600_000]).Array[1, 4])
            .Sample(
                (inputs, deletions) =>
                {
                    using BlockFolder folder = new();
                    PlainSeries expected = [];
                    foreach (PlainSeries input in inputs)
                    {
                        folder.Write(input);
                        expected.AddMissing(input);
                    }

                    foreach ((int which, long from, long length) in deletions)
                    {
                        LabelMatcher matcher = which switch
                        {
                            0 => new LabelMatcher("app", MatchOperator.Equal, "web"),
                            1 => new LabelMatcher("app", MatchOperator.NotEqual, "web"),
                            2 => new LabelMatcher("host", MatchOperator.Regex, "web-.*"),
                            _ => new LabelMatcher("Zone", MatchOperator.Equal, ""),
                        };
                        TimeRange range = new(Start + from, Start + from + length);
                        folder.Deletions.Add(BlockFolder.Tenant, [matcher], range);
                        expected.Remove((labels, ms) => matcher.Matches(labels) && range.Overlaps(ms, ms));
                        Assert.Equal(expected.All, folder.ReadAll().All);
                    }

                    folder.Compact();
                    Assert.Equal(expected.All, folder.ReadAll().All);
                    folder.Clock.NowMs += 25 * 3_600_000;
                    folder.Compact();
                    Assert.Equal(expected.All, folder.ReadAll().All);
                    Assert.Equal(expected.All.Count(), folder.Blocks.All.Sum(block => block.Samples));
                    Assert.Empty(folder.Deletions.All);
                    Assert.Empty(folder.Reports);
                },
                iter: 60);

    [Fact]
    public void Series_with_a_shorter_age_are_hidden_when_it_is_over_and_written_out_with_their_block()
    {
        using BlockFolder folder = new(
            clock: new ManualClock { NowMs = Start + 3_600_000 },
            with: options => options with
            {
                Retention = new RetentionOptions { Age = TimeSpan.FromDays(100), Selectors = [new SelectorRetention(null, [OnlyA], TimeSpan.FromHours(1))] },
            });
        folder.Write(AandB());
        Assert.Equal(5, folder.ReadAll().All.Count());
        folder.Clock.NowMs += 1;
        Assert.Equal(4, folder.ReadAll().All.Count());
        folder.Compact();
        Assert.Equal(5, folder.Blocks.All.Single().Samples);
        folder.Clock.NowMs += 60_000;
        folder.Compact();
        Assert.Equal(2, folder.Blocks.All.Single().Samples);
        Assert.Equal(["b", "b"], folder.ReadAll().All.Select(sample => sample.Labels.ToString()));
    }

    [Fact]
    public void A_damaged_list_of_deletions_is_told_and_does_not_stop_the_start()
    {
        using BlockFolder folder = new();
        folder.Write(AandB());
        folder.Deletions.Add(BlockFolder.Tenant, [OnlyA], TimeRange.All);
        string path = folder.Disk.Paths.Single(one => one.EndsWith("/deletions", StringComparison.Ordinal));
        int length = folder.Disk.Contents(path).Length;
        for (int bit = 0; bit < 8 * length; bit++)
        {
            Disks.MemoryDisk disk = folder.Disk.Copy();
            disk.Damage(path, bit / 8, (byte)(1 << (bit % 8)));
            using BlockFolder again = new(disk, folder.Clock);
            Assert.Contains(path, Assert.Single(again.Reports), StringComparison.Ordinal);
            Assert.Empty(again.Deletions.All);

            // A number that was given once is another deletion's never again.
            Assert.True(again.Deletions.Add(BlockFolder.Tenant, [OnlyA], TimeRange.All).Id > 1);
        }
    }

    [Theory]
    [InlineData(1, 5, 9, 7)] // An operator that there is not.
    [InlineData(1, 5, 4, 1)] // It ends before it begins.
    [InlineData(0, 5, 9, 1)] // Its number is to be given again.
    [InlineData(ulong.MaxValue, 5, 9, 1)] // There is no next number.
    public void A_list_of_deletions_that_makes_no_sense_is_set_aside_though_its_checksum_fits(ulong newest, long fromMs, long toMs, byte op)
    {
        using BlockFolder folder = new();
        folder.Write(AandB());
        folder.Deletions.Add(BlockFolder.Tenant, [OnlyA], TimeRange.All);
        string path = folder.Disk.Paths.Single(one => one.EndsWith("/deletions", StringComparison.Ordinal));
        ByteWriter list = new();
        list.Bytes(folder.Disk.Contents(path).AsSpan(0, sizeof(ulong)));
        list.Varint(newest);
        list.Varint(1);
        list.Varint(1);
        list.Text(BlockFolder.Tenant.Value);
        list.Zigzag(fromMs);
        list.Zigzag(toMs);
        list.Zigzag(0);
        list.Varint(1);
        list.Byte(op);
        list.Text("a");
        list.Text("b");
        list.UInt32(Checksum.Of(list.Written));
        folder.Disk.Cut(path, 0);
        folder.Folder.WriteAtomically(path, file => file.Append(list.Written));

        using BlockFolder again = new(folder.Disk.Copy(), folder.Clock);

        Assert.Contains(path, Assert.Single(again.Reports), StringComparison.Ordinal);
        Assert.Empty(again.Deletions.All);
        Assert.Equal(AandB().All, again.ReadAll().All);
    }
}
