using System.Runtime.InteropServices;

namespace Plimsoll.Series.Upgrades.Version1.Chunks;

/// <summary>Decodes what <see cref="ChunkEncoder"/> encoded, a whole chunk at once.</summary>
internal static class ChunkDecoder
{
    /// <summary>Decodes into both spans, each of at least <see cref="ChunkEncoder.MaxSamples"/> or the chunk's count.</summary>
    /// <returns>The chunk's count.</returns>
    /// <exception cref="InvalidDataException">The bytes are no chunk.</exception>
    public static int Decode(ReadOnlySpan<byte> chunk, Span<long> timestampsMs, Span<double> values)
    {
        ByteReader source = new(chunk);
        byte codes = source.Byte();
        int count = Count(ref source, Math.Min(timestampsMs.Length, values.Length));
        DecodeTime((TimeCode)(codes & 15), ref source, timestampsMs[..count]);
        DecodeValues((ValueCode)(codes >> 4), ref source, values[..count]);
        return count;
    }

    /// <summary>True when a sample of the chunk lies in the range; decodes only when the bounds don't say.</summary>
    public static bool Touches(Chunk chunk, TimeRange range) =>
        (chunk.MinMs >= range.MinMs && chunk.MinMs <= range.MaxMs)
        || (chunk.MaxMs >= range.MinMs && chunk.MaxMs <= range.MaxMs)
        || (chunk.Count > 2 && range.Overlaps(chunk.MinMs, chunk.MaxMs) && HasSampleWithin(chunk.Bytes, range));

    /// <summary>True when a sample of the encoded chunk lies in the range.</summary>
    public static bool HasSampleWithin(ReadOnlySpan<byte> chunk, TimeRange range)
    {
        Span<long> timestampsMs = stackalloc long[ChunkEncoder.MaxSamples];
        ByteReader source = new(chunk);
        byte codes = source.Byte();
        int count = Count(ref source, ChunkEncoder.MaxSamples);
        timestampsMs = timestampsMs[..count];
        DecodeTime((TimeCode)(codes & 15), ref source, timestampsMs);
        int first = timestampsMs.BinarySearch(range.MinMs);
        first = first < 0 ? ~first : first;
        return first < count && timestampsMs[first] <= range.MaxMs;
    }

    private static int Count(ref ByteReader source, int most)
    {
        ulong count = source.Varint();
        return count is > 0 and <= ChunkEncoder.MaxSamples && (int)count <= most ? (int)count : throw new InvalidDataException($"A chunk claims {count} samples.");
    }

    private static void DecodeTime(TimeCode code, ref ByteReader source, scoped Span<long> timestampsMs)
    {
        long at = source.Int64();
        long distance = source.Zigzag();
        timestampsMs[0] = at;
        switch (code)
        {
            case TimeCode.Regular:
                for (int i = 1; i < timestampsMs.Length; i++)
                {
                    at = unchecked(at + distance);
                    timestampsMs[i] = at;
                }

                break;
            case TimeCode.DeltaOfDelta when timestampsMs.Length > 2:
                int width = Width(source.Byte());
                BitReader bits = new(source.Bytes(PackedBytes(timestampsMs.Length - 2, width)));
                at = unchecked(at + distance);
                timestampsMs[1] = at;
                for (int i = 2; i < timestampsMs.Length; i++)
                {
                    distance = unchecked(distance + ZigzagCode.Decode(bits.Read(width)));
                    at = unchecked(at + distance);
                    timestampsMs[i] = at;
                }

                break;
            default:
                throw new InvalidDataException($"A chunk has the unknown time code {(int)code}.");
        }
    }

    private static void DecodeValues(ValueCode code, ref ByteReader source, scoped Span<double> values)
    {
        switch (code)
        {
            case ValueCode.Constant:
                values.Fill(BitConverter.Int64BitsToDouble(source.Int64()));
                break;
            case ValueCode.Decimal:
                DecodeDecimal(ref source, values);
                break;
            case ValueCode.Xor:
                DecodeXor(ref source, values);
                break;
            case ValueCode.Raw:
                source.Bytes(8 * values.Length).CopyTo(MemoryMarshal.AsBytes(values));
                break;
            default:
                throw new InvalidDataException($"A chunk has the unknown value code {(int)code}.");
        }
    }

    private static void DecodeDecimal(ref ByteReader source, scoped Span<double> values)
    {
        int exponent = source.Byte();
        if (exponent > ChunkEncoder.MaxExponent)
        {
            throw new InvalidDataException($"A chunk has the decimal exponent {exponent}.");
        }

        double scale = ChunkEncoder.Scale(exponent);
        long mantissa = source.Zigzag();
        long smallest = source.Zigzag();
        int width = Width(source.Byte());
        BitReader bits = new(source.Bytes(PackedBytes(values.Length - 1, width)));
        values[0] = mantissa / scale;
        for (int i = 1; i < values.Length; i++)
        {
            mantissa = unchecked(mantissa + smallest + (long)bits.Read(width));
            values[i] = mantissa / scale;
        }
    }

    private static void DecodeXor(ref ByteReader source, scoped Span<double> values)
    {
        long pattern = source.Int64();
        values[0] = BitConverter.Int64BitsToDouble(pattern);
        BitReader bits = new(source.Rest());
        int low = 0;
        int length = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (bits.Read(1) != 0)
            {
                if (bits.Read(1) != 0)
                {
                    low = (int)bits.Read(6);
                    length = (int)bits.Read(6) + 1;
                }

                pattern ^= (long)(bits.Read(length) << low);
            }

            values[i] = BitConverter.Int64BitsToDouble(pattern);
        }
    }

    private static int Width(byte width) => width <= 64 ? width : throw new InvalidDataException($"A chunk packs {width} bits.");

    private static int PackedBytes(int count, int width) => (int)((((long)count * width) + 7) / 8);
}
