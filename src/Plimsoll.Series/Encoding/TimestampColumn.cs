using System.Runtime.CompilerServices;

namespace Plimsoll.Series.Encodings;

/// <summary>
/// A column of ascending timestamps. Regular ones cost a few bytes together; those that waver around a regular beat, as scrapes do,
/// are stored as their distance from the beat.
/// </summary>
internal static class TimestampColumn
{
    private const byte Plain = 0;
    private const byte AroundBeat = 1;

    public static int MaxBytes(int count) => 16 + IntegerColumn.MaxBytes(count);

    /// <param name="scratch">As many as there are timestamps.</param>
    [SkipLocalsInit]
    public static void Write(scoped ReadOnlySpan<long> timestampsMs, scoped Span<long> scratch, ref ByteSink sink)
    {
        scratch = scratch[..timestampsMs.Length];
        ByteSink plain = sink;
        plain.Byte(Plain);
        timestampsMs.CopyTo(scratch);
        ResidualPlan plan = ResidualPlanner.Plan(scratch, ref plain);
        if (plan.Mode == ResidualMode.Constant || timestampsMs.Length < 3)
        {
            IntegerColumn.WriteResiduals(plan, scratch[1..], ref plain);
            sink = plain;
            return;
        }

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

    /// <summary>The beat: the mean distance, rounded to the nearest millisecond. Any number would do, this one makes the rest small.</summary>
    private static long Step(ReadOnlySpan<long> timestampsMs)
    {
        Int128 span = (Int128)timestampsMs[^1] - timestampsMs[0];
        int steps = timestampsMs.Length - 1;
        return (long)((span + (steps / 2)) / steps);
    }
}
