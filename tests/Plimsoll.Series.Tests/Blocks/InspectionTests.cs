using Plimsoll.Series.Blocks;
using Plimsoll.Series.Tests.Disks;

namespace Plimsoll.Series.Tests.Blocks;

public sealed class InspectionTests
{
    private const long Start = Samples.Start;

    private static PlainSeries Series(int hosts, long startMs)
    {
        PlainSeries series = [];
        for (int host = 0; host < hosts; host++)
        {
            for (int i = 0; i < 5; i++)
            {
                series.Set(LabelSet.Of("cpu", ("host", $"h{host}")), startMs + i, i * 1.5);
                series.Set(LabelSet.Of("requests_total", ("host", $"h{host}"), ("path", "/")), startMs + i, i);
            }
        }

        return series;
    }

    [Fact]
    public void A_sound_folder_is_found_sound_and_left_as_it_is()
    {
        using BlockFolder folder = new();
        folder.Write(Series(20, Start));
        folder.Write(Series(30, Start + 10_000_000));
        int operations = folder.Disk.Operations;
        List<BlockVerification> found = [.. BlockVerifier.VerifyClosed(folder.Disk, folder.Folder, CancellationToken.None)];
        Assert.Equal([200, 300], found.Select(block => block.Samples));
        Assert.All(found, block => Assert.True(block.IsSound, string.Join('\n', block.Damage)));
        Assert.All(BlockVerifier.VerifyOpen(folder.Blocks, CancellationToken.None), block => Assert.True(block.IsSound));
        Assert.Equal(operations, folder.Disk.Operations);
    }

    [Fact]
    public void Every_flipped_bit_is_found_and_what_is_lost_is_named()
    {
        using BlockFolder folder = new();
        string path = folder.Write(Series(2, Start)).Path;
        int length = folder.Disk.Contents(path).Length;
        for (int at = 0; at < length; at++)
        {
            MemoryDisk damaged = folder.Disk.Copy();
            damaged.Damage(path, at, (byte)(1 << (at % 8)));
            BlockVerification found = Assert.Single(BlockVerifier.VerifyClosed(damaged, folder.Folder, CancellationToken.None));
            Assert.False(found.IsSound, $"A flipped bit of byte {at} of {length} was not found.");
        }
    }

    [Fact]
    public void An_analysis_tells_metrics_labels_and_what_changed_from_block_to_block()
    {
        using BlockFolder folder = new();
        folder.Write(Series(20, Start));
        folder.Write(Series(30, Start + 10_000_000));
        StoreAnalysis analysis = Assert.Single(BlockAnalyzer.AnalyzeClosed(folder.Disk, folder.Folder, 2, CancellationToken.None));
        Assert.Equal("local", analysis.Tenant);
        Assert.Equal(500, analysis.Samples);
        Assert.Equal(["cpu", "requests_total"], analysis.Metrics.Select(metric => metric.Name).Order());
        Assert.All(analysis.Metrics, metric => Assert.Equal((50, 250), (metric.Series, metric.Samples)));
        Assert.Equal(["host", "__name__"], analysis.LabelsByValues.Select(label => label.Name));
        Assert.Equal((30, 80), (analysis.LabelsByValues[0].Values, analysis.LabelsByValues[0].Bytes));
        Assert.Equal([(40, 40, 0), (60, 20, 0)], analysis.Blocks.Select(block => (block.Series, block.NewSeries, block.EndedSeries)));
        Assert.Equal(analysis.Blocks, BlockAnalyzer.AnalyzeOpen(folder.Blocks, BlockFolder.Tenant, 2, CancellationToken.None).Blocks);
    }

    [Fact]
    public void A_snapshot_is_a_store_of_its_own_that_later_merges_and_deletions_do_not_touch()
    {
        using BlockFolder folder = new(grace: TimeSpan.Zero);
        folder.Write(Series(2, Start));
        folder.Write(Series(3, Start));
        LabelMatcher cpu = new("__name__", MatchOperator.Equal, "cpu");
        PlainSeries before = folder.ReadAll();
        StoreFolder target = new("/backup/series", folder.Disk);
        Assert.Equal(2, folder.Blocks.LinkAll(target).Count);
        folder.Deletions.CopyTo(target);
        folder.Deletions.Add(BlockFolder.Tenant, [cpu], TimeRange.All);
        folder.Compact();
        Assert.True(folder.ReadAll().Count < before.Count);

        MemoryDisk moved = new();
        foreach (string path in folder.Disk.Paths.Where(path => path.StartsWith("/backup/", StringComparison.Ordinal)))
        {
            moved.CreateFolder(Path.GetDirectoryName(path.Replace("/backup/", "/data/", StringComparison.Ordinal))!);
            using IAppendFile file = moved.Create(path.Replace("/backup/", "/data/", StringComparison.Ordinal));
            file.Append(folder.Disk.Contents(path));
        }

        using BlockFolder restored = new(moved);
        Assert.Equal(before.All, restored.ReadAll().All);
        Assert.Empty(restored.Reports);
    }
}
