using CsCheck;
using Plimsoll.Series.Blocks;
using Plimsoll.Series.Encodings;

namespace Plimsoll.Series.Tests.Blocks;

public sealed class RoundTripTests
{
    private const long Start = Samples.Start;

    [Fact]
    public void Whatever_is_written_comes_back_bit_for_bit() =>
        Generate.Series(Start, 7_200_000).Sample(
            series =>
            {
                using BlockFolder folder = new();
                Block block = folder.Write(series);
                Assert.Equal(series.All, BlockFolder.Read(block).All);
                Assert.Equal(series.Sum(one => one.Value.Count), block.Samples);
                Assert.Equal(series.All.Min(sample => sample.Ms), block.MinMs);
                Assert.Equal(series.All.Max(sample => sample.Ms), block.MaxMs);

                using BlockFolder again = new(folder.Disk);
                Assert.Equal(series.All, again.ReadAll().All);
                Assert.Empty(again.Reports);
            },
            iter: 200);

    [Fact]
    public void Names_values_and_postings_are_those_of_the_series() =>
        Generate.Series(Start, 7_200_000, mostSeries: 30, mostSamples: 2).Sample(
            series =>
            {
                using BlockFolder folder = new();
                BlockIndex index = folder.Write(series).Index;
                List<LabelSet> all = [.. series.Keys];
                string[] names = [.. all.SelectMany(labels => labels.Select(label => label.Name)).Distinct().Order(LabelOrder.Comparer)];
                Assert.Equal(names, Enumerable.Range(0, index.NameCount).Select(index.Name));
                for (int name = 0; name < names.Length; name++)
                {
                    string[] values = [.. all.Select(labels => labels[names[name]]).Where(value => value.Length > 0).Distinct().Order(LabelOrder.Comparer)];
                    Assert.Equal(values, Enumerable.Range(0, index.ValueCount(name)).Select(value => index.Value(name, value)));
                    Assert.Equal(name, index.FindName(names[name]));
                    for (int value = 0; value < values.Length; value++)
                    {
                        Assert.Equal(value, index.FindValue(name, System.Text.Encoding.UTF8.GetBytes(values[value])));
                        int[] expected = [.. Enumerable.Range(0, all.Count).Where(id => all[id][names[name]] == values[value])];
                        Assert.Equal(expected, index.Postings(name, value).ToArray());
                        Assert.All(expected, id => Assert.Equal(value, index.ValueOf(id, name)));
                    }

                    Assert.True(index.FindValue(name, "none such"u8) < 0);
                }

                for (int id = 0; id < all.Count; id++)
                {
                    Assert.Equal(id, index.Find(LabelBytes.From(all[id])));
                }

                Assert.Equal(-1, index.Find(LabelBytes.From(LabelSet.Of("none_such"))));
            },
            iter: 200);

    [Fact]
    public void Long_series_are_cut_into_chunks_and_only_those_in_the_range_are_told()
    {
        using BlockFolder folder = new();
        PlainSeries series = [];
        for (int i = 0; i < 20_000; i++)
        {
            series.Set(LabelSet.Of("long", ("a", "1")), Start + (i * 100L), i % 7);
            series.Set(LabelSet.Of("long", ("a", "2")), Start + (i * 100L), i * 0.25);
        }

        Block block = folder.Write(series);
        Assert.Equal(series.All, BlockFolder.Read(block).All);
        List<ChunkRef> chunks = [];
        block.Index.Chunks(0, new TimeRange(Start + 1_000_000, Start + 1_000_050), chunks);
        ChunkRef one = Assert.Single(chunks);
        Assert.InRange(one.Samples, 2000, 4096);
    }

    [Fact]
    public void Many_series_fill_many_pages_and_each_is_found()
    {
        using BlockFolder folder = new();
        PlainSeries series = [];
        for (int host = 0; host < 400; host++)
        {
            for (int metric = 0; metric < 7; metric++)
            {
                series.Set(LabelSet.Of($"metric_{metric}", ("host", $"host-{host}"), ("zone", $"z{host % 3}")), Start + host, host + metric);
            }
        }

        Block block = folder.Write(series);
        Assert.Equal(series.All, BlockFolder.Read(block).All);
        int zone = block.Index.FindName("zone");
        int[] found = block.Index.Postings(zone, block.Index.FindValue(zone, "z1"u8)).ToArray();
        Assert.Equal(Enumerable.Range(0, 400).Count(host => host % 3 == 1) * 7, found.Length);
        Assert.All(found, id => Assert.Equal("z1", block.Index.Labels(id)["zone"]));
    }

    [Fact]
    public void A_series_of_very_many_labels_is_found()
    {
        using BlockFolder folder = new();
        LabelSet[] all = [.. Enumerable.Range(0, 40).Select(i => LabelSet.From([new Label("__name__", "wide"), .. Enumerable.Range(0, 100).Select(l => new Label($"l{l:000}", $"{(l == 50 ? i : 0)}"))]))];
        PlainSeries series = [];
        foreach (LabelSet labels in all)
        {
            series.Set(labels, Start, 1);
        }

        Block block = folder.Write(series);
        Assert.Equal(series.All, BlockFolder.Read(block).All);
        Assert.Equal(Enumerable.Range(0, 40), series.Keys.Select(labels => block.Index.Find(LabelBytes.From(labels))));
        Assert.Equal(0, block.Index.ValueOf(39, block.Index.FindName("l099")));
    }

    [Fact]
    public void Statistics_are_those_of_the_samples() =>
        Generate.Value.Array[1, 30].Sample(
            values =>
            {
                ChunkStatistics expected = ChunkStatistics.Of(values);
                ByteWriter bytes = new();
                StatisticsCode.Write(bytes, expected, values.Length);
                ByteReader reader = new(bytes.Written);
                ChunkStatistics read = StatisticsCode.Read(ref reader, values.Length);
                Assert.Equal(0, reader.Remaining);
                Assert.Equal(Bits(expected), Bits(read));
            },
            iter: 5000);

    [Fact]
    public void A_series_out_of_order_is_refused()
    {
        using BlockFolder folder = new();
        using BlockWriter writer = folder.Blocks.Begin(BlockFolder.Tenant);
        writer.BeginSeries(LabelBytes.From(LabelSet.Of("b")));
        writer.Add([Start], [1], []);
        Assert.Throws<ArgumentException>(() => writer.BeginSeries(LabelBytes.From(LabelSet.Of("a"))));
        Assert.Throws<ArgumentException>(() => writer.Add([Start], [1], []));
    }

    [Fact]
    public void What_is_abandoned_leaves_nothing()
    {
        using BlockFolder folder = new();
        using (BlockWriter writer = folder.Blocks.Begin(BlockFolder.Tenant))
        {
            writer.BeginSeries(LabelBytes.From(LabelSet.Of("b")));
            writer.Add([Start], [1], []);
        }

        Assert.Empty(folder.Disk.Paths);
    }

    [Fact]
    public void Start_timestamps_come_back()
    {
        using BlockFolder folder = new();
        using BlockWriter writer = folder.Blocks.Begin(BlockFolder.Tenant);
        writer.BeginSeries(LabelBytes.From(LabelSet.Of("b")));
        writer.Add([Start], [1], []);
        writer.Add([Start + 1, Start + 2], [2, 3], [Start - 5, Start - 5]);
        Block block = folder.Blocks.Publish(writer.Finish([]));
        List<ChunkRef> chunks = [];
        block.Index.Chunks(0, TimeRange.All, chunks);
        using ChunkFetch fetch = new();
        fetch.Add(block, Assert.Single(chunks));
        fetch.Read(CancellationToken.None);
        long[] starts = new long[3];
        Assert.Equal(3, fetch.DecodeStarts(0, starts));
        Assert.Equal([0, Start - 5, Start - 5], starts);
    }

    private static long[] Bits(in ChunkStatistics s)
    {
        // An increase without resets is computed again, and which NaN comes out of it is the processor's choice.
        double increase = double.IsNaN(s.Increase) ? double.NaN : s.Increase;
        return
        [
            s.Count, s.Resets, BitConverter.DoubleToInt64Bits(s.Min), BitConverter.DoubleToInt64Bits(s.Max),
            BitConverter.DoubleToInt64Bits(s.Sum), BitConverter.DoubleToInt64Bits(s.First), BitConverter.DoubleToInt64Bits(s.Last),
            BitConverter.DoubleToInt64Bits(increase),
        ];
    }
}
