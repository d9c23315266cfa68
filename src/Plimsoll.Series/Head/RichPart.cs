namespace Plimsoll.Series.Head;

/// <summary>The histograms and starts of one series as they were at an instant: what it points to never changes within what it counts.</summary>
internal sealed record RichPart(
    SealedHistograms[] Chunks, long[] OpenMs, Histogram[] Open, long[] OpenStarts, int OpenCount, StartSteps Starts, long NewestMs)
{
    public bool HasHistograms => Chunks.Length > 0 || OpenCount > 0;

    /// <summary>The oldest histogram; <see cref="long.MaxValue"/> when there is none.</summary>
    public long MinMs
    {
        get
        {
            long min = OpenCount > 0 ? OpenMs[0] : long.MaxValue;
            foreach (SealedHistograms chunk in Chunks)
            {
                min = Math.Min(min, chunk.MinMs);
            }

            return min;
        }
    }

    /// <summary>The newest histogram that is here; <see cref="long.MinValue"/> when there is none.</summary>
    public long MaxMs
    {
        get
        {
            long max = OpenCount > 0 ? OpenMs[OpenCount - 1] : long.MinValue;
            foreach (SealedHistograms chunk in Chunks)
            {
                max = Math.Max(max, chunk.MaxMs);
            }

            return max;
        }
    }

    /// <summary>True when at least one histogram lies in the range.</summary>
    public bool Touches(TimeRange range)
    {
        if (Meets(OpenMs.AsSpan(0, OpenCount), range))
        {
            return true;
        }

        foreach (SealedHistograms chunk in Chunks)
        {
            if (range.Overlaps(chunk.MinMs, chunk.MaxMs))
            {
                if (chunk.MinMs >= range.MinMs || chunk.MaxMs <= range.MaxMs)
                {
                    return true;
                }

                long[] timestampsMs = new long[chunk.Count];
                Encodings.HistogramChunk.DecodeTimestamps(chunk.Bytes, timestampsMs);
                if (Meets(timestampsMs, range))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool Meets(ReadOnlySpan<long> timestampsMs, TimeRange range)
    {
        int at = timestampsMs.BinarySearch(range.MinMs);
        at = at < 0 ? ~at : at;
        return at < timestampsMs.Length && timestampsMs[at] <= range.MaxMs;
    }
}
