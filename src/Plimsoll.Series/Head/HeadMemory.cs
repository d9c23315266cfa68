using Plimsoll.Series.Cardinality;

namespace Plimsoll.Series.Head;

/// <summary>
/// Watches that all heads together stay within the memory they may have: new series are refused past it. Measured now and
/// then, because asking every head costs more than a series does. Safe for several threads.
/// </summary>
internal sealed class HeadMemory(long limit, Func<long> bytes)
{
    private const int SeriesBetween = 1024;

    private long _bytes;
    private int _since = SeriesBetween;

    /// <summary>Measures anew.</summary>
    public void Measure()
    {
        Volatile.Write(ref _since, 0);
        Volatile.Write(ref _bytes, bytes());
    }

    /// <summary>Asks for room for a new series.</summary>
    /// <returns>Null when there is some.</returns>
    public QuotaRefusal? TakeSeries()
    {
        if (Interlocked.Increment(ref _since) > SeriesBetween)
        {
            Measure();
        }

        long used = Volatile.Read(ref _bytes);
        return used <= limit
            ? null
            : new QuotaRefusal(
                AppendRefusal.TooManySeries,
                $"The series in memory take {used >> 20} MiB of the {limit >> 20} MiB that they may (option MemoryBytes); new ones are taken again when older ones have ended.");
    }
}
