using System.Buffers.Binary;

namespace Plimsoll.Series.Encodings;

/// <summary>The parsed header of a group of chunks: immutable, to be shared between threads and kept in a cache.</summary>
internal sealed class ChunkGroup
{
    private readonly int _lengths;

    private ChunkGroup(int lengths) => _lengths = lengths;

    public static ChunkGroup Parse(ReadOnlySpan<byte> header)
    {
        if (header.Length != 1 || header[0] != 1)
        {
            throw new InvalidDataException("A group's header is none of a known kind.");
        }

        return new ChunkGroup(5);
    }

    /// <returns>How many samples the chunk states.</returns>
    public int CountOf(ReadOnlySpan<byte> chunk) => Chunk.Count(Body(chunk));

    /// <summary>True if the chunk's samples are histograms: they are read with <see cref="DecodeHistograms"/>.</summary>
    public bool HoldsHistograms(ReadOnlySpan<byte> chunk) => chunk.Length >= _lengths && chunk[0] == 1;

    public int Decode(ReadOnlySpan<byte> chunk, Span<long> timestampsMs, Span<double> values) => Chunk.Decode(Body(chunk), timestampsMs, values);

    public int DecodeTimestamps(ReadOnlySpan<byte> chunk, Span<long> timestampsMs) => Chunk.DecodeTimestamps(Body(chunk), timestampsMs);

    /// <returns>As many as there are samples, or 0 if no start is known.</returns>
    public int DecodeStarts(ReadOnlySpan<byte> chunk, Span<long> startTimestampsMs)
    {
        int count = (chunk.Length - 5 - Body(chunk).Length) / 8;
        for (int i = 0; i < count; i++)
        {
            startTimestampsMs[i] = BinaryPrimitives.ReadInt64LittleEndian(chunk[(5 + Body(chunk).Length + (i * 8))..]);
        }

        return count;
    }

    public int DecodeHistograms(ReadOnlySpan<byte> chunk, Span<long> timestampsMs, Span<Histogram> histograms) =>
        throw new InvalidDataException($"The chunk of {Body(chunk).Length} bytes holds no histograms.");

    private ReadOnlySpan<byte> Body(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < _lengths)
        {
            throw new InvalidDataException("A chunk of a group ends within its lengths.");
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(chunk[1..]);
        if (length < 0 || length > chunk.Length - _lengths)
        {
            throw new InvalidDataException("A chunk of a group is shorter than it states.");
        }

        return chunk.Slice(_lengths, length);
    }
}
