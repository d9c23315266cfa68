using System.Numerics;
using System.Runtime.CompilerServices;

namespace Plimsoll.Series.Encodings;

/// <summary>
/// A column of whole numbers: a prefix (what <see cref="ResidualPlanner"/> took out) and the residuals in one of the
/// <see cref="ResidualMode"/>s. How many numbers there are is known from elsewhere. All arithmetic wraps, so every column survives.
/// </summary>
internal static class IntegerColumn
{
    internal const int HasDivisor = 0x20;
    internal const int UniformWidth = 0x40;
    internal const int HasOutliers = 0x80;

    /// <summary>In the divisor's byte: no power of two, a varint follows.</summary>
    internal const byte AnyDivisor = 64;

    private const int OrderMask = 0x03;
    private const int ModeShift = 2;

    /// <summary>Bytes that a column of so many numbers may need; packing never beats the plain numbers by being longer.</summary>
    public static int MaxBytes(int count) => 64 + (count * 8) + (count / 4);

    /// <summary>Plans and writes a column without entropy coding.</summary>
    /// <param name="numbers">At least one; destroyed.</param>
    public static void Write(scoped Span<long> numbers, ref ByteSink sink) =>
        WriteResiduals(ResidualPlanner.Plan(numbers, ref sink), numbers[1..], ref sink);

    /// <summary>Writes the residuals of a plan whose prefix is in the sink already, and completes the column's first byte.</summary>
    [SkipLocalsInit]
    public static void WriteResiduals(ResidualPlan plan, scoped Span<long> residuals, ref ByteSink sink)
    {
        sink[plan.HeadAt] |= (byte)((int)plan.Mode << ModeShift);
        switch (plan.Mode)
        {
            case ResidualMode.Constant:
                sink.Zigzag(plan.Min);
                break;
            case ResidualMode.Sparse:
                WriteSparse(plan, residuals, ref sink);
                break;
            case ResidualMode.SharedBase or ResidualMode.Centred or ResidualMode.OwnBase:
                WritePacked(plan.HeadAt, plan.Mode, residuals, ref sink);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(plan), plan.Mode, "Entropy coded residuals are written with their table.");
        }
    }

    /// <summary>Says in the column's first byte that entropy coded residuals follow; the caller writes them.</summary>
    public static void MarkEntropy(ResidualPlan plan, ref ByteSink sink) => sink[plan.HeadAt] |= (int)ResidualMode.Entropy << ModeShift;

    /// <summary>Reads a column into <paramref name="numbers"/>, each in the given form.</summary>
    /// <param name="tables">The group's entropy tables; empty where there are none.</param>
    public static void Read<TForm>(ref ByteSource source, scoped Span<long> numbers, scoped ReadOnlySpan<EntropyTable> tables, TForm form)
        where TForm : struct, INumberForm
    {
        int head = source.Byte();
        int order = head & OrderMask;
        if (order == 3)
        {
            throw new InvalidDataException("A column has differences of order 3.");
        }

        long first = source.Zigzag();
        long firstDelta = order == 2 ? source.Zigzag() : 0;
        Span<long> residuals = numbers[1..];
        ByteSource outliers = source;
        int outlierCount = 0;
        if ((head & HasOutliers) != 0)
        {
            outlierCount = source.Varint(residuals.Length, "The number of outliers");
            outliers = source;
            for (int i = 0; i < outlierCount; i++)
            {
                source.Varint();
                source.Zigzag();
            }
        }

        int shift = 0;
        ulong divisor = 1;
        if ((head & HasDivisor) != 0)
        {
            shift = source.Byte();
            if (shift > AnyDivisor)
            {
                throw new InvalidDataException($"A divisor is 2^{shift}.");
            }

            divisor = shift == AnyDivisor ? source.Varint() : 1UL << shift;
        }

        ResidualMode mode = (ResidualMode)((head >> ModeShift) & 7);
        if (mode == ResidualMode.Constant && outlierCount == 0 && order < 2)
        {
            long residual = source.Zigzag() * (long)divisor;
            if (residual == 0)
            {
                numbers.Fill(form.Bits(first));
                return;
            }

            residuals.Fill(residual);
            RunningSums.Apply(numbers, order, first, firstDelta, form);
            return;
        }

        ReadResiduals(mode, (head & UniformWidth) != 0, ref source, residuals, tables);
        if (divisor != 1)
        {
            Scale(residuals, divisor);
        }

        AddOutliers(outliers, outlierCount, residuals);
        RunningSums.Apply(numbers, order, first, firstDelta, form);
    }

    private static void WritePacked(int headAt, ResidualMode mode, scoped ReadOnlySpan<long> residuals, ref ByteSink sink)
    {
        Span<long> mins = stackalloc long[ResidualCosts.MaxMiniBlocks];
        Span<long> maxs = stackalloc long[ResidualCosts.MaxMiniBlocks];
        Span<byte> widths = stackalloc byte[ResidualCosts.MaxMiniBlocks];
        ResidualCosts costs = ResidualCosts.Measure(residuals, mins, maxs);
        widths = widths[..costs.MiniBlocks];
        int widest = mode switch
        {
            ResidualMode.SharedBase => costs.SharedWidths(widths),
            ResidualMode.Centred => costs.CentredWidths(widths),
            _ => costs.OwnWidths(widths),
        };
        if (mode == ResidualMode.SharedBase)
        {
            sink.Zigzag(costs.Min);
        }

        if (costs.UniformPays(widths, widest))
        {
            sink[headAt] |= UniformWidth;
            widths.Fill((byte)widest);
            sink.Byte((byte)widest);
        }
        else
        {
            sink.Bytes(widths);
        }

        if (mode == ResidualMode.OwnBase)
        {
            for (int block = 0; block < widths.Length; block++)
            {
                sink.Zigzag(costs.BlockMin(block));
            }
        }

        for (int block = 0; block < widths.Length; block++)
        {
            int from = block * ResidualCosts.MiniBlock;
            long subtract = mode switch
            {
                ResidualMode.SharedBase => costs.Min,
                ResidualMode.Centred => Middle(widths[block]),
                _ => costs.BlockMin(block),
            };
            ReadOnlySpan<long> part = residuals.Slice(from, Math.Min(ResidualCosts.MiniBlock, residuals.Length - from));
            sink.Advance(BitPacking.Pack(part, subtract, widths[block], sink.Rest));
        }
    }

    private static void WriteSparse(ResidualPlan plan, scoped Span<long> residuals, ref ByteSink sink)
    {
        Span<byte> bitmap = sink.Rest[..BitPacking.Bytes(residuals.Length, 1)];
        bitmap.Clear();
        int present = 0;
        for (int i = 0; i < residuals.Length; i++)
        {
            if (residuals[i] != 0)
            {
                bitmap[i >> 3] |= (byte)(1 << (i & 7));
                residuals[present++] = residuals[i];
            }
        }

        sink.Advance(bitmap.Length);
        WritePacked(plan.HeadAt, ResidualMode.SharedBase, residuals[..present], ref sink);
    }

    private static void ReadResiduals(
        ResidualMode mode, bool uniformWidth, ref ByteSource source, scoped Span<long> residuals, scoped ReadOnlySpan<EntropyTable> tables)
    {
        switch (mode)
        {
            case ResidualMode.Constant:
                residuals.Fill(source.Zigzag());
                break;
            case ResidualMode.SharedBase or ResidualMode.Centred or ResidualMode.OwnBase:
                ReadPacked(mode, uniformWidth, ref source, residuals);
                break;
            case ResidualMode.Sparse:
                ReadSparse(uniformWidth, ref source, residuals);
                break;
            case ResidualMode.Entropy:
                int table = source.Varint(tables.Length - 1, "The number of an entropy table");
                tables[table].Read(ref source, residuals);
                break;
            default:
                throw new InvalidDataException($"A column is in mode {(int)mode}.");
        }
    }

    private static void ReadPacked(ResidualMode mode, bool uniformWidth, ref ByteSource source, scoped Span<long> residuals)
    {
        int blocks = ResidualCosts.MiniBlocksOf(residuals.Length);
        long shared = mode == ResidualMode.SharedBase ? source.Zigzag() : 0;
        ReadOnlySpan<byte> widths = source.Bytes(uniformWidth ? 1 : blocks);
        ByteSource bases = source;
        if (mode == ResidualMode.OwnBase)
        {
            for (int block = 0; block < blocks; block++)
            {
                source.Zigzag();
            }
        }

        for (int block = 0, from = 0; block < blocks; block++)
        {
            int width = widths[uniformWidth ? 0 : block];
            if (width > 64)
            {
                throw new InvalidDataException($"Numbers are {width} bits wide.");
            }

            // Mini-blocks are whole bytes, so those of one width and base are one stretch.
            int count = uniformWidth && mode != ResidualMode.OwnBase ? residuals.Length : Math.Min(ResidualCosts.MiniBlock, residuals.Length - from);
            long add = mode switch
            {
                ResidualMode.SharedBase => shared,
                ResidualMode.Centred => Middle(width),
                _ => bases.Zigzag(),
            };
            ReadOnlySpan<byte> rest = source.Rest;
            source.Bytes(BitPacking.Bytes(count, width));
            BitPacking.Unpack(rest, width, add, residuals.Slice(from, count));
            from += count;
            if (from == residuals.Length)
            {
                break;
            }
        }
    }

    [SkipLocalsInit]
    private static void ReadSparse(bool uniformWidth, ref ByteSource source, scoped Span<long> residuals)
    {
        ReadOnlySpan<byte> bitmap = source.Bytes(BitPacking.Bytes(residuals.Length, 1));
        int present = 0;
        foreach (byte bits in bitmap)
        {
            present += BitOperations.PopCount(bits);
        }

        if (present > residuals.Length)
        {
            throw new InvalidDataException("A bitmap names more residuals than there are.");
        }

        Span<long> packed = stackalloc long[Chunk.MaxSamples];
        packed = packed[..present];
        ReadPacked(ResidualMode.SharedBase, uniformWidth, ref source, packed);
        int next = 0;
        for (int i = 0; i < residuals.Length; i++)
        {
            // Without a branch: a zero takes the number that comes next and masks it away.
            int bit = (bitmap[i >> 3] >> (i & 7)) & 1;
            residuals[i] = next < packed.Length ? packed[next] & -bit : 0;
            next += bit;
        }
    }

    private static void Scale(Span<long> residuals, ulong factor)
    {
        if (BitOperations.IsPow2(factor))
        {
            int shift = BitOperations.TrailingZeroCount(factor);
            int i = 0;
            for (; i <= residuals.Length - 4; i += 4)
            {
                Span<long> four = residuals.Slice(i, 4);
                System.Runtime.Intrinsics.Vector256.CopyTo(System.Runtime.Intrinsics.Vector256.Create<long>(four) << shift, four);
            }

            for (; i < residuals.Length; i++)
            {
                residuals[i] <<= shift;
            }

            return;
        }

        foreach (ref long residual in residuals)
        {
            residual *= (long)factor;
        }
    }

    private static void AddOutliers(ByteSource outliers, int count, Span<long> residuals)
    {
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            at += outliers.Varint(residuals.Length - 1 - at, "The place of an outlier");
            residuals[at++] += outliers.Zigzag();
            if (at == residuals.Length && i + 1 < count)
            {
                throw new InvalidDataException("An outlier lies behind the last residual.");
            }
        }
    }

    /// <summary>What a centred mini-block is counted from: half its range below zero.</summary>
    private static long Middle(int width) => width == 0 ? 0 : -(1L << (width - 1));
}
