using System.Buffers.Binary;

namespace Plimsoll.Series.Encodings;

/// <summary>
/// A stretch of one series' float samples as bytes that need nothing else to be read: what the head seals and an import writes.
/// </summary>
/// <remarks>
/// Every bit of every value survives. A chunk carries no checksum: whoever stores it does, so a damaged chunk either decodes to
/// as many samples as it states or throws <see cref="InvalidDataException"/>, never anything worse.
/// </remarks>
internal static class Chunk
{
    /// <summary>More would need more scratch space than a decoder should take from its stack.</summary>
    public const int MaxSamples = 4096;

    /// <summary>Bytes that <see cref="Encode"/> may need for so many samples.</summary>
    public static int MaxEncodedBytes(int count) => 96 + (count * 18);

    /// <param name="timestampsMs">Strictly ascending.</param>
    /// <returns>Bytes written.</returns>
    public static int Encode(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values, Span<byte> destination)
    {
        if (timestampsMs.Length != values.Length || timestampsMs.Length > MaxSamples)
        {
            throw new ArgumentException($"{timestampsMs.Length} timestamps and {values.Length} values make no chunk.");
        }

        BinaryPrimitives.WriteInt32LittleEndian(destination, values.Length);
        int at = 4;
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(destination[at..], timestampsMs[i]);
            BinaryPrimitives.WriteDoubleLittleEndian(destination[(at + 8)..], values[i]);
            at += 16;
        }

        return at;
    }

    /// <returns>How many samples the chunk states; both spans of the other methods must hold that many.</returns>
    public static int Count(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < 4)
        {
            throw new InvalidDataException("A chunk ends within its count.");
        }

        int count = BinaryPrimitives.ReadInt32LittleEndian(chunk);
        if (count < 0 || count > MaxSamples || chunk.Length != 4 + (count * 16))
        {
            throw new InvalidDataException($"A chunk of {chunk.Length} bytes states {count} samples.");
        }

        return count;
    }

    public static int Decode(ReadOnlySpan<byte> chunk, Span<long> timestampsMs, Span<double> values)
    {
        int count = DecodeTimestamps(chunk, timestampsMs);
        DecodeValues(chunk, values);
        return count;
    }

    public static int DecodeTimestamps(ReadOnlySpan<byte> chunk, Span<long> timestampsMs)
    {
        int count = Count(chunk);
        for (int i = 0; i < count; i++)
        {
            timestampsMs[i] = BinaryPrimitives.ReadInt64LittleEndian(chunk[(4 + (i * 16))..]);
        }

        return count;
    }

    public static int DecodeValues(ReadOnlySpan<byte> chunk, Span<double> values)
    {
        int count = Count(chunk);
        for (int i = 0; i < count; i++)
        {
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(chunk[(12 + (i * 16))..]);
        }

        return count;
    }
}
