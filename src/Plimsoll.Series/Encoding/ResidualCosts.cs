using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Plimsoll.Series.Encodings;

/// <summary>The smallest and the greatest residual of each mini-block, and what the packed modes would cost with them.</summary>
internal ref struct ResidualCosts(Span<long> mins, Span<long> maxs, int count)
{
    /// <summary>Residuals that share a width. A power of two, so that a mini-block is whole bytes and whole steps of the unpacker.</summary>
    public const int MiniBlock = 128;

    public const int MaxMiniBlocks = (Chunk.MaxSamples + MiniBlock - 1) / MiniBlock;

    private readonly Span<long> _mins = mins;
    private readonly Span<long> _maxs = maxs;
    private readonly int _count = count;

    public readonly int MiniBlocks => MiniBlocksOf(_count);

    public static int MiniBlocksOf(int count) => (count + MiniBlock - 1) / MiniBlock;

    public readonly long Min
    {
        get
        {
            long min = long.MaxValue;
            foreach (long each in _mins[..MiniBlocks])
            {
                min = Math.Min(min, each);
            }

            return min;
        }
    }

    public readonly long Max
    {
        get
        {
            long max = long.MinValue;
            foreach (long each in _maxs[..MiniBlocks])
            {
                max = Math.Max(max, each);
            }

            return max;
        }
    }

    /// <summary>Residuals that are zero.</summary>
    public int Zeros { get; private init; }

    /// <summary>All bits that are set in any residual.</summary>
    public ulong AnyBits { get; private init; }

    /// <summary>The sum of the residuals' distances from zero, modulo 2^64.</summary>
    public ulong Magnitudes { get; private init; }

    public static ResidualCosts Measure(ReadOnlySpan<long> residuals, Span<long> mins, Span<long> maxs)
    {
        ref long at = ref MemoryMarshal.GetReference(residuals);
        Vector256<long> zeros = Vector256<long>.Zero;
        Vector256<long> any = Vector256<long>.Zero;
        Vector256<long> magnitudes = Vector256<long>.Zero;
        int zero = 0;
        ulong bits = 0;
        ulong magnitude = 0;
        for (int block = 0, i = 0; i < residuals.Length; block++)
        {
            int end = Math.Min(i + MiniBlock, residuals.Length);
            Vector256<long> lows = Vector256.Create(long.MaxValue);
            Vector256<long> highs = Vector256.Create(long.MinValue);
            for (; i <= end - 4; i += 4)
            {
                Vector256<long> four = Vector256.LoadUnsafe(ref at, (nuint)i);
                lows = Vector256.Min(lows, four);
                highs = Vector256.Max(highs, four);
                zeros -= Vector256.Equals(four, Vector256<long>.Zero);
                any |= four;
                Vector256<long> signs = Vector256.LessThan(four, Vector256<long>.Zero);
                magnitudes += (four ^ signs) - signs;
            }

            long min = Least(lows);
            long max = Greatest(highs);
            for (; i < end; i++)
            {
                long residual = residuals[i];
                min = Math.Min(min, residual);
                max = Math.Max(max, residual);
                zero += residual == 0 ? 1 : 0;
                bits |= (ulong)residual;
                magnitude += (ulong)(residual < 0 ? -residual : residual);
            }

            mins[block] = min;
            maxs[block] = max;
        }

        return new ResidualCosts(mins, maxs, residuals.Length)
        {
            Zeros = zero + (int)Vector256.Sum(zeros),
            AnyBits = bits | (ulong)(any[0] | any[1] | any[2] | any[3]),
            Magnitudes = magnitude + (ulong)Vector256.Sum(magnitudes),
        };
    }

    public static long Least(Vector256<long> four) => Math.Min(Math.Min(four[0], four[1]), Math.Min(four[2], four[3]));

    public static long Greatest(Vector256<long> four) => Math.Max(Math.Max(four[0], four[1]), Math.Max(four[2], four[3]));

    /// <summary>The cheapest of the packed modes and what it costs in bits.</summary>
    public readonly (ResidualMode Mode, long Bits) Best()
    {
        Span<byte> widths = stackalloc byte[MaxMiniBlocks];
        long shared = WidthBits(widths, SharedWidths(widths));
        long centred = WidthBits(widths, CentredWidths(widths));
        long own = WidthBits(widths, OwnWidths(widths));
        for (int block = 0; block < MiniBlocks; block++)
        {
            own += 8 * VarintBytes(_mins[block]);
        }

        shared += 8 * VarintBytes(Min);
        return shared <= centred && shared <= own ? (ResidualMode.SharedBase, shared)
            : centred <= own ? (ResidualMode.Centred, centred)
            : (ResidualMode.OwnBase, own);
    }

    /// <returns>The greatest width.</returns>
    public readonly int SharedWidths(Span<byte> widths)
    {
        long min = Min;
        int widest = 0;
        for (int block = 0; block < MiniBlocks; block++)
        {
            widths[block] = (byte)BitPacking.WidthOf((ulong)(_maxs[block] - min));
            widest = Math.Max(widest, widths[block]);
        }

        return widest;
    }

    public readonly int CentredWidths(Span<byte> widths)
    {
        int widest = 0;
        for (int block = 0; block < MiniBlocks; block++)
        {
            widths[block] = (byte)SignedWidth(_mins[block], _maxs[block]);
            widest = Math.Max(widest, widths[block]);
        }

        return widest;
    }

    public readonly int OwnWidths(Span<byte> widths)
    {
        int widest = 0;
        for (int block = 0; block < MiniBlocks; block++)
        {
            widths[block] = (byte)BitPacking.WidthOf((ulong)(_maxs[block] - _mins[block]));
            widest = Math.Max(widest, widths[block]);
        }

        return widest;
    }

    /// <summary>What numbers of these widths cost, or of the greatest width throughout if that is cheaper.</summary>
    public readonly long WidthBits(ReadOnlySpan<byte> widths, int widest)
    {
        long uniform = 8 + ((long)widest * _count);
        return Math.Min(uniform, OwnWidthBits(widths));
    }

    /// <summary>True if one width for all costs no more than a width for each.</summary>
    public readonly bool UniformPays(ReadOnlySpan<byte> widths, int widest) => 8 + ((long)widest * _count) <= OwnWidthBits(widths);

    public readonly long BlockMin(int block) => _mins[block];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SignedWidth(long min, long max)
    {
        if ((min | max) == 0)
        {
            return 0;
        }

        return BitPacking.WidthOf((ulong)((min ^ (min >> 63)) | (max ^ (max >> 63)))) + 1;
    }

    private static int VarintBytes(long value) => (BitPacking.WidthOf((ulong)((value << 1) ^ (value >> 63)) | 1) + 6) / 7;

    private readonly long OwnWidthBits(ReadOnlySpan<byte> widths)
    {
        long bits = 8L * MiniBlocks;
        for (int block = 0; block < MiniBlocks; block++)
        {
            bits += (long)widths[block] * Math.Min(MiniBlock, _count - (block * MiniBlock));
        }

        return bits;
    }
}
