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

        // Four steps read at most eight bytes and write at most 4 · 8 of the target's slack beyond what they yield.
        int at = 0;
        int last = coded.Length - (States * sizeof(ushort));
        int done = 0;
        for (; done <= tuples - States && at <= last; done += States)
        {
            Step(ref a, ref at, ref words, ref slots, ref tupleBytes, ref target);
            target = ref Unsafe.Add(ref target, arity);
            Step(ref b, ref at, ref words, ref slots, ref tupleBytes, ref target);
            target = ref Unsafe.Add(ref target, arity);
            Step(ref c, ref at, ref words, ref slots, ref tupleBytes, ref target);
            target = ref Unsafe.Add(ref target, arity);
            Step(ref d, ref at, ref words, ref slots, ref tupleBytes, ref target);
            target = ref Unsafe.Add(ref target, arity);
        }

        Span<uint> rest = [a, b, c, d];
        for (; done < tuples; done++)
        {
            ref uint state = ref rest[done % States];
            uint slot = decoding.Slots[state & SlotMask];
            BinaryPrimitives.WriteUInt64LittleEndian(symbols[(done * arity)..], decoding.Tuples[slot & 0xFF]);
            state = ((slot >> 20) * (state >> EntropyModel.SlotBits)) + ((slot >> 8) & SlotMask);
            if (state < LowestState)
            {
                if (at > coded.Length - sizeof(ushort))
                {
                    throw new InvalidDataException("Entropy coded symbols end too early.");
                }

                state = (state << 16) | BinaryPrimitives.ReadUInt16LittleEndian(coded[at..]);
                at += sizeof(ushort);
            }
        }

        if (at != coded.Length || rest[0] != LowestState || rest[1] != LowestState || rest[2] != LowestState || rest[3] != LowestState)
        {
            throw new InvalidDataException("Entropy coded symbols do not end as they began.");
        }
    }

    /// <summary>One tuple: look up the slot, advance the state, refill it without a branch, for the branch would be a coin toss.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ref uint state, ref int at, ref byte words, ref uint slots, ref ulong tuples, ref byte target)
    {
        uint slot = Unsafe.Add(ref slots, state & SlotMask);
        uint next = ((slot >> 20) * (state >> EntropyModel.SlotBits)) + ((slot >> 8) & SlotMask);
        Unsafe.WriteUnaligned(ref target, Unsafe.Add(ref tuples, slot & 0xFF));
        uint word = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref words, at));
        uint low = (uint)((int)((next >> 16) - 1) >> 31);
        state = (next << (int)(low & 16)) | (word & low);
        at += (int)(low & 2);
    }

    private static void AddSymbols(ReadOnlySpan<byte> symbols, int shift, Span<long> residuals)
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

        for (; i < residuals.Length; i++)
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
