using System.Buffers.Binary;

namespace Plimsoll.Series.Log;

/// <summary>What is sound in a segment or checkpoint, and what is not.</summary>
/// <param name="Records">Where the payloads of sound records lie, in order.</param>
/// <param name="Damaged">Stretches with sound records after them: something was there that can't be read any more.</param>
/// <param name="SoundEnd">Where the last sound record ends; what follows was never finished, or is damaged.</param>
internal sealed record SegmentScan(List<Range> Records, List<Range> Damaged, int SoundEnd)
{
    // Looking for the next sound record may check this many times the segment's bytes: a hostile label value full of frame
    // marks makes it slow, not endless.
    private const long SearchBudgetFactor = 64;

    public static SegmentScan Of(ReadOnlySpan<byte> bytes, ulong sequence)
    {
        List<Range> records = [];
        List<Range> damaged = [];
        long budget = SearchBudgetFactor * bytes.Length;
        int at = LogFormat.HeaderLength;
        int soundEnd = Math.Min(at, bytes.Length);
        while (at < bytes.Length)
        {
            int end = FrameEnd(bytes, at, sequence, ref budget);
            if (end < 0)
            {
                int next = FindNext(bytes, at + 1, sequence, ref budget);
                if (next < 0)
                {
                    break;
                }

                damaged.Add(at..next);
                at = next;
                continue;
            }

            records.Add((at + LogFormat.FrameLength)..end);
            soundEnd = at = end;
        }

        return new SegmentScan(records, damaged, soundEnd);
    }

    /// <summary>True if a frame stands there whose bytes are all there, whatever its checksum says.</summary>
    public static bool HasWholeFrame(ReadOnlySpan<byte> bytes, int at) =>
        bytes.Length - at >= LogFormat.FrameLength
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) == LogFormat.FrameMagic
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]) <= bytes.Length - at - LogFormat.FrameLength;

    private static int FindNext(ReadOnlySpan<byte> bytes, int from, ulong sequence, ref long budget)
    {
        Span<byte> magic = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(magic, LogFormat.FrameMagic);
        while (budget > 0 && from < bytes.Length)
        {
            int found = bytes[from..].IndexOf(magic);
            if (found < 0)
            {
                return -1;
            }

            from += found;
            if (FrameEnd(bytes, from, sequence, ref budget) >= 0)
            {
                return from;
            }

            from++;
        }

        return -1;
    }

    private static int FrameEnd(ReadOnlySpan<byte> bytes, int at, ulong sequence, ref long budget)
    {
        if (bytes.Length - at < LogFormat.FrameLength
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) != LogFormat.FrameMagic)
        {
            return -1;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
        if (length > bytes.Length - at - LogFormat.FrameLength)
        {
            return -1;
        }

        budget -= length;
        ReadOnlySpan<byte> payload = bytes.Slice(at + LogFormat.FrameLength, (int)length);
        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 8)..]);
        return checksum == Checksum.At(sequence, (ulong)at, payload) ? at + LogFormat.FrameLength + (int)length : -1;
    }
}
