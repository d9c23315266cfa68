namespace Plimsoll.Series.Encodings;

/// <summary>When the counters of samples began: it changes only when a process restarts, so it is stored in runs.</summary>
internal static class StartRuns
{
    public static int MaxBytes(int count) => 8 + (count * 12);

    /// <param name="startTimestampsMs">One a sample; nothing is written if there are none.</param>
    public static void Write(scoped ReadOnlySpan<long> startTimestampsMs, ref ByteSink sink)
    {
        long last = 0;
        for (int from = 0; from < startTimestampsMs.Length;)
        {
            long start = startTimestampsMs[from];
            int to = from + 1;
            while (to < startTimestampsMs.Length && startTimestampsMs[to] == start)
            {
                to++;
            }

            sink.Varint((ulong)(to - from));
            sink.Zigzag(start - last);
            last = start;
            from = to;
        }
    }

    /// <param name="startTimestampsMs">As many as there are samples, at least one.</param>
    public static void Read(ref ByteSource source, scoped Span<long> startTimestampsMs)
    {
        long start = 0;
        for (int from = 0; from < startTimestampsMs.Length;)
        {
            int run = source.Varint(startTimestampsMs.Length - from, "The length of a run of start timestamps");
            if (run == 0)
            {
                throw new InvalidDataException("A run of start timestamps is empty.");
            }

            start += source.Zigzag();
            startTimestampsMs.Slice(from, run).Fill(start);
            from += run;
        }
    }

    /// <summary>Passes over the runs of so many samples.</summary>
    public static void Skip(ref ByteSource source, int samples)
    {
        for (int from = 0; from < samples;)
        {
            int run = source.Varint(samples - from, "The length of a run of start timestamps");
            if (run == 0)
            {
                throw new InvalidDataException("A run of start timestamps is empty.");
            }

            source.Zigzag();
            from += run;
        }
    }
}
