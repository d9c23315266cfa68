namespace Plimsoll.Series.Head;

/// <summary>
/// The layout of a series' open buffer: room for so many raw values, then, for irregular timestamps only, as many 4-byte
/// offsets from the first. Samples are only ever added behind those that are there, so who counted them may read them
/// while others are added.
/// </summary>
internal static unsafe class OpenSamples
{
    /// <summary>The most samples that stay open; then they are sealed into a chunk.</summary>
    public const int Max = 120;

    /// <summary>Fewer capacities than this would copy often, more would waste room in a head of a million short series.</summary>
    private static ReadOnlySpan<byte> Capacities => [4, 8, 12, 16, 24, 32, 48, 64, 96, Max];

    public static int NextCapacity(int capacity)
    {
        foreach (byte next in Capacities)
        {
            if (next > capacity)
            {
                return next;
            }
        }

        return Max;
    }

    public static int SizeFor(int capacity, bool irregular) => capacity * (irregular ? 12 : 8);

    public static double* Values(byte* open) => (double*)open;

    public static int* Offsets(byte* open, int capacity) => (int*)(open + (capacity * sizeof(double)));

    /// <summary>Writes the timestamps of the first samples.</summary>
    public static void CopyTimestamps(byte* open, int capacity, long firstMs, int stepMs, int count, Span<long> timestampsMs)
    {
        if (stepMs == SeriesSlot.Irregular)
        {
            int* offsets = Offsets(open, capacity);
            for (int i = 0; i < count; i++)
            {
                timestampsMs[i] = firstMs + offsets[i];
            }
        }
        else
        {
            for (int i = 0; i < count; i++)
            {
                timestampsMs[i] = firstMs + ((long)i * stepMs);
            }
        }
    }

    /// <summary>The index of the first sample at or after an instant; the count when there is none.</summary>
    public static int LowerBound(byte* open, int capacity, long firstMs, int stepMs, int count, long ms)
    {
        if (count == 0 || ms <= firstMs)
        {
            return 0;
        }

        long distance = ms - firstMs; // Both lie within what a store takes; far from overflowing.
        if (stepMs == SeriesSlot.Irregular)
        {
            ReadOnlySpan<int> offsets = new(Offsets(open, capacity), count);
            if (distance > offsets[^1])
            {
                return count;
            }

            int at = offsets.BinarySearch((int)distance);
            return at < 0 ? ~at : at;
        }

        return stepMs == 0 ? count : (int)Math.Min(count, (distance + stepMs - 1) / stepMs);
    }
}
