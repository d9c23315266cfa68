using Plimsoll.Series.Blocks;
using Plimsoll.Series.Encodings;

namespace Plimsoll.Series.Tests.Blocks;

public sealed class BlockDamageTests
{
    private const long Start = Samples.Start;

    private static PlainSeries Small()
    {
        PlainSeries series = [];
        for (int s = 0; s < 4; s++)
        {
            for (int i = 0; i < 6; i++)
            {
                series.Set(LabelSet.Of("m", ("s", s.ToString())), Start + (i * 1000), (s * 10) + (i * 0.5));
            }
        }

        return series;
    }

    [Fact]
    public void A_bit_flipped_anywhere_never_makes_an_answer_wrong_and_repair_keeps_or_names_everything()
    {
        using BlockFolder sound = new();
        PlainSeries expected = Small();
        string path = sound.Write(expected).Path;
        int length = sound.Disk.Contents(path).Length;
        int repaired = 0;
        int quarantined = 0;
        for (int bit = 0; bit < length * 8; bit++)
        {
            using BlockFolder damaged = new(CopyWith(sound, path, bit));
            if (!damaged.Blocks.All.Any())
            {
                quarantined++;
                Assert.Contains(path, Assert.Single(damaged.Reports), StringComparison.Ordinal);
                continue;
            }

            ReadWhatIsIntact(damaged.Blocks.All.Single(), expected);
            if (!damaged.Blocks.All.Single().IsDamaged)
            {
                Assert.Fail($"Bit {bit} of {length * 8} was not noticed.");
            }

            damaged.Compact();
            PlainSeries left = damaged.ReadAll();
            CheckSubset(left, expected);
            long lost = expected.All.Count() - left.All.Count();
            Assert.True(lost > 0 == damaged.Compactor.Statistics.LostSamples > 0 || damaged.Reports.Count > 1, string.Join('\n', damaged.Reports));
            Assert.Contains(damaged.Disk.Paths, file => file.Contains("/quarantine/", StringComparison.Ordinal));
            Assert.All(damaged.Blocks.All, block => Assert.False(block.IsDamaged));
            repaired++;
        }

        Assert.True(repaired > 100 && quarantined > 100, $"{repaired} repaired, {quarantined} quarantined");
    }

    [Fact]
    public void Every_truncated_file_is_put_into_quarantine_and_the_others_are_served()
    {
        using BlockFolder sound = new();
        string path = sound.Write(Small()).Path;
        PlainSeries other = new() { [LabelSet.Of("other")] = new() { [Start] = 1 } };
        sound.Write(other);
        int length = sound.Disk.Contents(path).Length;
        for (int cut = 0; cut < length; cut++)
        {
            Disks.MemoryDisk disk = sound.Disk.Copy();
            disk.Cut(path, cut);
            using BlockFolder truncated = new(disk);
            Assert.Equal(other.All, truncated.ReadAll().All);
            Assert.Contains(path, Assert.Single(truncated.Reports), StringComparison.Ordinal);
            Assert.Equal(1, truncated.Blocks.Statistics.Quarantined);
        }
    }

    [Fact]
    public void A_damaged_chunk_fails_its_series_alone_and_is_named_when_it_is_written_out()
    {
        using BlockFolder folder = new();
        Block block = folder.Write(Small());
        List<ChunkRef> chunks = [];
        block.Index.Chunks(2, TimeRange.All, chunks);
        folder.Disk.Damage(block.Path, (int)chunks[0].Offset, 1);

        BlockDamageException damage = Assert.Throws<BlockDamageException>(() => BlockFolder.ReadSeries(block, 2, []));
        Assert.Contains(block.Path, damage.Message, StringComparison.Ordinal);
        Assert.True(block.IsDamaged);
        PlainSeries others = [];
        foreach (int id in new[] { 0, 1, 3 })
        {
            BlockFolder.ReadSeries(block, id, others);
        }

        Assert.Equal(3, others.Count);
        folder.Compact();
        Assert.Equal(others.All, folder.ReadAll().All);
        Assert.Contains(folder.Reports, report => report.Contains("m{s=\"2\"} from 2023-11-15T00:00:00.000Z to 2023-11-15T00:00:05.000Z, 6 samples", StringComparison.Ordinal));
        Assert.Equal(6, folder.Compactor.Statistics.LostSamples);
        Assert.Equal(1, folder.Blocks.Statistics.Quarantined);

        using BlockFolder again = new(folder.Disk);
        Assert.Equal(others.All, again.ReadAll().All);
    }

    [Fact]
    public void A_block_under_another_name_is_not_believed()
    {
        using BlockFolder folder = new();
        Block block = folder.Write(Small());
        folder.Disk.Rename(block.Path, folder.Folder.Block(BlockFolder.Tenant, 7));
        using BlockFolder again = new(folder.Disk);
        Assert.Empty(again.Blocks.All);
        Assert.Contains("renamed", Assert.Single(again.Reports), StringComparison.Ordinal);
    }

    private static Disks.MemoryDisk CopyWith(BlockFolder folder, string path, int bit)
    {
        Disks.MemoryDisk disk = folder.Disk.Copy();
        disk.Damage(path, bit / 8, (byte)(1 << (bit % 8)));
        return disk;
    }

    // Reads by every way there is; what comes must be right.
    private static void ReadWhatIsIntact(Block block, PlainSeries expected)
    {
        List<LabelSet> labels = [.. expected.Keys];
        for (int id = 0; id < block.Index.Count; id++)
        {
            int series = id;
            Attempt(() =>
            {
                PlainSeries read = [];
                BlockFolder.ReadSeries(block, series, read);
                Assert.Equal(expected[labels[series]], read[labels[series]]);
            });
            Attempt(() => Assert.Equal(series, block.Index.Find(LabelBytes.From(labels[series]))));
            Attempt(() =>
            {
                List<ChunkRef> chunks = [];
                block.Index.Chunks(series, TimeRange.All, chunks);
                Assert.Equal(ChunkStatistics.Of([.. expected[labels[series]].Values.Select(BitConverter.Int64BitsToDouble)]), block.Index.Statistics(chunks[0]));
            });
            Attempt(() => Assert.Equal(series, block.Index.Postings(block.Index.FindName("s"), block.Index.FindValue(block.Index.FindName("s"), System.Text.Encoding.UTF8.GetBytes(series.ToString()))).ToArray().Single()));
        }

        Attempt(() => Assert.Equal([0, 1, 2, 3], block.Index.Postings(block.Index.FindName("__name__"), 0).ToArray()));
    }

    private static void Attempt(Action read)
    {
        try
        {
            read();
        }
        catch (BlockDamageException)
        {
            // Said rather than guessed: that is what is asked for.
        }
    }

    private static void CheckSubset(PlainSeries part, PlainSeries whole)
    {
        foreach ((LabelSet labels, long ms, long bits) in part.All)
        {
            Assert.Equal(whole[labels][ms], bits);
        }
    }
}
