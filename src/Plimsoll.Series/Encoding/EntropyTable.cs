using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Plimsoll.Series.Encodings;

/// <summary>
/// Decodes residuals with a model: range asymmetric numeral systems (Duda 2013) of 32-bit states that are refilled by 16 bits, four
/// states in turn so that a processor works at four steps at once.
/// </summary>
/// <remarks>Immutable to its users: the slots are built when first needed, by whichever thread comes first.</remarks>
internal sealed class EntropyTable(EntropyModel model)
{
    public const int States = 4;
    public const uint LowestState = 1u << 16;

    private const int SlotMask = EntropyModel.Slots - 1;
    private const int Slack = 64;

    private readonly EntropyModel _model = model;
    private Decoding? _decoding;

    /// <summary>Reads low bits and coded symbols of as many residuals as the span holds.</summary>
    [SkipLocalsInit]
    public void Read(ref ByteSource source, scoped Span<long> residuals)
    {
        int lowBits = _model.LowBits;
        ReadOnlySpan<byte> packed = source.Rest;
        source.Bytes(BitPacking.Bytes(residuals.Length, lowBits));
        int words = source.Varint(Chunk.MaxSamples, "The length of entropy coded symbols");
        ReadOnlySpan<byte> states = source.Bytes(States * sizeof(uint));
        ReadOnlySpan<byte> coded = source.Bytes(words * sizeof(ushort));
        Span<byte> symbols = stackalloc byte[Chunk.MaxSamples + Slack];
        ReadSymbols(states, coded, residuals.Length, symbols);
        long origin = _model.Low << lowBits;
        BitPacking.Unpack(packed, lowBits, origin, residuals);
        AddSymbols(symbols, lowBits, residuals);
    }

    private void ReadSymbols(ReadOnlySpan<byte> states, ReadOnlySpan<byte> coded, int count, Span<byte> symbols)
    {
        Decoding decoding = _decoding ??= new Decoding(_model);
        int arity = _model.Arity;
        int tuples = (count + arity - 1) / arity;
        uint a = BinaryPrimitives.ReadUInt32LittleEndian(states);
        uint b = BinaryPrimitives.ReadUInt32LittleEndian(states[4..]);
        uint c = BinaryPrimitives.ReadUInt32LittleEndian(states[8..]);
        uint d = BinaryPrimitives.ReadUInt32LittleEndian(states[12..]);
        ref uint slots = ref MemoryMarshal.GetArrayDataReference(decoding.Slots);
        ref ulong tupleBytes = ref MemoryMarshal.GetArrayDataReference(decoding.Tuples);
        ref byte words = ref MemoryMarshal.GetReference(coded);
        ref byte target = ref MemoryMarshal.GetReference(symbols);

        // Four steps read at most eight bytes, and write at most seven bytes more than they yield, for which the target has slack.
        // Written out, because states in registers, not behind references, are what makes the steps overlap.
        nint at = 0;
        nint last = coded.Length - (States * sizeof(ushort));
        nint step = arity;
        int done = 0;
        for (; done <= tuples - States && at <= last; done += States)
        {
            uint slotA = Unsafe.Add(ref slots, a & SlotMask);
            uint slotB = Unsafe.Add(ref slots, b & SlotMask);
            uint slotC = Unsafe.Add(ref slots, c & SlotMask);
            uint slotD = Unsafe.Add(ref slots, d & SlotMask);
            a = Advance(a, slotA);
            b = Advance(b, slotB);
            c = Advance(c, slotC);
            d = Advance(d, slotD);
            Unsafe.WriteUnaligned(ref target, Unsafe.Add(ref tupleBytes, (byte)slotA));
            target = ref Unsafe.Add(ref target, step);
            Unsafe.WriteUnaligned(ref target, Unsafe.Add(ref tupleBytes, (byte)slotB));
            target = ref Unsafe.Add(ref target, step);
            Unsafe.WriteUnaligned(ref target, Unsafe.Add(ref tupleBytes, (byte)slotC));
            target = ref Unsafe.Add(ref target, step);
            Unsafe.WriteUnaligned(ref target, Unsafe.Add(ref tupleBytes, (byte)slotD));
            target = ref Unsafe.Add(ref target, step);
            int missing = Missing(a);
            a = Refill(a, missing, Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref words, at)));
            at += missing >> 3;
            missing = Missing(b);
            b = Refill(b, missing, Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref words, at)));
            at += missing >> 3;
            missing = Missing(c);
            c = Refill(c, missing, Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref words, at)));
            at += missing >> 3;
            missing = Missing(d);
            d = Refill(d, missing, Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref words, at)));
            at += missing >> 3;
        }

        Span<uint> rest = [a, b, c, d];
        for (; done < tuples; done++)
        {
            ref uint state = ref rest[done % States];
            uint slot = decoding.Slots[state & SlotMask];
            BinaryPrimitives.WriteUInt64LittleEndian(symbols[(done * arity)..], decoding.Tuples[slot & 0xFF]);
            state = Advance(state, slot);
            if (state < LowestState)
            {
                if (at > coded.Length - sizeof(ushort))
                {
                    throw new InvalidDataException("Entropy coded symbols end too early.");
                }

                state = (state << 16) | BinaryPrimitives.ReadUInt16LittleEndian(coded[(int)at..]);
                at += sizeof(ushort);
            }
        }

        if (at != coded.Length || rest[0] != LowestState || rest[1] != LowestState || rest[2] != LowestState || rest[3] != LowestState)
        {
            throw new InvalidDataException("Entropy coded symbols do not end as they began.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Advance(uint state, uint slot) => ((slot >> 20) * (state >> EntropyModel.SlotBits)) + ((slot >> 8) & SlotMask);

    /// <returns>16 if the state is below 2^16 and needs so many bits, else zero: a branch would be a coin toss. A state is never below 2^4.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Missing(uint state) => System.Numerics.BitOperations.LeadingZeroCount(state) & 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Refill(uint state, int missing, uint word) => (state << missing) | (word >> (missing ^ 16));

    /// <param name="symbols">One for each residual, and as many more as a step takes.</param>
    internal static void AddSymbols(ReadOnlySpan<byte> symbols, int shift, Span<long> residuals)
    {
        int i = 0;
        if (Avx2.IsSupported)
        {
            ref byte source = ref MemoryMarshal.GetReference(symbols);
            ref long target = ref MemoryMarshal.GetReference(residuals);
            for (; i <= residuals.Length - 4; i += 4)
            {
                uint four = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref source, i));
                Vector256<long> high = Avx2.ConvertToVector256Int64(Vector128.CreateScalarUnsafe(four).AsByte()) << shift;
                (Vector256.LoadUnsafe(ref target, (nuint)i) + high).StoreUnsafe(ref target, (nuint)i);
            }
        }

        AddSymbolsPortable(symbols, i, shift, residuals);
    }

    internal static void AddSymbolsPortable(ReadOnlySpan<byte> symbols, int from, int shift, Span<long> residuals)
    {
        for (int i = from; i < residuals.Length; i++)
        {
            residuals[i] += (long)symbols[i] << shift;
        }
    }

    private sealed class Decoding
    {
        /// <summary>For each slot: tuple (8 bits), how far the slot lies in the tuple's range (12 bits), the range's length (12 bits).</summary>
        public readonly uint[] Slots = new uint[EntropyModel.Slots];

        /// <summary>The symbols of each tuple, a byte each.</summary>
        public readonly ulong[] Tuples = new ulong[EntropyModel.MaxTuples];

        public Decoding(EntropyModel model)
        {
            Span<ushort> frequencies = stackalloc ushort[EntropyModel.MaxTuples];
            model.TupleFrequencies(frequencies);
            int slot = 0;
            for (int tuple = 0; tuple < model.TupleCount(); tuple++)
            {
                uint frequency = frequencies[tuple];
                for (uint i = 0; i < frequency; i++)
                {
                    Slots[slot++] = (uint)tuple | (i << 8) | (frequency << 20);
                }

                int rest = tuple;
                for (int i = 0; i < model.Arity; i++)
                {
                    Tuples[tuple] |= (ulong)(rest % model.Symbols) << (8 * i);
                    rest /= model.Symbols;
                }
            }
        }
    }
}
