using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Plimsoll.Series.Encodings;

/// <summary>
/// Numbers of 0 to 64 bits side by side: number <c>i</c> of width <c>w</c> begins at bit <c>i·w</c>, least significant bit first,
/// and the last byte is filled with zeros. So eight numbers always fill <c>w</c> whole bytes, which is what the fast path rests on.
/// </summary>
internal static class BitPacking
{
    /// <summary>Widest number that the 32 bits around its first byte always hold, whatever bit it begins at.</summary>
    private const int MaxNarrow = 25;

    /// <summary>The same for 64 bits.</summary>
    private const int MaxWide = 57;

    public static int Bytes(int count, int width) => (int)((((long)count * width) + 7) >> 3);

    /// <summary>Bits that a number needs: 0 for 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int WidthOf(ulong value) => 64 - System.Numerics.BitOperations.LeadingZeroCount(value);

    /// <summary>Packs the lowest bits of <c>value − subtract</c>.</summary>
    /// <returns>Bytes written.</returns>
    public static int Pack(ReadOnlySpan<long> values, long subtract, int width, Span<byte> destination)
    {
        int length = Bytes(values.Length, width);
        if (width == 0)
        {
            return 0;
        }

        destination = destination[..length];
        ulong mask = width == 64 ? ulong.MaxValue : (1UL << width) - 1;
        int done = width <= 16 ? PackEights(values, subtract, width, mask, destination) : 0;
        ulong pending = 0;
        int filled = 0;
        int at = done * width >> 3;
        foreach (long value in values[done..])
        {
            ulong number = (ulong)(value - subtract) & mask;
            pending |= number << filled;
            filled += width;
            if (filled >= 64)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(destination[at..], pending);
                at += 8;
                filled -= 64;
                pending = filled == 0 ? 0 : number >> (width - filled);
            }
        }

        for (; at < length; at++)
        {
            destination[at] = (byte)pending;
            pending >>= 8;
        }

        return length;
    }

    /// <summary>Eight narrow numbers at a time: two words of four that do not wait for each other, written as 16 bytes of which some are overwritten.</summary>
    /// <returns>How many numbers were packed.</returns>
    private static int PackEights(ReadOnlySpan<long> values, long subtract, int width, ulong mask, Span<byte> destination)
    {
        int steps = Math.Min(values.Length >> 3, destination.Length < 16 ? 0 : ((destination.Length - 16) / width) + 1);
        ref long source = ref MemoryMarshal.GetReference(values);
        ref byte target = ref MemoryMarshal.GetReference(destination);
        int half = 4 * width;
        for (int step = 0; step < steps; step++)
        {
            ulong low = Four(ref source, subtract, width, mask);
            ulong high = Four(ref Unsafe.Add(ref source, 4), subtract, width, mask);
            if (half == 64)
            {
                Unsafe.WriteUnaligned(ref target, low);
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, 8), high);
            }
            else
            {
                Unsafe.WriteUnaligned(ref target, low | (high << half));
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, 8), high >> (64 - half));
            }

            source = ref Unsafe.Add(ref source, 8);
            target = ref Unsafe.Add(ref target, width);
        }

        return steps * 8;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Four(ref long source, long subtract, int width, ulong mask)
    {
        ulong first = (ulong)(source - subtract) & mask;
        ulong second = (ulong)(Unsafe.Add(ref source, 1) - subtract) & mask;
        ulong third = (ulong)(Unsafe.Add(ref source, 2) - subtract) & mask;
        ulong fourth = (ulong)(Unsafe.Add(ref source, 3) - subtract) & mask;
        return (first | (second << width)) | ((third | (fourth << width)) << (2 * width));
    }

    /// <summary>Unpacks as many numbers as <paramref name="destination"/> holds, <paramref name="add"/> added to each (wrapping).</summary>
    /// <param name="packed">Exactly <see cref="Bytes"/> of them, or more.</param>
    public static void Unpack(ReadOnlySpan<byte> packed, int width, long add, Span<long> destination)
    {
        if (width == 0)
        {
            destination.Fill(add);
        }
        else if (Avx2.IsSupported && width <= MaxWide)
        {
            UnpackAvx2(packed, width, add, destination);
        }
        else
        {
            UnpackPortable(packed, width, add, destination);
        }
    }

    internal static void UnpackPortable(ReadOnlySpan<byte> packed, int width, long add, Span<long> destination)
    {
        packed = packed[..Bytes(destination.Length, width)];
        ulong mask = width == 64 ? ulong.MaxValue : (1UL << width) - 1;
        long bit = 0;
        int i = 0;
        for (; i < destination.Length; i++, bit += width)
        {
            int at = (int)(bit >> 3);
            int shift = (int)(bit & 7);
            if (at + 9 > packed.Length)
            {
                break;
            }

            ulong number = BinaryPrimitives.ReadUInt64LittleEndian(packed[at..]) >> shift;
            if (shift + width > 64)
            {
                number |= (ulong)packed[at + 8] << (64 - shift);
            }

            destination[i] = (long)(number & mask) + add;
        }

        for (; i < destination.Length; i++, bit += width)
        {
            ulong number = 0;
            int have = -(int)(bit & 7);
            for (int at = (int)(bit >> 3); have < width; at++, have += 8)
            {
                number |= have < 0 ? (ulong)packed[at] >> -have : (ulong)packed[at] << have;
            }

            destination[i] = (long)(number & mask) + add;
        }
    }

    private static void UnpackAvx2(ReadOnlySpan<byte> packed, int width, long add, Span<long> destination)
    {
        int length = Bytes(destination.Length, width);
        if (packed.Length < length)
        {
            throw new InvalidDataException("Packed numbers end too early.");
        }

        // A step reads 16 bytes from each of up to four places within its `width` bytes.
        int reach = (width <= MaxNarrow ? width >> 1 : 6 * width >> 3) + 16;
        int groups = destination.Length >> 3;
        int fast = packed.Length < reach ? 0 : Math.Min(groups, ((packed.Length - reach) / width) + 1);
        ref byte source = ref MemoryMarshal.GetReference(packed);
        ref long target = ref MemoryMarshal.GetReference(destination);
        Steps(ref source, width, add, ref target, fast);
        int done = fast * 8;
        if (done == destination.Length)
        {
            return;
        }

        // The last steps would read past the end, or write past it: they go through buffers with room to spare.
        Span<byte> padded = stackalloc byte[64 + 64];
        Span<long> numbers = stackalloc long[8];
        while (done < destination.Length)
        {
            int from = fast * width;
            int bytes = Math.Min(width, packed.Length - from);
            padded.Clear();
            packed.Slice(from, bytes).CopyTo(padded);
            Steps(ref MemoryMarshal.GetReference(padded), width, add, ref MemoryMarshal.GetReference(numbers), 1);
            int take = Math.Min(8, destination.Length - done);
            numbers[..take].CopyTo(destination[done..]);
            done += take;
            fast++;
        }
    }

    private static void Steps(ref byte source, int width, long add, ref long target, int steps)
    {
        if (width <= MaxNarrow)
        {
            NarrowSteps(ref source, width, add, ref target, steps);
        }
        else
        {
            WideSteps(ref source, width, add, ref target, steps);
        }
    }

    /// <summary>Eight numbers a step in eight lanes of 32 bits: gather each number's bytes, shift them down, cut off what is above.</summary>
    private static void NarrowSteps(ref byte source, int width, long add, ref long target, int steps)
    {
        Vector256<byte> bytes = UnpackTables.NarrowBytes[width];
        Vector256<uint> shifts = UnpackTables.NarrowShifts[width];
        Vector256<uint> mask = Vector256.Create((uint)((1UL << width) - 1));
        Vector256<long> addend = Vector256.Create(add);
        nint second = width >> 1;
        for (int step = 0; step < steps; step++)
        {
            Vector256<byte> both = Vector256.Create(
                Vector128.LoadUnsafe(ref source),
                Vector128.LoadUnsafe(ref Unsafe.Add(ref source, second)));
            Vector256<uint> numbers = Avx2.ShiftRightLogicalVariable(Avx2.Shuffle(both, bytes).AsUInt32(), shifts) & mask;
            (Avx2.ConvertToVector256Int64(numbers.GetLower()) + addend).StoreUnsafe(ref target);
            (Avx2.ConvertToVector256Int64(numbers.GetUpper()) + addend).StoreUnsafe(ref target, 4);
            source = ref Unsafe.Add(ref source, width);
            target = ref Unsafe.Add(ref target, 8);
        }
    }

    /// <summary>Eight numbers a step in two times four lanes of 64 bits.</summary>
    private static void WideSteps(ref byte source, int width, long add, ref long target, int steps)
    {
        Vector256<byte> lowBytes = UnpackTables.WideBytes[2 * width];
        Vector256<byte> highBytes = UnpackTables.WideBytes[(2 * width) + 1];
        Vector256<ulong> lowShifts = UnpackTables.WideShifts[2 * width];
        Vector256<ulong> highShifts = UnpackTables.WideShifts[(2 * width) + 1];
        Vector256<ulong> mask = Vector256.Create((1UL << width) - 1);
        Vector256<long> addend = Vector256.Create(add);
        nint second = (2 * width) >> 3;
        nint third = (4 * width) >> 3;
        nint fourth = (6 * width) >> 3;
        for (int step = 0; step < steps; step++)
        {
            Vector256<byte> low = Vector256.Create(
                Vector128.LoadUnsafe(ref source),
                Vector128.LoadUnsafe(ref Unsafe.Add(ref source, second)));
            Vector256<byte> high = Vector256.Create(
                Vector128.LoadUnsafe(ref Unsafe.Add(ref source, third)),
                Vector128.LoadUnsafe(ref Unsafe.Add(ref source, fourth)));
            Vector256<ulong> lowNumbers = Avx2.ShiftRightLogicalVariable(Avx2.Shuffle(low, lowBytes).AsUInt64(), lowShifts) & mask;
            Vector256<ulong> highNumbers = Avx2.ShiftRightLogicalVariable(Avx2.Shuffle(high, highBytes).AsUInt64(), highShifts) & mask;
            (lowNumbers.AsInt64() + addend).StoreUnsafe(ref target);
            (highNumbers.AsInt64() + addend).StoreUnsafe(ref target, 4);
            source = ref Unsafe.Add(ref source, width);
            target = ref Unsafe.Add(ref target, 8);
        }
    }

    /// <summary>For each width, which bytes hold a number and how far it must be shifted down: the same in each step of eight.</summary>
    private static class UnpackTables
    {
        public static readonly Vector256<byte>[] NarrowBytes = new Vector256<byte>[MaxNarrow + 1];
        public static readonly Vector256<uint>[] NarrowShifts = new Vector256<uint>[MaxNarrow + 1];
        public static readonly Vector256<byte>[] WideBytes = new Vector256<byte>[2 * (MaxWide + 1)];
        public static readonly Vector256<ulong>[] WideShifts = new Vector256<ulong>[2 * (MaxWide + 1)];

        static UnpackTables()
        {
            Span<byte> bytes = stackalloc byte[32];
            Span<uint> narrow = stackalloc uint[8];
            Span<ulong> wide = stackalloc ulong[4];
            for (int width = 1; width <= MaxNarrow; width++)
            {
                for (int lane = 0; lane < 8; lane++)
                {
                    int bit = (lane * width) - (lane < 4 ? 0 : (width >> 1) * 8);
                    narrow[lane] = (uint)(bit & 7);
                    Fill(bytes.Slice(lane * 4, 4), bit >> 3);
                }

                NarrowBytes[width] = Vector256.Create<byte>(bytes);
                NarrowShifts[width] = Vector256.Create<uint>(narrow);
            }

            for (int width = 1; width <= MaxWide; width++)
            {
                for (int half = 0; half < 2; half++)
                {
                    for (int lane = 0; lane < 4; lane++)
                    {
                        int number = (half * 4) + lane;
                        int bit = (number * width) - ((number & ~1) * width >> 3 << 3);
                        wide[lane] = (ulong)(bit & 7);
                        Fill(bytes.Slice(lane * 8, 8), bit >> 3);
                    }

                    WideBytes[(2 * width) + half] = Vector256.Create<byte>(bytes);
                    WideShifts[(2 * width) + half] = Vector256.Create<ulong>(wide);
                }
            }
        }

        private static void Fill(Span<byte> lane, int from)
        {
            for (int i = 0; i < lane.Length; i++)
            {
                lane[i] = (byte)(from + i);
            }
        }
    }
}
