using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Plimsoll.Series.Encodings;

/// <summary>
/// A column of ascending timestamps. Regular ones cost a few bytes together; those that waver around a regular beat, as scrapes do,
/// are stored as their distance from the beat.
/// </summary>
internal static class TimestampColumn
{
    private const byte Plain = 0;
    private const byte AroundBeat = 1;
    private const byte Regular = 2;

    public static int MaxBytes(int count) => 16 + IntegerColumn.MaxBytes(count);

    /// <param name="scratch">As many as there are timestamps.</param>
    [SkipLocalsInit]
    public static void Write(scoped ReadOnlySpan<long> timestampsMs, scoped Span<long> scratch, ref ByteSink sink)
    {
        if (IsRegular(timestampsMs, out long regularMs))
        {
            sink.Byte(Regular);
            sink.Zigzag(timestampsMs[0]);
            sink.Zigzag(regularMs);
            return;
        }

        scratch = scratch[..timestampsMs.Length];
        ByteSink plain = sink;
        plain.Byte(Plain);
        timestampsMs.CopyTo(scratch);
        ResidualPlan plan = ResidualPlanner.Plan(scratch, ref plain);
        long plainBits = plan.Bits + (8 * plain.Length);
        ByteSink beat = sink;
        long stepMs = Step(timestampsMs);
        beat.Byte(AroundBeat);
        beat.Zigzag(stepMs);
        for (int i = 0; i < scratch.Length; i++)
        {
            scratch[i] = timestampsMs[i] - (stepMs * i);
        }

        plan = ResidualPlanner.Plan(scratch, ref beat);
        if (plan.Bits + (8 * beat.Length) < plainBits)
        {
            IntegerColumn.WriteResiduals(plan, scratch[1..], ref beat);
            sink = beat;
            return;
        }

        plain = sink;
        plain.Byte(Plain);
        timestampsMs.CopyTo(scratch);
        IntegerColumn.Write(scratch, ref plain);
        sink = plain;
    }

    public static void Read(ref ByteSource source, scoped Span<long> timestampsMs)
    {
        byte kind = source.Byte();
        if (kind == Regular)
        {
            long firstMs = source.Zigzag();
            Fill(timestampsMs, firstMs, source.Zigzag());
            return;
        }

        if (kind > AroundBeat)
        {
            throw new InvalidDataException($"A column of timestamps is of kind {kind}.");
        }

        long stepMs = kind == AroundBeat ? source.Zigzag() : 0;
        IntegerColumn.Read(ref source, timestampsMs, [], default(PlainForm));
        if (kind == AroundBeat)
        {
            long beatMs = 0;
            foreach (ref long timestampMs in timestampsMs)
            {
                timestampMs += beatMs;
                beatMs += stepMs;
            }
        }
    }

    /// <summary>Reads a part of a column: the timestamps from <paramref name="from"/> on, of <paramref name="count"/> in all.</summary>
    [SkipLocalsInit]
    public static void ReadPart(ref ByteSource source, int count, int from, scoped Span<long> timestampsMs)
    {
        if (source.Remaining > 0 && source.Rest[0] == Regular)
        {
            source.Byte();
            long firstMs = source.Zigzag();
            long stepMs = source.Zigzag();
            Fill(timestampsMs, firstMs + (from * stepMs), stepMs);
            return;
        }

        Span<long> all = stackalloc long[Chunk.MaxSamples];
        all = all[..count];
        Read(ref source, all);
        all.Slice(from, timestampsMs.Length).CopyTo(timestampsMs);
    }

    private static void Fill(Span<long> timestampsMs, long firstMs, long stepMs)
    {
        int i = 0;
        if (Vector256.IsHardwareAccelerated && timestampsMs.Length >= 8)
        {
            ref long target = ref MemoryMarshal.GetReference(timestampsMs);
            Vector256<long> low = Vector256.Create(firstMs, firstMs + stepMs, firstMs + (2 * stepMs), firstMs + (3 * stepMs));
            Vector256<long> high = low + Vector256.Create(4 * stepMs);
            Vector256<long> step = Vector256.Create(8 * stepMs);
            for (; i <= timestampsMs.Length - 8; i += 8)
            {
                low.StoreUnsafe(ref target, (nuint)i);
                high.StoreUnsafe(ref target, (nuint)(i + 4));
                low += step;
                high += step;
            }
        }

        for (; i < timestampsMs.Length; i++)
        {
            timestampsMs[i] = firstMs + (i * stepMs);
        }
    }

    private static bool IsRegular(ReadOnlySpan<long> timestampsMs, out long stepMs)
    {
        stepMs = timestampsMs.Length > 1 ? timestampsMs[1] - timestampsMs[0] : 0;
        for (int i = 1; i < timestampsMs.Length; i++)
        {
            if (timestampsMs[i] - timestampsMs[i - 1] != stepMs)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The beat: the mean distance, rounded to the nearest millisecond. Any number would do, this one makes the rest small.</summary>
    private static long Step(ReadOnlySpan<long> timestampsMs)
    {
        Int128 span = (Int128)timestampsMs[^1] - timestampsMs[0];
        int steps = timestampsMs.Length - 1;
        return (long)((span + (steps / 2)) / steps);
    }
}
