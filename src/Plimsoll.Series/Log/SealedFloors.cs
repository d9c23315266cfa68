namespace Plimsoll.Series.Log;

/// <summary>
/// Below which instant a tenant's samples at a place of the log are in blocks already: each block that the head made says
/// "samples logged before this place and older than this instant are in me or my elders".
/// </summary>
internal sealed class SealedFloors
{
    private readonly List<(LogPosition Before, long ThroughMs)> _steps = [];

    public SealedFloors(IEnumerable<(LogPosition Before, long ThroughMs)> entries)
    {
        // Of later places only what reaches further down the log counts: keep the steps of the falling stair.
        long highest = long.MinValue;
        foreach ((LogPosition Before, long ThroughMs) entry in entries.OrderByDescending(entry => entry.Before))
        {
            if (entry.ThroughMs > highest)
            {
                highest = entry.ThroughMs;
                _steps.Add(entry);
            }
        }
    }

    /// <summary>Samples before this instant, logged at this place, are in blocks.</summary>
    public long At(LogPosition position)
    {
        long floor = long.MinValue;
        foreach ((LogPosition before, long throughMs) in _steps)
        {
            if (before <= position)
            {
                break;
            }

            floor = Math.Max(floor, throughMs);
        }

        return floor;
    }
}
