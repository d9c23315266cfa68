namespace Plimsoll.Series.Encodings;

/// <summary>
/// What an entropy table knows: residual = ((low + symbol) · 2^lowBits) + low bits, and how often each symbol comes. Several symbols
/// are coded as one (a tuple) where their alphabet is small, so that a step of the decoder yields several residuals.
/// </summary>
/// <remarks>
/// Frequencies are stored as logarithms, 16 steps an octave: a byte a symbol, and at most 2.2% off, which costs less than a
/// thousandth of a bit. Everything after that is computed the same way by the writer and the reader, with additions,
/// multiplications and divisions of doubles only, which every machine rounds alike.
/// </remarks>
internal sealed class EntropyModel
{
    public const int MaxSymbols = 256;
    public const int MaxTuples = 256;
    public const int MaxArity = 8;
    public const int SlotBits = 12;
    public const int Slots = 1 << SlotBits;

    private const int StepsAnOctave = 16;

    private static readonly int[] s_steps =
    [
        65536, 68438, 71468, 74632, 77936, 81386, 84990, 88752, 92682, 96785, 101070, 105545, 110218, 115098, 120194, 125515,
    ];

    /// <summary>What costs are estimated with; the decoder never sees it.</summary>
    private static readonly double[] s_logs = [.. Enumerable.Range(0, 256).Select(weight => Math.Log2(Weight((byte)weight)))];

    private readonly byte[] _weights;

    private EntropyModel(int lowBits, long low, int arity, byte[] weights)
    {
        LowBits = lowBits;
        Low = low;
        Arity = arity;
        _weights = weights;
    }

    public int LowBits { get; }

    public long Low { get; }

    /// <summary>Symbols in a tuple.</summary>
    public int Arity { get; }

    public int Symbols => _weights.Length;

    /// <summary>Bytes of a model of so many symbols, at most.</summary>
    public static int MaxBytes => 16 + MaxSymbols;

    /// <summary>The most symbols of so large an alphabet that fit in a tuple.</summary>
    public static int LongestArity(int symbols) => symbols switch
    {
        <= 2 => 8,
        3 => 5,
        4 => 4,
        <= 6 => 3,
        <= 16 => 2,
        _ => 1,
    };

    /// <summary>Makes the model of counted symbols; at least two must have come.</summary>
    public static EntropyModel Of(int lowBits, long low, ReadOnlySpan<int> counts)
    {
        int most = 0;
        foreach (int count in counts)
        {
            most = Math.Max(most, count);
        }

        byte[] weights = new byte[counts.Length];
        for (int i = 0; i < counts.Length; i++)
        {
            weights[i] = counts[i] == 0
                ? (byte)0
                : (byte)Math.Max(1, 255 + (int)Math.Round(StepsAnOctave * Math.Log2((double)counts[i] / most)));
        }

        EntropyModel best = new(lowBits, low, 1, weights);
        double bestBits = best.BitsPerSymbol(counts);
        for (int arity = 2; arity <= MaxArity && TupleCount(counts.Length, arity) <= MaxTuples; arity++)
        {
            // A longer tuple decodes faster; it is taken unless rare tuples make it costly.
            EntropyModel longer = new(lowBits, low, arity, weights);
            double bits = longer.BitsPerSymbol(counts);
            if (bits < (bestBits * 1.003) + 0.002)
            {
                best = longer;
                bestBits = Math.Min(bits, bestBits);
            }
        }

        return best;
    }

    public static EntropyModel Read(ref ByteSource source)
    {
        int lowBits = source.Byte();
        long low = source.Zigzag();
        int arity = source.Byte();
        int symbols = source.Varint(MaxSymbols, "The number of symbols of an entropy table");
        if (lowBits > 63 || symbols < 2 || arity < 1 || arity > MaxArity || TupleCount(symbols, arity) > MaxTuples)
        {
            throw new InvalidDataException($"An entropy table has {symbols} symbols, {arity} a tuple, over {lowBits} bits.");
        }

        byte[] weights = source.Bytes(symbols).ToArray();
        if (symbols - weights.AsSpan().Count((byte)0) < 2)
        {
            throw new InvalidDataException("An entropy table has but one symbol.");
        }

        return new EntropyModel(lowBits, low, arity, weights);
    }

    public void Write(ref ByteSink sink)
    {
        sink.Byte((byte)LowBits);
        sink.Zigzag(Low);
        sink.Byte((byte)Arity);
        sink.Varint((ulong)_weights.Length);
        sink.Bytes(_weights);
    }

    public int TupleCount() => (int)TupleCount(Symbols, Arity);

    /// <summary>How many of the slots each tuple gets: none if one of its symbols never comes, else at least one.</summary>
    /// <remarks>The first symbol of a tuple is its number's lowest digit.</remarks>
    public void TupleFrequencies(Span<ushort> frequencies)
    {
        int tuples = TupleCount();
        Span<double> weights = stackalloc double[MaxTuples];
        weights = weights[..tuples];
        weights.Fill(1);
        double total = 0;
        int present = 0;
        for (int tuple = 0; tuple < tuples; tuple++)
        {
            int rest = tuple;
            for (int i = 0; i < Arity; i++)
            {
                weights[tuple] *= Weight(_weights[rest % Symbols]);
                rest /= Symbols;
            }

            total += weights[tuple];
            present += weights[tuple] > 0 ? 1 : 0;
        }

        // One slot for each that can come, the rest in proportion to what they lack, by rounding the running sum.
        double lacking = 0;
        for (int tuple = 0; tuple < tuples; tuple++)
        {
            double share = weights[tuple] * Slots / total;
            weights[tuple] = weights[tuple] > 0 ? Math.Max(0, share - 1) : -1;
            lacking += Math.Max(0, weights[tuple]);
        }

        int spare = Slots - present;
        double running = 0;
        int given = 0;
        int lastPresent = 0;
        for (int tuple = 0; tuple < tuples; tuple++)
        {
            if (weights[tuple] < 0)
            {
                frequencies[tuple] = 0;
                continue;
            }

            running += weights[tuple];
            int upTo = lacking > 0 ? Math.Clamp((int)((running * spare / lacking) + 0.5), given, spare) : given;
            frequencies[tuple] = (ushort)(1 + upTo - given);
            given = upTo;
            lastPresent = tuple;
        }

        frequencies[lastPresent] += (ushort)(spare - given);
    }

    /// <summary>What each symbol costs in bits when tuples are made of independent symbols.</summary>
    public double BitsPerSymbol(ReadOnlySpan<int> counts)
    {
        Span<ushort> frequencies = stackalloc ushort[MaxTuples];
        TupleFrequencies(frequencies);
        double all = 0;
        foreach (int count in counts)
        {
            all += count;
        }

        double bits = 0;
        for (int tuple = 0; tuple < TupleCount(); tuple++)
        {
            double probability = 1;
            int rest = tuple;
            for (int i = 0; i < Arity; i++)
            {
                probability *= counts[rest % Symbols] / all;
                rest /= Symbols;
            }

            if (probability > 0)
            {
                bits += probability * (SlotBits - Math.Log2(frequencies[tuple]));
            }
        }

        return bits / Arity;
    }

    /// <summary>What these symbols cost together, counted from <paramref name="offset"/>; without end if one is not in the model.</summary>
    public double Bits(ReadOnlySpan<int> counts, int offset)
    {
        double total = 0;
        foreach (byte weight in _weights)
        {
            total += Weight(weight);
        }

        double whole = Math.Log2(total);
        double bits = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] == 0)
            {
                continue;
            }

            if ((uint)(i + offset) >= (uint)_weights.Length || _weights[i + offset] == 0)
            {
                return double.MaxValue;
            }

            bits += counts[i] * (whole - s_logs[_weights[i + offset]]);
        }

        return bits;
    }

    private static long TupleCount(int symbols, int arity)
    {
        long tuples = 1;
        for (int i = 0; i < arity && tuples <= MaxTuples; i++)
        {
            tuples *= symbols;
        }

        return tuples;
    }

    private static double Weight(byte weight) => weight == 0 ? 0 : (double)s_steps[weight % StepsAnOctave] * (1 << (weight / StepsAnOctave));
}
