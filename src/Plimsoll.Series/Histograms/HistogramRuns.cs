using System.Buffers;
using System.Runtime.InteropServices;

namespace Plimsoll.Series.Encodings;

/// <summary>
/// Histograms in runs of one layout, hint and kind; within a run a column over time for each bucket, one for the zero bucket, one
/// for the count (unless it is the sum of the buckets throughout) and one for the sum.
/// </summary>
internal static class HistogramRuns
{
    private const int HintMask = 0x03;
    private const int FloatCounts = 0x04;
    private const int CountIsSum = 0x08;
    private const int NewLayout = 0x10;

    /// <summary>Columns of a run: count, sum, zero bucket, and a bucket each.</summary>
    public static int Columns(HistogramLayout layout) => 3 + layout.PositiveBuckets + layout.NegativeBuckets;

    public static int MaxBytes(ReadOnlySpan<Histogram> histograms)
    {
        long bytes = 0;
        for (int from = 0; from < histograms.Length;)
        {
            int length = RunLength(histograms[from..]);
            HistogramLayout layout = histograms[from].Layout;
            bytes += 16 + HistogramLayoutBytes.MaxBytes(layout) + ((long)Columns(layout) * FloatColumn.MaxBytes(length));
            from += length;
        }

        return checked((int)bytes);
    }

    public static void Write(ReadOnlySpan<Histogram> histograms, ref ByteSink sink)
    {
        List<HistogramLayout> layouts = [];
        long[] scratch = ArrayPool<long>.Shared.Rent(2 * Chunk.MaxSamples);
        for (int from = 0; from < histograms.Length;)
        {
            ReadOnlySpan<Histogram> run = histograms.Slice(from, RunLength(histograms[from..]));
            from += run.Length;
            Histogram first = run[0];
            int layout = layouts.IndexOf(first.Layout);
            bool countIsSum = !first.IsFloat && CountsAreSums(run);
            sink.Varint((ulong)run.Length);
            sink.Byte((byte)((int)first.Hint | (first.IsFloat ? FloatCounts : 0) | (countIsSum ? CountIsSum : 0) | (layout < 0 ? NewLayout : 0)));
            if (layout < 0)
            {
                HistogramLayoutBytes.Write(first.Layout, ref sink);
                layouts.Add(first.Layout);
            }
            else
            {
                sink.Varint((ulong)layout);
            }

            WriteColumns(run, countIsSum, scratch.AsSpan(0, Chunk.MaxSamples), scratch.AsSpan(Chunk.MaxSamples, Chunk.MaxSamples), ref sink);
        }

        ArrayPool<long>.Shared.Return(scratch);
    }

    public static void Read(ref ByteSource source, Span<Histogram> histograms)
    {
        List<HistogramLayout> layouts = [];
        long allowed = HistogramChunk.MaxCounts;
        for (int from = 0; from < histograms.Length;)
        {
            int length = source.Varint(histograms.Length - from, "The length of a run of histograms");
            int flags = source.Byte();
            if (length == 0 || (flags & ~(HintMask | FloatCounts | CountIsSum | NewLayout)) != 0 || (flags & (FloatCounts | CountIsSum)) == (FloatCounts | CountIsSum))
            {
                throw new InvalidDataException($"A run of {length} histograms has the flags {flags}.");
            }

            if ((flags & NewLayout) != 0)
            {
                layouts.Add(HistogramLayoutBytes.Read(ref source));
                allowed -= layouts[^1].CustomBounds.Length;
            }

            HistogramLayout layout = layouts[(flags & NewLayout) != 0 ? layouts.Count - 1 : source.Varint(layouts.Count - 1, "The number of a layout")];
            allowed -= (long)length * Columns(layout);
            if (allowed < 0)
            {
                throw new InvalidDataException($"The histograms of a chunk have more than {HistogramChunk.MaxCounts} counts.");
            }

            ReadColumns(ref source, layout, flags, histograms.Slice(from, length));
            from += length;
        }
    }

    private static int RunLength(ReadOnlySpan<Histogram> histograms)
    {
        Histogram first = histograms[0];
        int length = 1;
        while (length < histograms.Length
            && histograms[length].Hint == first.Hint
            && histograms[length].IsFloat == first.IsFloat
            && histograms[length].Layout.Equals(first.Layout))
        {
            length++;
        }

        return length;
    }

    private static bool CountsAreSums(ReadOnlySpan<Histogram> run)
    {
        foreach (Histogram histogram in run)
        {
            ulong sum = histogram.ZeroCountBits;
            foreach (ulong count in histogram.PositiveBits)
            {
                sum += count;
            }

            foreach (ulong count in histogram.NegativeBits)
            {
                sum += count;
            }

            if (sum != histogram.CountBits)
            {
                return false;
            }
        }

        return true;
    }

    private static void WriteColumns(ReadOnlySpan<Histogram> run, bool countIsSum, Span<long> column, Span<long> scratch, ref ByteSink sink)
    {
        column = column[..run.Length];
        bool isFloat = run[0].IsFloat;
        for (int i = 0; i < run.Length; i++)
        {
            column[i] = BitConverter.DoubleToInt64Bits(run[i].Sum);
        }

        WriteColumn(column, isFloat: true, scratch, ref sink);
        if (!countIsSum)
        {
            for (int i = 0; i < run.Length; i++)
            {
                column[i] = (long)run[i].CountBits;
            }

            WriteColumn(column, isFloat, scratch, ref sink);
        }

        for (int i = 0; i < run.Length; i++)
        {
            column[i] = (long)run[i].ZeroCountBits;
        }

        WriteColumn(column, isFloat, scratch, ref sink);
        for (int bucket = 0; bucket < run[0].PositiveBits.Length; bucket++)
        {
            for (int i = 0; i < run.Length; i++)
            {
                column[i] = (long)run[i].PositiveBits[bucket];
            }

            WriteColumn(column, isFloat, scratch, ref sink);
        }

        for (int bucket = 0; bucket < run[0].NegativeBits.Length; bucket++)
        {
            for (int i = 0; i < run.Length; i++)
            {
                column[i] = (long)run[i].NegativeBits[bucket];
            }

            WriteColumn(column, isFloat, scratch, ref sink);
        }
    }

    private static void WriteColumn(Span<long> column, bool isFloat, Span<long> scratch, ref ByteSink sink)
    {
        if (isFloat)
        {
            FloatColumn.Write(MemoryMarshal.Cast<long, double>(column), scratch, ref sink);
        }
        else
        {
            IntegerColumn.Write(column, ref sink);
        }
    }

    private static void ReadColumns(ref ByteSource source, HistogramLayout layout, int flags, Span<Histogram> run)
    {
        bool isFloat = (flags & FloatCounts) != 0;
        bool countIsSum = (flags & CountIsSum) != 0;
        int buckets = layout.PositiveBuckets + layout.NegativeBuckets;
        int length = run.Length;
        long[] rented = ArrayPool<long>.Shared.Rent(Columns(layout) * length);
        try
        {
            Span<long> sums = rented.AsSpan(0, length);
            Span<long> counts = rented.AsSpan(length, length);
            Span<long> rest = rented.AsSpan(2 * length, (1 + buckets) * length);
            ReadColumn(ref source, sums, isFloat: true);
            counts.Clear();
            if (!countIsSum)
            {
                ReadColumn(ref source, counts, isFloat);
            }

            for (int column = 0; column <= buckets; column++)
            {
                ReadColumn(ref source, rest.Slice(column * length, length), isFloat);
            }

            Span<ulong> positive = new ulong[layout.PositiveBuckets];
            Span<ulong> negative = new ulong[layout.NegativeBuckets];
            for (int i = 0; i < length; i++)
            {
                ulong zero = (ulong)rest[i];
                ulong count = countIsSum ? zero : (ulong)counts[i];
                for (int bucket = 0; bucket < buckets; bucket++)
                {
                    ulong each = (ulong)rest[((1 + bucket) * length) + i];
                    count += countIsSum ? each : 0;
                    (bucket < positive.Length ? positive : negative)[bucket < positive.Length ? bucket : bucket - positive.Length] = each;
                }

                double sum = BitConverter.Int64BitsToDouble(sums[i]);
                CounterResetHint hint = (CounterResetHint)(flags & HintMask);
                string? error = Histogram.TryMake(layout, hint, isFloat, count, zero, sum, positive, negative, out Histogram? histogram);
                run[i] = histogram ?? throw new InvalidDataException(error);
            }
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
        }
    }

    private static void ReadColumn(ref ByteSource source, Span<long> column, bool isFloat)
    {
        if (isFloat)
        {
            FloatColumn.Read(ref source, MemoryMarshal.Cast<long, double>(column), []);
        }
        else
        {
            IntegerColumn.Read(ref source, column, [], default(PlainForm));
        }
    }
}
