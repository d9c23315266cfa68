using System.Numerics;
using System.Runtime.InteropServices;

namespace Plimsoll.Series.Upgrades.Version1.Chunks;

/// <summary>How the timestamps of a chunk are kept: the low four bits of its first byte.</summary>
internal enum TimeCode
{
    /// <summary>One distance holds for all.</summary>
    Regular = 0,

    /// <summary>The changes of the distance, packed.</summary>
    DeltaOfDelta = 1,
}

/// <summary>How the values of a chunk are kept: the high four bits of its first byte.</summary>
internal enum ValueCode
{
    /// <summary>All have the same bits.</summary>
    Constant = 0,

    /// <summary>Integers over a power of ten; their differences less the smallest, packed.</summary>
    Decimal = 1,

    /// <summary>Exclusive or with the value before, without its zeros at either end (the scheme of Facebook's Gorilla, VLDB 2015).</summary>
    Xor = 2,

    /// <summary>Eight bytes each.</summary>
    Raw = 3,
}

/// <summary>Encodes up to <see cref="MaxSamples"/> samples of one series so that every bit comes back. The layout is in docs/formats/series-v1.md.</summary>
internal static class ChunkEncoder
{
    public const int MaxSamples = SampleBlock.PreferredSpan;

    /// <summary>Decimal exponents that are tried: beyond, a value is rarely a decimal that somebody wrote.</summary>
    public const int MaxExponent = 9;

    private const long MaxMantissa = 1L << 53;

    // A packed difference this narrow is taken without trying the exclusive-or code beside it.
    private const int NarrowBits = 24;

    private static readonly double[] Scales = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

    public static double Scale(int exponent) => Scales[exponent];

    public static Chunk Encode(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values, ByteWriter scratch)
    {
        ArgumentOutOfRangeException.ThrowIfZero(timestampsMs.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timestampsMs.Length, MaxSamples);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, timestampsMs.Length);
        scratch.Clear();
        scratch.Byte(0);
        scratch.Varint((ulong)timestampsMs.Length);
        TimeCode time = EncodeTime(timestampsMs, scratch);
        ValueCode value = EncodeValues(values, scratch);
        scratch.At(0, 1)[0] = (byte)((int)time | ((int)value << 4));
        return new Chunk(scratch.Written.ToArray(), timestampsMs.Length, timestampsMs[0], timestampsMs[^1]);
    }

    private static TimeCode EncodeTime(ReadOnlySpan<long> timestampsMs, ByteWriter target)
    {
        // Differences wrap around, and wrap back in the decoder: any timestamps survive.
        target.Int64(timestampsMs[0]);
        long distance = timestampsMs.Length > 1 ? unchecked(timestampsMs[1] - timestampsMs[0]) : 0;
        target.Zigzag(distance);
        ulong all = 0;
        long before = distance;
        for (int i = 2; i < timestampsMs.Length; i++)
        {
            long next = unchecked(timestampsMs[i] - timestampsMs[i - 1]);
            all |= ZigzagCode.Encode(unchecked(next - before));
            before = next;
        }

        if (all == 0)
        {
            return TimeCode.Regular;
        }

        int width = 64 - BitOperations.LeadingZeroCount(all);
        target.Byte((byte)width);
        BitWriter bits = new(target.Reserve((width * timestampsMs.Length / 8) + 16));
        before = distance;
        for (int i = 2; i < timestampsMs.Length; i++)
        {
            long next = unchecked(timestampsMs[i] - timestampsMs[i - 1]);
            bits.Write(ZigzagCode.Encode(unchecked(next - before)), width);
            before = next;
        }

        target.Advance(bits.Finish());
        return TimeCode.DeltaOfDelta;
    }

    private static ValueCode EncodeValues(ReadOnlySpan<double> values, ByteWriter target)
    {
        ReadOnlySpan<long> patterns = MemoryMarshal.Cast<double, long>(values);
        if (!patterns.ContainsAnyExcept(patterns[0]))
        {
            target.Int64(patterns[0]);
            return ValueCode.Constant;
        }

        int start = target.Length;
        if (TryEncodeDecimal(values, target, out int width) && width <= NarrowBits)
        {
            return ValueCode.Decimal;
        }

        int decimalEnd = target.Length;
        EncodeXor(patterns, target);
        int xorLength = target.Length - decimalEnd;
        int decimalLength = decimalEnd == start ? int.MaxValue : decimalEnd - start;
        if (decimalLength <= xorLength && decimalLength < 8 * values.Length)
        {
            target.Truncate(decimalEnd);
            return ValueCode.Decimal;
        }

        if (xorLength < 8 * values.Length)
        {
            target.At(decimalEnd, xorLength).CopyTo(target.At(start, xorLength));
            target.Truncate(start + xorLength);
            return ValueCode.Xor;
        }

        target.Truncate(start);
        target.Bytes(MemoryMarshal.AsBytes(values));
        return ValueCode.Raw;
    }

    private static bool TryEncodeDecimal(ReadOnlySpan<double> values, ByteWriter target, out int width)
    {
        Span<long> mantissas = stackalloc long[values.Length];
        width = 64;
        if (!TryMantissas(values, mantissas, out int exponent))
        {
            return false;
        }

        long smallest = long.MaxValue;
        long largest = long.MinValue;
        for (int i = 1; i < mantissas.Length; i++)
        {
            long difference = mantissas[i] - mantissas[i - 1];
            smallest = Math.Min(smallest, difference);
            largest = Math.Max(largest, difference);
        }

        width = 64 - BitOperations.LeadingZeroCount((ulong)(largest - smallest));
        target.Byte((byte)exponent);
        target.Zigzag(mantissas[0]);
        target.Zigzag(smallest);
        target.Byte((byte)width);
        BitWriter bits = new(target.Reserve((width * mantissas.Length / 8) + 16));
        for (int i = 1; i < mantissas.Length; i++)
        {
            bits.Write((ulong)(mantissas[i] - mantissas[i - 1] - smallest), width);
        }

        target.Advance(bits.Finish());
        return true;
    }

    // What the decoder will compute (mantissa / scale) is computed here and compared bit by bit: no value is taken on trust.
    private static bool TryMantissas(ReadOnlySpan<double> values, Span<long> mantissas, out int exponent)
    {
        exponent = 0;
        for (int i = 0; i < values.Length; i++)
        {
            while (!TryMantissa(values[i], Scales[exponent], out mantissas[i]))
            {
                if (++exponent > MaxExponent)
                {
                    return false;
                }
            }
        }

        // The exponent grew on the way: values before need it too.
        for (int i = 0; i < values.Length && exponent > 0; i++)
        {
            if (!TryMantissa(values[i], Scales[exponent], out mantissas[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryMantissa(double value, double scale, out long mantissa)
    {
        double scaled = Math.Round(value * scale);
        if (!(Math.Abs(scaled) < MaxMantissa))
        {
            mantissa = 0;
            return false;
        }

        mantissa = (long)scaled;
        return BitConverter.DoubleToInt64Bits(mantissa / scale) == BitConverter.DoubleToInt64Bits(value);
    }

    private static void EncodeXor(ReadOnlySpan<long> patterns, ByteWriter target)
    {
        target.Int64(patterns[0]);
        BitWriter bits = new(target.Reserve((patterns.Length * 10) + 16));
        int low = 0;
        int length = 0;
        for (int i = 1; i < patterns.Length; i++)
        {
            ulong difference = (ulong)(patterns[i] ^ patterns[i - 1]);
            if (difference == 0)
            {
                bits.Write(0, 1);
                continue;
            }

            int trailing = BitOperations.TrailingZeroCount(difference);
            int top = 64 - BitOperations.LeadingZeroCount(difference);
            if (length > 0 && trailing >= low && top <= low + length)
            {
                bits.Write(0b01, 2);
            }
            else
            {
                low = trailing;
                length = top - trailing;
                bits.Write(0b11UL | ((ulong)low << 2) | ((ulong)(length - 1) << 8), 14);
            }

            bits.Write(difference >> low, length);
        }

        target.Advance(bits.Finish());
    }
}
