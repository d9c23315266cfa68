namespace Plimsoll.PromQL;

/// <summary>What the times at which a counter began say of two samples that follow each other. Milliseconds; 0 is not known.</summary>
internal static class StartTimes
{
    /// <summary>True when the counter began anew after the sample before: it counts from zero even where its value is not lower.</summary>
    public static bool IsReset(long previousStartMs, long previousMs, long startMs, long timeMs)
    {
        // At or behind its own sample a start says nothing; OpenTelemetry writes the sample's time where it does not know.
        if (startMs == 0 || startMs >= timeMs || startMs < previousMs)
        {
            return false;
        }

        // Exactly at the sample before: deltas do so, and so does the second sample of a counter whose start is not known.
        return startMs > previousMs || (previousStartMs != 0 && previousStartMs < previousMs);
    }

    /// <summary>True when a counter that is not the one before began while that still counted.</summary>
    public static bool Overlaps(long previousStartMs, long previousMs, long startMs) =>
        startMs != 0 && startMs < previousMs && startMs != previousStartMs;
}
