using System.Runtime.InteropServices;

namespace Plimsoll.Series.Cardinality;

/// <summary>
/// Remembers how many series a head had when: ids ascend in order of creation, so a count is enough to tell the new ones
/// from the old, and adding a series costs nothing. Guarded like the index.
/// </summary>
internal sealed class SeriesGrowth
{
    private const long EveryMs = 5 * 60_000;
    private const long KeptMs = 60 * 60_000;

    private readonly List<Mark> _marks = [];

    /// <summary>Notes how many series there are now; called at will, kept every five minutes.</summary>
    public void Note(long nowMs, int series)
    {
        if (_marks.Count > 0 && nowMs - _marks[^1].Ms < EveryMs)
        {
            return;
        }

        _marks.Add(new Mark(nowMs, series));

        // The newest of those that are an hour old stays, to count from.
        while (_marks.Count > 1 && _marks[1].Ms <= nowMs - KeptMs)
        {
            _marks.RemoveAt(0);
        }
    }

    /// <summary>Ids from this one on were created since an instant about an hour ago, or since the first note.</summary>
    public (int FirstId, long SinceMs) LastHour(long nowMs)
    {
        if (_marks.Count == 0)
        {
            return (0, nowMs);
        }

        int at = 0;
        while (at + 1 < _marks.Count && _marks[at + 1].Ms <= nowMs - KeptMs)
        {
            at++;
        }

        return (_marks[at].Series, _marks[at].Ms);
    }

    /// <summary>Follows the renumbering of <see cref="Index.HeadIndex.Keep"/>.</summary>
    /// <param name="kept">The old ids of the series that stay, ascending.</param>
    public void Keep(ReadOnlySpan<int> kept)
    {
        foreach (ref Mark mark in CollectionsMarshal.AsSpan(_marks))
        {
            int place = kept.BinarySearch(mark.Series);
            mark = mark with { Series = place < 0 ? ~place : place };
        }
    }

    private readonly record struct Mark(long Ms, int Series);
}
