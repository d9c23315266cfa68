using System.Globalization;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>How much of an hour was observed, and when it was not.</summary>
internal static class Observation
{
    private const decimal SecondsPerHour = 3600;
    private const int MostGapsShown = 3;

    /// <summary>The share of a whole hour, rounded down so that 100% means all of it; seconds so far for an hour that still runs.</summary>
    public static string Share(string observedSeconds, bool open)
    {
        if (!decimal.TryParse(observedSeconds, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds))
        {
            return observedSeconds;
        }

        return open
            ? TimeText.Span(TimeSpan.FromSeconds((double)Math.Floor(seconds))) + " so far"
            : (Math.Floor(seconds / SecondsPerHour * 1000) / 10).ToString("0.0", CultureInfo.InvariantCulture) + "%";
    }

    /// <summary>The gaps with their lengths; when there are many, the first ones and how many more.</summary>
    public static string Gaps(IReadOnlyList<UsageGap> gaps)
    {
        string shown = string.Join(", ", gaps.Take(MostGapsShown).Select(gap =>
            $"{TimeText.Clock(gap.From)}-{TimeText.Clock(gap.To)} ({TimeText.Span(gap.To - gap.From)})"));
        return gaps.Count switch
        {
            0 => "none",
            <= MostGapsShown => shown,
            _ => $"{shown} and {gaps.Count - MostGapsShown} more",
        };
    }
}
