using Plimsoll.Series.Blocks;
using Plimsoll.Series.Tests.Disks;

namespace Plimsoll.Series.Tests.Blocks;

public sealed class BlockCrashTests
{
    private const long Start = Samples.Start;
    private const long Span = 7_200_000;

    private static readonly PlainSeries[] Inputs =
    [
        new() { [LabelSet.Of("a")] = new() { [Start] = 1 }, [LabelSet.Of("b")] = new() { [Start] = 1 } },
        new() { [LabelSet.Of("a")] = new() { [Start] = 2, [Start + 1] = 2 } },
        new() { [LabelSet.Of("c")] = new() { [Start + Span] = 3 } },
    ];

    [Fact]
    public void A_power_loss_at_any_step_of_publishing_and_merging_loses_and_doubles_nothing()
    {
        int operations = Run(new MemoryDisk(), out int published);
        Assert.Equal(Inputs.Length, published);
        for (int at = 1; at <= operations; at++)
        {
            for (int seed = 0; seed < 3; seed++)
            {
                MemoryDisk disk = new() { PowerLossAt = at };
                Run(disk, out int acknowledged);
                Check(disk.Reboot(new Random(seed)), acknowledged);
            }
        }
    }

    [Fact]
    public void A_deletion_written_out_does_not_come_back_whenever_the_power_goes()
    {
        int operations = RunDeletion(new MemoryDisk());
        for (int at = 1; at <= operations; at++)
        {
            for (int seed = 0; seed < 3; seed++)
            {
                MemoryDisk disk = new() { PowerLossAt = at };
                if (RunDeletion(disk) < 0)
                {
                    continue; // It was never asked for.
                }

                using BlockFolder after = new(disk.Reboot(new Random(seed)), Clock());
                Assert.DoesNotContain(after.ReadAll().All, sample => sample.Labels.MetricName == "a");
                Assert.Contains(after.ReadAll().All, sample => sample.Labels.MetricName == "b");
                Assert.Empty(after.Reports);
            }
        }
    }

    [Fact]
    public void An_operation_that_fails_once_changes_nothing_that_is_read_then_or_after_a_restart()
    {
        int operations = Run(new MemoryDisk(), out _);
        for (int at = 1; at <= operations; at++)
        {
            int left = at;
            using BlockFolder folder = new(new MemoryDisk { Fails = (_, _) => --left == 0 }, Clock());
            PlainSeries expected = [];
            foreach (PlainSeries input in Inputs)
            {
                if (Attempt(() => folder.Write(input)) || Attempt(() => folder.Write(input)))
                {
                    expected.AddMissing(input);
                }

                Assert.Equal(expected.All, folder.ReadAll().All);
            }

            folder.Compact();
            Assert.Equal(expected.All, folder.ReadAll().All);
            folder.Clock.NowMs += 3_600_000;
            folder.Compact();
            Assert.Equal(expected.All, folder.ReadAll().All);
            Assert.Equal(folder.Blocks.All.Select(block => block.Path).Order(), folder.Disk.Paths.Where(path => path.EndsWith(".block", StringComparison.Ordinal)));
            using BlockFolder again = new(folder.Disk.Copy(), Clock());
            Assert.Equal(expected.All, again.ReadAll().All);
            Assert.Empty(again.Reports);
        }
    }

    [Fact]
    public void Inputs_that_could_not_be_deleted_are_deleted_later_and_never_read_again()
    {
        using BlockFolder folder = new();
        folder.Write(Inputs[0]);
        folder.Write(Inputs[1]);
        folder.Disk.Fails = (operation, path) => operation == "delete" && path.EndsWith(".block", StringComparison.Ordinal);
        folder.Compact();
        Assert.Single(folder.Blocks.All);
        Assert.Equal(3, folder.Disk.Paths.Count());
        Assert.NotEmpty(folder.Reports);

        using BlockFolder again = new(folder.Disk.Copy());
        Assert.Single(again.Blocks.All);
        Assert.Single(again.Disk.Paths);

        folder.Disk.Fails = null;
        folder.Compact();
        Assert.Single(folder.Disk.Paths);
    }

    [Fact]
    public void A_second_merge_names_what_the_first_could_not_delete()
    {
        using BlockFolder folder = new(with: options => options with { Compaction = new CompactionOptions { Settle = TimeSpan.Zero } });
        folder.Write(Inputs[0]);
        folder.Write(Inputs[1]);
        folder.Disk.Fails = (operation, path) => operation == "delete" && path.EndsWith(".block", StringComparison.Ordinal);
        folder.Compact();
        folder.Write(Inputs[2]);
        folder.Compact();
        PlainSeries expected = folder.ReadAll();
        Assert.Equal(5, folder.Disk.Paths.Count());

        using BlockFolder again = new(folder.Disk.Copy());
        Assert.Single(again.Disk.Paths);
        Assert.Equal(expected.All, again.ReadAll().All);
    }

    [Fact]
    public void What_an_interrupted_write_left_is_removed()
    {
        using BlockFolder folder = new();
        string path = folder.Write(Inputs[0]).Path;
        folder.Disk.Create(path + ".tmp").Dispose();
        using BlockFolder again = new(folder.Disk);
        Assert.Equal([path], again.Disk.Paths);
        Assert.Empty(again.Reports);
    }

    private static bool Attempt(Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static ManualClock Clock() => new() { NowMs = Start + (30 * 86_400_000L) };

    // Returns the operations used.
    private static int Run(MemoryDisk disk, out int published)
    {
        published = 0;
        try
        {
            using BlockFolder folder = new(disk, Clock());
            foreach (PlainSeries input in Inputs)
            {
                folder.Write(input);
                published++;
            }

            folder.Compact();
            Assert.True(disk.PowerLossAt > 0 || folder.Blocks.All.Count() == 1);
        }
        catch (IOException)
        {
            Assert.True(disk.PowerLossAt > 0);
        }

        return disk.Operations;
    }

    private static void Check(MemoryDisk disk, int acknowledged)
    {
        PlainSeries least = [];
        PlainSeries most = [];
        for (int i = 0; i < Inputs.Length; i++)
        {
            most.AddMissing(Inputs[i]);
            if (i < acknowledged)
            {
                least.AddMissing(Inputs[i]);
            }
        }

        using BlockFolder after = new(disk, Clock());
        Assert.Empty(after.Reports);
        List<(LabelSet, long, long)> read = [.. after.ReadAll().All];
        Assert.All(least.All, sample => Assert.Contains(sample, read));
        Assert.All(read, sample => Assert.Contains(sample, most.All));
        after.Compact();
        Assert.Equal(read, after.ReadAll().All);
        Assert.DoesNotContain(after.Disk.Paths, path => path.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private static int RunDeletion(MemoryDisk disk)
    {
        bool asked = false;
        try
        {
            using BlockFolder folder = new(disk, Clock(), grace: TimeSpan.Zero);
            folder.Write(Inputs[0]);
            folder.Write(Inputs[1]);
            folder.Deletions.Add(BlockFolder.Tenant, [new LabelMatcher("__name__", MatchOperator.Equal, "a")], TimeRange.All);
            asked = true;
            folder.Compact();
            Assert.True(disk.PowerLossAt > 0 || folder.Deletions.All.Count == 0);
        }
        catch (IOException)
        {
            Assert.True(disk.PowerLossAt > 0);
        }

        return asked ? disk.Operations : -1;
    }
}
