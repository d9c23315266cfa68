using Plimsoll.Series.Blocks;

namespace Plimsoll.Series.Tests.Blocks;

public sealed class HistogramBlockTests
{
    private const long Start = Samples.Start;
    private static readonly LabelSet Latency = LabelSet.Of("latency");

    [Fact]
    public void Histograms_and_floats_of_one_series_come_back_in_the_order_of_time()
    {
        using BlockFolder folder = new();
        using BlockWriter writer = folder.Blocks.Begin(BlockFolder.Tenant);
        writer.BeginSeries(LabelBytes.From(Latency));
        writer.Add([Start, Start + 1], [1, 2], []);
        writer.AddHistograms([Start + 2, Start + 3], [Counts(1), Counts(2)], []);
        writer.Add([Start + 4], [3], []);
        writer.BeginSeries(LabelBytes.From(LabelSet.Of("other")));
        writer.AddHistograms([Start], [Histogram.Stale], []);
        Block block = folder.Blocks.Publish(writer.Finish([]));
        Assert.Equal(6, block.Samples);
        Assert.Equal(["1", "2", "h1", "h2", "3"], Read(block, 0));
        Assert.Equal(["stale"], Read(block, 1));
        Assert.True(BlockVerifier.Verify(block, CancellationToken.None).IsSound);
    }

    [Fact]
    public void Merging_keeps_histograms_and_the_first_block_wins_over_whatever_kind_the_other_has()
    {
        using BlockFolder folder = new();
        Write(folder, writer => writer.AddHistograms([Start, Start + 2], [Counts(1), Counts(2)], []));
        Write(folder, writer => writer.Add([Start, Start + 1, Start + 2, Start + 3], [10, 11, 12, 13], []));
        folder.Compact();
        Assert.Equal(["h1", "11", "h2", "13"], Read(folder.Blocks.All.Single(), 0));
    }

    [Fact]
    public void Many_histograms_fill_several_chunks()
    {
        using BlockFolder folder = new();
        Block block = Write(folder, writer =>
        {
            for (int i = 0; i < 1500; i++)
            {
                writer.AddHistograms([Start + i], [Counts((ulong)i)], []);
            }
        });
        Assert.Equal(Enumerable.Range(0, 1500).Select(i => $"h{i}"), Read(block, 0));
        Assert.True(block.Meta.Chunks > 1);
    }

    private static Histogram Counts(ulong count) => Histogram.OfIntegers(
        new HistogramLayout(3, 1e-10, [new HistogramSpan(0, 2)], [], []), CounterResetHint.Unknown, count, 0, count * 1.5, [count, 0], []);

    private static Block Write(BlockFolder folder, Action<BlockWriter> fill)
    {
        using BlockWriter writer = folder.Blocks.Begin(BlockFolder.Tenant);
        writer.BeginSeries(LabelBytes.From(Latency));
        fill(writer);
        return folder.Blocks.Publish(writer.Finish([]));
    }

    private static List<string> Read(Block block, int id)
    {
        List<ChunkRef> chunks = [];
        block.Index.Chunks(id, TimeRange.All, chunks);
        using ChunkFetch fetch = new();
        foreach (ChunkRef chunk in chunks)
        {
            fetch.Add(block, chunk);
        }

        fetch.Read(CancellationToken.None);
        long[] times = new long[4096];
        double[] values = new double[4096];
        Histogram[] histograms = new Histogram[4096];
        List<string> read = [];
        for (int i = 0; i < chunks.Count; i++)
        {
            int count = chunks[i].IsHistogram ? fetch.DecodeHistograms(i, times, histograms) : fetch.Decode(i, times, values);
            for (int s = 0; s < count; s++)
            {
                read.Add(!chunks[i].IsHistogram ? values[s].ToString() : histograms[s].IsStale ? "stale" : $"h{histograms[s].Count}");
            }
        }

        return read;
    }
}
