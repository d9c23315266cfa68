using System.Buffers;
using Plimsoll.Series.Encodings;
using Plimsoll.Series.Tests.Histograms;
using Xunit;

namespace Plimsoll.Series.Tests.Encodings;

/// <summary>
/// The bytes themselves: what was written once must be read for ever, on every processor. A change here is a change of the format,
/// and needs a new number in the group's first byte.
/// </summary>
public sealed class FormatTests
{
    [Fact]
    public void A_chunk_lies_as_documented()
    {
        byte[] bytes = new byte[Chunk.MaxEncodedBytes(4)];
        int length = Chunk.Encode([1000, 2000, 3000, 4000], [0.5, 1.5, 0.5, 3.5], bytes);

        // 4 samples; 5 bytes of regular timestamps from 1000 by 1000; tenths: first 5, order 1, centred, divisor 10, one width: 3 bits of 1, −1 and 3, each + 4.
        Assert.Equal("040500" + "02" + "D00F" + "D00F" + "01" + "69" + "0A" + "400A" + "03" + "DD01", Convert.ToHexString(bytes.AsSpan(0, length)));
    }

    [Fact]
    public void Chunks_and_groups_are_the_same_bytes_everywhere()
    {
        Assert.Equal(2727295956u, Sum(Chunks()));
        Assert.Equal(2839978724u, Sum(Group()));
    }

    private static uint Sum(byte[] bytes) => Checksum.Of(bytes);

    private static byte[] Chunks()
    {
        ArrayBufferWriter<byte> buffer = new();
        for (int shape = 0; shape < Shapes.ValueShapes; shape++)
        {
            // Shapes that call the sine or the power of the platform's library are not the same on every one.
            if (shape is 5 or 14)
            {
                continue;
            }

            Span<byte> chunk = buffer.GetSpan(Chunk.MaxEncodedBytes(333));
            buffer.Advance(Chunk.Encode(Shapes.Timestamps(shape % 6, shape, 333), Shapes.Values(shape, shape, 333), chunk));
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Group()
    {
        ChunkGroupEncoder encoder = new();
        for (int i = 0; i < 40; i++)
        {
            int shape = i % Shapes.ValueShapes is 5 or 14 ? 1 : i % Shapes.ValueShapes;
            encoder.Add(Shapes.Timestamps(i % 3, 1, 700), Shapes.Values(shape, i / 16 * 16, 700), []);
        }

        Random random = new(5);
        encoder.AddHistograms(Shapes.Timestamps(1, 1, 300), HistogramShapes.Series(random, 300), []);
        ArrayBufferWriter<byte> buffer = new();
        encoder.Finish(buffer, new (int, int)[41], out _);
        return buffer.WrittenSpan.ToArray();
    }
}
