using System.Buffers;
using CsCheck;
using Plimsoll.Series.Encodings;
using Plimsoll.Series.Tests.Histograms;
using Xunit;

namespace Plimsoll.Series.Tests.Encodings;

/// <summary>Sound bytes with several bytes changed, cut out or put in: closer to the decoders' hearts than random bytes are.</summary>
public sealed class MutationTests
{
    [Fact]
    public void A_changed_chunk_is_read_or_refused() =>
        Gen.Int.Sample(seed =>
        {
            Random random = new(seed);
            int count = random.Next(1, 200);
            byte[] chunk = new byte[Chunk.MaxEncodedBytes(count)];
            int length = Chunk.Encode(
                Shapes.Timestamps(random.Next(6), seed, count), Shapes.Values(random.Next(Shapes.ValueShapes), seed, count), chunk);
            Refused(() =>
            {
                byte[] changed = Changed(random, chunk[..length]);
                int stated = Chunk.Count(changed);
                Assert.Equal(stated, Chunk.Decode(changed, new long[stated], new double[stated]));
            });
        }, iter: 10_000);

    [Fact]
    public void A_changed_group_is_read_or_refused() =>
        Gen.Int.Sample(seed =>
        {
            Random random = new(seed);
            ChunkGroupEncoder encoder = new();
            int shape = random.Next(Shapes.ValueShapes);
            long[] timestamps = Shapes.Timestamps(random.Next(3), seed, 300);
            (int Offset, int Length)[] places = new (int, int)[random.Next(1, 10)];
            for (int i = 0; i < places.Length; i++)
            {
                int from = random.Next(200);
                encoder.Add(timestamps.AsSpan(from), Shapes.Values(shape, seed, 300 - from), random.Next(4) == 0 ? timestamps.AsSpan(from) : []);
            }

            ArrayBufferWriter<byte> buffer = new();
            encoder.Finish(buffer, places, out int headerLength);
            byte[] header = buffer.WrittenSpan[..headerLength].ToArray();
            Refused(() =>
            {
                ChunkGroup group = ChunkGroup.Parse(random.Next(2) == 0 ? header : Changed(random, header));
                foreach ((int offset, int length) in places)
                {
                    byte[] chunk = Changed(random, buffer.WrittenSpan.Slice(offset, length).ToArray());
                    Refused(() =>
                    {
                        int stated = group.CountOf(chunk);
                        group.DecodeStarts(chunk, new long[stated]);
                        Assert.Equal(stated, group.Decode(chunk, new long[stated], new double[stated]));
                    });
                }
            });
        }, iter: 1_500);

    [Fact]
    public void A_changed_chunk_of_histograms_is_read_or_refused() =>
        Gen.Int.Sample(seed =>
        {
            Random random = new(seed);
            Histogram[] histograms = HistogramShapes.Series(random, random.Next(1, 30));
            byte[] chunk = new byte[HistogramChunk.MaxEncodedBytes(histograms)];
            int length = HistogramChunk.Encode(Shapes.Timestamps(random.Next(6), seed, histograms.Length), histograms, chunk);
            Refused(() =>
            {
                byte[] changed = Changed(random, chunk[..length]);
                int stated = HistogramChunk.Count(changed);
                Assert.Equal(stated, HistogramChunk.Decode(changed, new long[stated], new Histogram[stated]));
            });
        }, iter: 3_000);

    private static byte[] Changed(Random random, byte[] bytes)
    {
        List<byte> changed = [.. bytes];
        for (int i = random.Next(1, 4); i > 0 && changed.Count > 0; i--)
        {
            // The first bytes say what all others mean, so they are hit more often.
            int at = random.Next(random.Next(2) == 0 ? Math.Min(12, changed.Count) : changed.Count);
            switch (random.Next(4))
            {
                case 0:
                    changed.RemoveAt(at);
                    break;
                case 1:
                    changed.Insert(at, (byte)random.Next(256));
                    break;
                default:
                    changed[at] = random.Next(3) == 0 ? (byte)255 : (byte)random.Next(256);
                    break;
            }
        }

        return [.. changed];
    }

    private static void Refused(Action read)
    {
        try
        {
            read();
        }
        catch (InvalidDataException)
        {
            return;
        }
    }
}
