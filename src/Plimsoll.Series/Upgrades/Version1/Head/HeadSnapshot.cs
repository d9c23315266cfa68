using Plimsoll.Series.Upgrades.Version1.Chunks;

namespace Plimsoll.Series.Upgrades.Version1.Head;

/// <summary>
/// The samples of a head series at one instant: complete chunks, then the open samples. It stays as it is while the series
/// goes on, because both arrays are only written past what the snapshot counts.
/// </summary>
internal readonly record struct HeadSnapshot(Chunk[] Chunks, int ChunkCount, long[] OpenMs, double[] OpenValues, int OpenCount)
{
    public long Samples
    {
        get
        {
            long samples = OpenCount;
            for (int i = 0; i < ChunkCount; i++)
            {
                samples += Chunks[i].Count;
            }

            return samples;
        }
    }

    public bool IsEmpty => ChunkCount == 0 && OpenCount == 0;

    public long MinMs => ChunkCount > 0 ? Chunks[0].MinMs : OpenCount > 0 ? OpenMs[0] : long.MaxValue;

    public long MaxMs => OpenCount > 0 ? OpenMs[OpenCount - 1] : ChunkCount > 0 ? Chunks[ChunkCount - 1].MaxMs : long.MinValue;

    /// <summary>True when at least one sample lies in the range.</summary>
    public bool Touches(TimeRange range)
    {
        if (IsEmpty || !range.Overlaps(MinMs, MaxMs))
        {
            return false;
        }

        int first = OpenMs.AsSpan(0, OpenCount).BinarySearch(range.MinMs);
        first = first < 0 ? ~first : first;
        if (first < OpenCount && OpenMs[first] <= range.MaxMs)
        {
            return true;
        }

        for (int i = 0; i < ChunkCount; i++)
        {
            if (range.Overlaps(Chunks[i].MinMs, Chunks[i].MaxMs) && ChunkDecoder.Touches(Chunks[i], range))
            {
                return true;
            }
        }

        return false;
    }
}
