using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Plimsoll.Series.Encodings;

/// <summary>The writing side of <see cref="EntropyTable"/>.</summary>
internal sealed class EntropyWriter
{
    private readonly EntropyModel _model;
    private readonly ushort[] _frequencies = new ushort[EntropyModel.MaxTuples];
    private readonly ushort[] _starts = new ushort[EntropyModel.MaxTuples];
    private readonly ulong[] _reciprocals = new ulong[EntropyModel.MaxTuples];
    private readonly int[] _digits = new int[EntropyModel.MaxArity];

    public EntropyWriter(EntropyModel model)
    {
        _model = model;
        model.TupleFrequencies(_frequencies);
        int start = 0;
        for (int tuple = 0; tuple < model.TupleCount(); tuple++)
        {
            _starts[tuple] = (ushort)start;
            start += _frequencies[tuple];

            // floor(x / f) = high half of x · (floor(2^64 / f) + 1), for x below 2^32 and f of 2 or more.
            _reciprocals[tuple] = _frequencies[tuple] < 2 ? 0 : (ulong.MaxValue / _frequencies[tuple]) + 1;
        }

        int digit = 1;
        for (int i = 0; i < model.Arity; i++)
        {
            _digits[i] = digit;
            digit *= model.Symbols;
        }
    }

    /// <summary>Bytes that so many residuals may need.</summary>
    public static int MaxBytes(int count) => 64 + (count * 11);

    /// <summary>Writes low bits and coded symbols; every residual must be one that the model counted.</summary>
    [SkipLocalsInit]
    public void Write(scoped ReadOnlySpan<long> residuals, ref ByteSink sink)
    {
        int lowBits = _model.LowBits;
        PackLowBits(residuals, lowBits, ref sink);

        Span<ushort> words = stackalloc ushort[Chunk.MaxSamples];
        Span<uint> states = [EntropyTable.LowestState, EntropyTable.LowestState, EntropyTable.LowestState, EntropyTable.LowestState];
        int arity = _model.Arity;
        int tuples = (residuals.Length + arity - 1) / arity;
        int at = words.Length;
        for (int i = tuples - 1; i >= 0; i--)
        {
            int tuple = Tuple(residuals.Slice(i * arity, Math.Min(arity, residuals.Length - (i * arity))), lowBits);
            uint frequency = _frequencies[tuple];
            ref uint state = ref states[i % EntropyTable.States];
            uint x = state;
            if (x >= (ulong)frequency << 20)
            {
                words[--at] = (ushort)x;
                x >>= 16;
            }

            uint quotient = frequency == 1 ? x : (uint)Math.BigMul(x, _reciprocals[tuple], out _);
            state = (quotient << EntropyModel.SlotBits) + (x - (quotient * frequency)) + _starts[tuple];
        }

        words = words[at..];
        sink.Varint((ulong)words.Length);
        foreach (uint state in states)
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

    [SkipLocalsInit]
    private static void PackLowBits(scoped ReadOnlySpan<long> residuals, int lowBits, ref ByteSink sink)
    {
        if (lowBits == 0)
        {
            return;
        }

        Span<long> low = stackalloc long[Chunk.MaxSamples];
        low = low[..residuals.Length];
        long mask = (1L << lowBits) - 1;
        for (int i = 0; i < low.Length; i++)
        {
            low[i] = residuals[i] & mask;
        }

        sink.Advance(BitPacking.Pack(low, 0, lowBits, sink.Rest));
    }

    /// <summary>The last tuple may be short: it is filled with the symbol that comes most often in it, its first.</summary>
    private int Tuple(ReadOnlySpan<long> residuals, int lowBits)
    {
        int first = (int)((residuals[0] >> lowBits) - _model.Low);
        int tuple = first;
        for (int i = 1; i < _model.Arity; i++)
        {
            tuple += _digits[i] * (i < residuals.Length ? (int)((residuals[i] >> lowBits) - _model.Low) : first);
        }

        return tuple;
    }
}
