using System.Buffers;
using CsCheck;
using Plimsoll.Series.Encodings;
using Plimsoll.Series.Tests.Encodings;
using Xunit;

namespace Plimsoll.Series.Tests.Histograms;

public sealed class HistogramChunkTests
{
    [Fact]
    public void Any_histograms_come_back_bit_for_bit() =>
        Gen.Select(Gen.Int, Gen.Int[1, 300], Gen.Int[0, 5]).Sample((seed, count, times) =>
        {
            Histogram[] histograms = HistogramShapes.Series(new Random(seed), count);
            long[] timestamps = Shapes.Timestamps(times, seed, count);
            byte[] chunk = Encoded(timestamps, histograms);
            Assert.Equal(count, HistogramChunk.Count(chunk));
            long[] readTimes = new long[count];
            Histogram[] read = new Histogram[count];
            Assert.Equal(count, HistogramChunk.Decode(chunk, readTimes, read));
            Assert.Equal(timestamps, readTimes);
            Same(histograms, read);
        }, iter: 300);

    [Fact]
    public void Histograms_and_floats_share_a_group_and_its_timestamps()
    {
        Random random = new(4);
        long[] timestamps = Shapes.Timestamps(1, 1, 400);
        Histogram[] histograms = HistogramShapes.Series(random, 400);
        double[] values = Shapes.Values(4, 1, 400);
        long[] starts = [.. Enumerable.Repeat(99L, 400)];
        ChunkGroupEncoder encoder = new();
        encoder.Add(timestamps, values, []);
        encoder.AddHistograms(timestamps, histograms, starts);
        encoder.Add(timestamps, values, []);
        ArrayBufferWriter<byte> buffer = new();
        (int Offset, int Length)[] places = new (int, int)[3];
        encoder.Finish(buffer, places, out int headerLength);
        ChunkGroup group = ChunkGroup.Parse(buffer.WrittenSpan[..headerLength]);
        byte[] chunk = buffer.WrittenSpan.Slice(places[1].Offset, places[1].Length).ToArray();
        Assert.True(group.HoldsHistograms(chunk));
        Assert.False(group.HoldsHistograms(buffer.WrittenSpan.Slice(places[2].Offset, places[2].Length)));
        Histogram[] read = new Histogram[400];
        long[] times = new long[400];
        Assert.Equal(400, group.DecodeHistograms(chunk, times, read));
        Assert.Equal(timestamps, times);
        Same(histograms, read);
        Assert.Equal(400, group.DecodeStarts(chunk, times));
        Assert.Equal(starts, times);
        double[] numbers = new double[400];
        Assert.Equal(400, group.Decode(buffer.WrittenSpan.Slice(places[2].Offset, places[2].Length), times, numbers));
        Assert.Equal(values, numbers);
        Assert.Throws<InvalidDataException>(() => group.Decode(chunk, times, numbers));
    }

    [Fact]
    public void A_steady_histogram_costs_little_more_than_its_moving_buckets()
    {
        HistogramLayout layout = new(3, 1e-128, [new HistogramSpan(-10, 40)], [], []);
        ulong[] counts = new ulong[40];
        Histogram[] histograms = new Histogram[120];
        for (int i = 0; i < histograms.Length; i++)
        {
            counts[7]++;
            histograms[i] = Histogram.OfIntegers(layout, CounterResetHint.Unknown, counts[7], 0, counts[7] * 0.5, counts, []);
        }

        Assert.InRange(Encoded(Shapes.Timestamps(0, 1, 120), histograms).Length, 40, 240);
    }

    [Fact]
    public void Every_truncation_and_every_flipped_bit_decodes_to_the_stated_count_or_is_refused()
    {
        for (int seed = 0; seed < 4; seed++)
        {
            Histogram[] histograms = HistogramShapes.Series(new Random(seed), 12);
            byte[] chunk = Encoded(Shapes.Timestamps(1, seed, 12), histograms);
            Damage.Each(chunk, damaged =>
            {
                int count = HistogramChunk.Count(damaged);
                Assert.InRange(count, 0, Chunk.MaxSamples);
                Histogram[] read = new Histogram[count];
                Assert.Equal(count, HistogramChunk.Decode(damaged, new long[count], read));
                Assert.DoesNotContain(null, read);
            });
        }
    }

    [Fact]
    public void More_counts_than_a_chunk_may_hold_are_told_before_encoding()
    {
        HistogramLayout layout = new(0, 0, [new HistogramSpan(0, HistogramLayout.MaxBuckets)], [], []);
        Histogram histogram = Histogram.OfIntegers(layout, CounterResetHint.Unknown, 0, 0, 0, new ulong[HistogramLayout.MaxBuckets], []);
        Histogram[] histograms = new Histogram[1000];
        Array.Fill(histograms, histogram);
        int fitting = HistogramChunk.Fitting(histograms);
        Assert.InRange(fitting, 400, 600);
        Assert.Throws<ArgumentException>(() => HistogramChunk.Encode(new long[1000], histograms, new byte[100]));
    }

    private static byte[] Encoded(long[] timestamps, Histogram[] histograms)
    {
        byte[] bytes = new byte[HistogramChunk.MaxEncodedBytes(histograms)];
        return bytes[..HistogramChunk.Encode(timestamps, histograms, bytes)];
    }

    private static void Same(Histogram[] expected, Histogram[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(expected[i].SameBits(actual[i]), $"Histogram {i} came back changed.");
        }
    }
}
