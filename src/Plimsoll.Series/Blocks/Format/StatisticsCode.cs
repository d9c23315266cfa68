using Plimsoll.Series.Encodings;

namespace Plimsoll.Series.Blocks;

/// <summary>
/// A chunk's statistics in few bytes: numbers of few decimals become integers, and each is told by its difference to a
/// neighbour, so that a counter's extremes cost a byte.
/// </summary>
internal static class StatisticsCode
{
    private const int MaxDecimals = 9;
    private const byte DecimalsMask = 0x0F;
    private const byte HasResets = 0x10;
    private const byte HasStale = 0x20;
    private const byte IsEmpty = 0x40;

    private static readonly double[] Powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

    public static void Write(ByteWriter to, in ChunkStatistics statistics, int samples)
    {
        int decimals = Decimals(statistics);
        byte flags = (byte)decimals;
        flags |= statistics.Count == 0 ? IsEmpty : (byte)0;
        flags |= statistics.Count < samples ? HasStale : (byte)0;
        flags |= statistics.Resets > 0 ? HasResets : (byte)0;
        to.Byte(flags);
        if (statistics.Count == 0)
        {
            return;
        }

        if (statistics.Count < samples)
        {
            to.Varint((ulong)(samples - statistics.Count));
        }

        long first = WriteValue(to, statistics.First, decimals, 0);
        long last = WriteValue(to, statistics.Last, decimals, first);
        WriteValue(to, statistics.Min, decimals, first);
        WriteValue(to, statistics.Max, decimals, last);
        WriteValue(to, statistics.Sum, decimals, 0);
        if (statistics.Resets > 0)
        {
            to.Varint((ulong)statistics.Resets);
            WriteValue(to, statistics.Increase, decimals, 0);
        }
    }

    public static ChunkStatistics Read(ref ByteReader from, int samples)
    {
        byte flags = from.Byte();
        int decimals = flags & DecimalsMask;
        if (decimals > MaxDecimals)
        {
            throw new InvalidDataException("statistics of a chunk have too many decimals");
        }

        if ((flags & IsEmpty) != 0)
        {
            return ChunkStatistics.Empty;
        }

        int count = (flags & HasStale) == 0 ? samples : samples - (int)Math.Min(from.Varint(), (ulong)samples);
        double first = ReadValue(ref from, decimals, 0, out long firstInteger);
        double last = ReadValue(ref from, decimals, firstInteger, out long lastInteger);
        double min = ReadValue(ref from, decimals, firstInteger, out _);
        double max = ReadValue(ref from, decimals, lastInteger, out _);
        double sum = ReadValue(ref from, decimals, 0, out _);
        int resets = 0;
        double increase = last - first;
        if ((flags & HasResets) != 0)
        {
            resets = (int)Math.Min(from.Varint(), (ulong)samples);
            increase = ReadValue(ref from, decimals, 0, out _);
        }

        return new ChunkStatistics(count, min, max, sum, first, last, increase, resets);
    }

    // The fewest decimals by which all four ends and extremes are integers; zero when there is no such number.
    private static int Decimals(in ChunkStatistics statistics)
    {
        for (int decimals = 0; decimals <= MaxDecimals; decimals++)
        {
            if (TryInteger(statistics.First, decimals, out _) && TryInteger(statistics.Last, decimals, out _)
                && TryInteger(statistics.Min, decimals, out _) && TryInteger(statistics.Max, decimals, out _))
            {
                return decimals;
            }
        }

        return 0;
    }

    private static bool TryInteger(double value, int decimals, out long integer)
    {
        double scaled = Math.Round(value * Powers[decimals]);
        integer = 0;
        if (!(Math.Abs(scaled) <= 1L << 52))
        {
            return false; // Too large, infinite or NaN.
        }

        integer = (long)scaled;
        return BitConverter.DoubleToInt64Bits(integer / Powers[decimals]) == BitConverter.DoubleToInt64Bits(value);
    }

    // The lowest bit says whether an integer or the bits follow. Returns what the next difference is taken to.
    private static long WriteValue(ByteWriter to, double value, int decimals, long reference)
    {
        if (TryInteger(value, decimals, out long integer))
        {
            to.Varint(ZigzagCode.Encode(integer - reference) << 1);
            return integer;
        }

        to.Byte(1);
        to.Int64(BitConverter.DoubleToInt64Bits(value));
        return 0;
    }

    private static double ReadValue(ref ByteReader from, int decimals, long reference, out long integer)
    {
        ulong code = from.Varint();
        integer = 0;
        if ((code & 1) != 0)
        {
            return BitConverter.Int64BitsToDouble(from.Int64());
        }

        integer = unchecked(reference + ZigzagCode.Decode(code >> 1));
        return integer / Powers[decimals];
    }
}
