using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Plimsoll.Series.Encodings;

/// <summary>The writing side of <see cref="EntropyTable"/>.</summary>
internal sealed class EntropyWriter
{
    private readonly EntropyModel _model;
    private readonly Coding[] _codings = new Coding[EntropyModel.MaxTuples];

    public EntropyWriter(EntropyModel model)
    {
        _model = model;
        Span<ushort> frequencies = stackalloc ushort[EntropyModel.MaxTuples];
        model.TupleFrequencies(frequencies);
        uint start = 0;
        for (int tuple = 0; tuple < model.TupleCount(); tuple++)
        {
            uint frequency = frequencies[tuple];

            // floor(x / f) = high half of x · (floor(2^64 / f) + 1), for x below 2^32 and f of 2 or more.
            _codings[tuple] = new Coding(frequency < 2 ? 0 : (ulong.MaxValue / frequency) + 1, frequency, start);
            start += frequency;
        }
    }

    /// <summary>Bytes that so many residuals may need.</summary>
    public static int MaxBytes(int count) => 64 + (count * 11);

    /// <summary>Writes low bits and coded symbols; every residual must be one that the model counted.</summary>
    [SkipLocalsInit]
    public void Write(ReadOnlySpan<long> residuals, ref ByteSink sink)
    {
        sink.Advance(BitPacking.Pack(residuals, 0, _model.LowBits, sink.Rest));
        int arity = _model.Arity;
        Span<byte> tuples = stackalloc byte[Chunk.MaxSamples];
        tuples = tuples[..((residuals.Length + arity - 1) / arity)];
        FillTuples(residuals, tuples);

        // Words are written from the end, because the reader meets what was coded last first.
        Span<ushort> words = stackalloc ushort[Chunk.MaxSamples];
        ref ushort last = ref words[^1];
        ref Coding codings = ref MemoryMarshal.GetArrayDataReference(_codings);
        Span<uint> states = [EntropyTable.LowestState, EntropyTable.LowestState, EntropyTable.LowestState, EntropyTable.LowestState];
        nint at = 0;
        int i = tuples.Length - 1;
        for (; (i & 3) != 3 && i >= 0; i--)
        {
            states[i & 3] = Step(states[i & 3], Unsafe.Add(ref codings, tuples[i]), ref last, ref at);
        }

        (uint a, uint b, uint c, uint d) = (states[0], states[1], states[2], states[3]);
        for (; i >= 3; i -= 4)
        {
            d = Step(d, Unsafe.Add(ref codings, tuples[i]), ref last, ref at);
            c = Step(c, Unsafe.Add(ref codings, tuples[i - 1]), ref last, ref at);
            b = Step(b, Unsafe.Add(ref codings, tuples[i - 2]), ref last, ref at);
            a = Step(a, Unsafe.Add(ref codings, tuples[i - 3]), ref last, ref at);
        }

        words = words[(words.Length + (int)at)..];
        sink.Varint((ulong)words.Length);
        foreach (uint state in (ReadOnlySpan<uint>)[a, b, c, d])
        {
            BinaryPrimitives.WriteUInt32LittleEndian(sink.Rest, state);
            sink.Advance(sizeof(uint));
        }

        foreach (ushort word in words)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(sink.Rest, word);
            sink.Advance(sizeof(ushort));
        }
    }

    /// <summary>Codes one tuple; <paramref name="at"/> counts down from the last word, and a word is written there whether it counts or not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Step(uint state, in Coding coding, ref ushort last, ref nint at)
    {
        Unsafe.Add(ref last, at) = (ushort)state;
        int full = state >= (ulong)coding.Frequency << 20 ? 1 : 0;
        at -= full;
        state >>= full << 4;
        uint quotient = coding.Frequency == 1 ? state : (uint)Math.BigMul(state, coding.Reciprocal, out _);
        return (quotient << EntropyModel.SlotBits) + (state - (quotient * coding.Frequency)) + coding.Start;
    }

    private void FillTuples(ReadOnlySpan<long> residuals, Span<byte> tuples)
    {
        int lowBits = _model.LowBits;
        int low = (int)_model.Low;
        int arity = _model.Arity;
        int whole = residuals.Length / arity;
        if (arity == 1)
        {
            for (int i = 0; i < whole; i++)
            {
                tuples[i] = (byte)((int)(residuals[i] >> lowBits) - low);
            }

            return;
        }

        for (int i = 0; i < whole; i++)
        {
            ReadOnlySpan<long> part = residuals.Slice(i * arity, arity);
            int tuple = 0;
            for (int k = part.Length - 1; k >= 0; k--)
            {
                tuple = (tuple * _model.Symbols) + (int)(part[k] >> lowBits) - low;
            }

            tuples[i] = (byte)tuple;
        }

        if (whole < tuples.Length)
        {
            tuples[whole] = (byte)LastTuple(residuals[(whole * arity)..], lowBits, low);
        }
    }

    /// <summary>The last tuple may be short: it is filled with its first symbol.</summary>
    private int LastTuple(ReadOnlySpan<long> residuals, int lowBits, int low)
    {
        int first = (int)(residuals[0] >> lowBits) - low;
        int tuple = 0;
        for (int k = _model.Arity - 1; k >= 0; k--)
        {
            tuple = (tuple * _model.Symbols) + (k < residuals.Length ? (int)(residuals[k] >> lowBits) - low : first);
        }

        return tuple;
    }

    /// <summary>What a step needs of its tuple, side by side.</summary>
    private readonly record struct Coding(ulong Reciprocal, uint Frequency, uint Start);
}
