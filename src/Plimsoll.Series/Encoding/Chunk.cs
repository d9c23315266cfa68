using System.Runtime.CompilerServices;

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
    public static int MaxEncodedBytes(int count) => 16 + TimestampColumn.MaxBytes(count) + FloatColumn.MaxBytes(count);

    /// <param name="timestampsMs">Strictly ascending.</param>
    /// <returns>Bytes written.</returns>
    [SkipLocalsInit]
    public static int Encode(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values, Span<byte> destination)
    {
        if (timestampsMs.Length != values.Length || timestampsMs.Length > MaxSamples)
        {
            throw new ArgumentException($"{timestampsMs.Length} timestamps and {values.Length} values make no chunk.");
        }

        ByteSink sink = new(destination);
        sink.Varint((ulong)values.Length);
        if (values.Length == 0)
        {
            return sink.Length;
        }

        Span<long> scratch = stackalloc long[MaxSamples];
        scratch = scratch[..values.Length];
        int lengthAt = sink.Length;
        sink.Advance(sizeof(ushort));
        TimestampColumn.Write(timestampsMs, scratch, ref sink);
        int length = sink.Length - lengthAt - sizeof(ushort);
        (sink[lengthAt], sink[lengthAt + 1]) = ((byte)length, (byte)(length >> 8));
        FloatColumn.Write(values, scratch, ref sink);
        return sink.Length;
    }

    /// <returns>How many samples the chunk states; the spans of the other methods must hold that many.</returns>
    public static int Count(ReadOnlySpan<byte> chunk)
    {
        ByteSource source = new(chunk);
        return Count(ref source);
    }

    /// <returns>How many samples were decoded.</returns>
    public static int Decode(ReadOnlySpan<byte> chunk, Span<long> timestampsMs, Span<double> values)
    {
        int count = Split(chunk, out ReadOnlySpan<byte> ofTimestamps, out ReadOnlySpan<byte> ofValues);
        ReadTimestamps(ofTimestamps, timestampsMs[..count]);
        ReadValues(ofValues, values[..count]);
        return count;
    }

    /// <returns>How many timestamps were decoded.</returns>
    public static int DecodeTimestamps(ReadOnlySpan<byte> chunk, Span<long> timestampsMs)
    {
        int count = Split(chunk, out ReadOnlySpan<byte> ofTimestamps, out _);
        ReadTimestamps(ofTimestamps, timestampsMs[..count]);
        return count;
    }

    /// <returns>How many values were decoded.</returns>
    public static int DecodeValues(ReadOnlySpan<byte> chunk, Span<double> values)
    {
        int count = Split(chunk, out _, out ReadOnlySpan<byte> ofValues);
        ReadValues(ofValues, values[..count]);
        return count;
    }

    private static int Count(ref ByteSource source) => source.Varint(MaxSamples, "The number of samples of a chunk");

    private static int Split(ReadOnlySpan<byte> chunk, out ReadOnlySpan<byte> timestamps, out ReadOnlySpan<byte> values)
    {
        ByteSource source = new(chunk);
        int count = Count(ref source);
        timestamps = [];
        if (count > 0)
        {
            int length = source.Byte();
            timestamps = source.Bytes(length | (source.Byte() << 8));
        }

        values = source.Rest;
        return count;
    }

    private static void ReadTimestamps(ReadOnlySpan<byte> column, Span<long> timestampsMs)
    {
        ByteSource source = new(column);
        if (timestampsMs.Length > 0)
        {
            TimestampColumn.Read(ref source, timestampsMs);
        }

        source.ExpectEnd();
    }

    private static void ReadValues(ReadOnlySpan<byte> column, Span<double> values)
    {
        ByteSource source = new(column);
        if (values.Length > 0)
        {
            FloatColumn.Read(ref source, values, []);
        }

        source.ExpectEnd();
    }
}
