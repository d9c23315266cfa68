using System.Buffers;
using System.Runtime.InteropServices;
using CsCheck;
using Plimsoll.Series.Encodings;
using Xunit;

namespace Plimsoll.Series.Tests.Encodings;

public sealed class ChunkGroupTests
{
    private static readonly Gen<int> s_seeds = Gen.Int;
    private static readonly int[] s_damagedShapes = [1, 2, 4, 9];

    [Fact]
    public void Any_group_comes_back_bit_for_bit() =>
        s_seeds.Sample(
            seed =>
            {
                Random random = new(seed);
                List<Chunked> chunks = [];
                int count = random.Next(1, 20);
                int most = random.Next(4) == 0 ? Chunk.MaxSamples : 300;
                for (int i = 0; i < count; i++)
                {
                    chunks.Add(Any(random, most));
                }

                RoundTrip(chunks);
            },
            iter: 400);

    [Fact]
    public void Series_of_one_kind_share_a_table_and_come_back_bit_for_bit()
    {
        ChunkGroupEncoder encoder = new();
        for (int shape = 0; shape < Shapes.ValueShapes; shape++)
        {
            List<Chunked> chunks = [];
            long[] timestamps = Shapes.Timestamps(1, shape, 1500);
            for (int i = 0; i < ChunkGroupEncoder.MaxChunks; i++)
            {
                chunks.Add(new Chunked(timestamps, Shapes.Values(shape, (shape * 1000) + (i / 4), 1500), []));
            }

            RoundTrip(chunks, encoder);
        }
    }

    [Fact]
    public void A_part_of_longer_timestamps_costs_no_timestamps_of_its_own()
    {
        long[] jittered = Shapes.Timestamps(1, 5, 2000);
        double[] values = new double[2000];
        int alone = Encoded([new Chunked(jittered, values, [])], new ChunkGroupEncoder()).Bytes.Length;
        List<Chunked> chunks = [new(jittered[500..1500], values[..1000], []), new(jittered, values, []), new(jittered[1..], values[1..], [])];
        RoundTrip(chunks);
        Assert.InRange(Encoded(chunks, new ChunkGroupEncoder()).Bytes.Length, alone, alone + 40);
    }

    [Fact]
    public void Regular_timestamps_and_a_constant_cost_a_few_bytes_a_series()
    {
        long[] timestamps = Shapes.Timestamps(0, 5, 2880);
        List<Chunked> chunks = [.. Enumerable.Range(0, 64).Select(_ => new Chunked(timestamps, new double[2880], []))];
        Assert.InRange(Encoded(chunks, new ChunkGroupEncoder()).Bytes.Length, 64, 64 * 8);
    }

    [Fact]
    public void Start_timestamps_are_kept_in_runs_and_zero_throughout_means_unknown()
    {
        long[] timestamps = Shapes.Timestamps(0, 1, 1000);
        long[] starts = [.. Enumerable.Repeat(17L, 600), .. Enumerable.Repeat(1_700_000_000_000L, 400)];
        List<Chunked> chunks = [new(timestamps, new double[1000], starts), new(timestamps, new double[1000], [])];
        RoundTrip(chunks);
        EncodedGroup encoded = Encoded([new Chunked(timestamps, new double[1000], new long[1000])], new ChunkGroupEncoder());
        Assert.Equal(0, ChunkGroup.Parse(encoded.Header).DecodeStarts(encoded.Chunk(0), new long[1000]));
    }

    [Fact]
    public void A_full_group_says_so()
    {
        ChunkGroupEncoder encoder = new();
        for (int i = 0; i < ChunkGroupEncoder.MaxChunks; i++)
        {
            Assert.False(encoder.IsFull);
            encoder.Add([1, 2], [1, 2], []);
        }

        Assert.True(encoder.IsFull);
        Assert.Throws<InvalidOperationException>(() => encoder.Add([1, 2], [1, 2], []));
    }

    [Fact]
    public void Every_truncation_and_every_flipped_bit_decodes_to_the_stated_count_or_is_refused()
    {
        List<Chunked> chunks = [];
        long[] jittered = Shapes.Timestamps(1, 3, 200);
        for (int i = 0; i < 24; i++)
        {
            int shape = s_damagedShapes[i % 4];
            chunks.Add(new Chunked(jittered, Shapes.Values(shape, i / 4 * 4, 200), i == 3 ? [.. Enumerable.Repeat(5L, 200)] : []));
        }

        chunks.Add(new Chunked(jittered[20..120], Shapes.Values(5, 1, 100), []));
        EncodedGroup encoded = Encoded(chunks, new ChunkGroupEncoder());
        ChunkGroup sound = ChunkGroup.Parse(encoded.Header);
        for (int i = 0; i < chunks.Count; i += 3)
        {
            Damage.Each(encoded.Chunk(i).ToArray(), damaged => Read(sound, damaged));
        }

        Damage.Each(encoded.Header.ToArray(), damaged =>
        {
            ChunkGroup group = ChunkGroup.Parse(damaged);
            for (int i = 0; i < chunks.Count; i++)
            {
                try
                {
                    Read(group, encoded.Chunk(i));
                }
                catch (InvalidDataException)
                {
                    continue;
                }
            }
        });
    }

    [Fact]
    public void Random_bytes_are_read_or_refused() =>
        Gen.Select(Gen.Byte.Array[0, 60], Gen.Byte.Array[0, 120], Gen.Int[0, 4]).Sample((header, chunk, changes) =>
        {
            try
            {
                Read(ChunkGroup.Parse(header), chunk);
            }
            catch (InvalidDataException)
            {
                return;
            }
        }, iter: 20_000);

    private static void Read(ChunkGroup group, ReadOnlySpan<byte> chunk)
    {
        int count = group.CountOf(chunk);
        Assert.InRange(count, 0, Chunk.MaxSamples);
        long[] starts = new long[count];
        Assert.Contains(group.DecodeStarts(chunk, starts), (int[])[0, count]);
        Assert.Equal(count, group.Decode(chunk, new long[count], new double[count]));
    }

    private static Chunked Any(Random random, int most)
    {
        int count = random.Next(1, most + 1);
        long[] timestamps = Shapes.Timestamps(random.Next(6), random.Next(3), count);
        double[] values = Shapes.Values(random.Next(Shapes.ValueShapes), random.Next(), count);
        long[] starts = random.Next(3) > 0 ? [] : [.. Enumerable.Range(0, count).Select(i => i / 7 * random.NextInt64(long.MinValue / 4096, long.MaxValue / 4096))];
        return new Chunked(timestamps, values, starts);
    }

    private static void RoundTrip(List<Chunked> chunks, ChunkGroupEncoder? encoder = null)
    {
        EncodedGroup encoded = Encoded(chunks, encoder ?? new ChunkGroupEncoder());
        ChunkGroup group = ChunkGroup.Parse(encoded.Header);
        for (int i = 0; i < chunks.Count; i++)
        {
            Chunked chunk = chunks[i];
            int count = chunk.Values.Length;
            long[] timestamps = new long[count];
            double[] values = new double[count];
            long[] starts = new long[count];
            Assert.Equal(count, group.CountOf(encoded.Chunk(i)));
            Assert.Equal(count, group.Decode(encoded.Chunk(i), timestamps, values));
            Assert.True(chunk.TimestampsMs.AsSpan().SequenceEqual(timestamps));
            Assert.True(MemoryMarshal.Cast<double, long>(chunk.Values).SequenceEqual(MemoryMarshal.Cast<double, long>(values)));
            int known = group.DecodeStarts(encoded.Chunk(i), starts);
            Assert.True(chunk.Starts.AsSpan().IndexOfAnyExcept(0) < 0 ? known == 0 : chunk.Starts.AsSpan().SequenceEqual(starts));
            Assert.Equal(count, group.DecodeTimestamps(encoded.Chunk(i), timestamps));
            Assert.Equal(count, group.DecodeValues(encoded.Chunk(i), values));
        }
    }

    private static EncodedGroup Encoded(List<Chunked> chunks, ChunkGroupEncoder encoder)
    {
        foreach (Chunked chunk in chunks)
        {
            encoder.Add(chunk.TimestampsMs, chunk.Values, chunk.Starts);
        }

        Assert.Equal(chunks.Count, encoder.Count);
        ArrayBufferWriter<byte> buffer = new();
        (int Offset, int Length)[] places = new (int, int)[chunks.Count];
        encoder.Finish(buffer, places, out int headerLength);
        Assert.Equal(0, encoder.Count);
        Assert.Equal(buffer.WrittenCount, places[^1].Offset + places[^1].Length);
        return new EncodedGroup(buffer.WrittenSpan.ToArray(), headerLength, places);
    }

    private sealed record Chunked(long[] TimestampsMs, double[] Values, long[] Starts);

    private sealed record EncodedGroup(byte[] Bytes, int HeaderLength, (int Offset, int Length)[] Places)
    {
        public ReadOnlySpan<byte> Header => Bytes.AsSpan(0, HeaderLength);

        public ReadOnlySpan<byte> Chunk(int i) => Bytes.AsSpan(Places[i].Offset, Places[i].Length);
    }
}
