using System.Globalization;

namespace Plimsoll.Cli;

/// <summary>Times and durations as people write and read them; always UTC.</summary>
internal static class TimeText
{
    private static readonly (string Unit, double Milliseconds)[] Units =
    [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000), ("y", 31_536_000_000),
    ];

    // A lower t and z are RFC 3339 as well, and so is a space for the T.
    private static readonly string[] InstantFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
        "yyyy-MM-dd HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd HH:mm:ss.FFFFFFFzzz",
        "yyyy-MM-dd",
    ];

    /// <summary>Minutes, with seconds where there are any.</summary>
    public static string Instant(DateTimeOffset time) =>
        time.UtcDateTime.ToString(time.UtcTicks % TimeSpan.TicksPerMinute == 0 ? "yyyy-MM-dd HH:mm" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>With its seconds even where they are none, so that a column of them aligns.</summary>
    public static string Second(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Clock(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The two largest units, such as <c>3h 12m</c>.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => span.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture) + "s",
        { TotalMinutes: < 60 } => $"{span.Minutes}m {span.Seconds}s",
        { TotalHours: < 24 } => $"{span.Hours}h {span.Minutes}m",
        _ => $"{(int)span.TotalDays}d {span.Hours}h",
    };

    /// <summary>Prometheus' durations (<c>1h30m</c>, <c>15s</c>, <c>500ms</c>), or seconds as a plain number; above zero.</summary>
    public static bool TryParseSpan(string text, out TimeSpan span)
    {
        span = default;
        double milliseconds = 0;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds))
        {
            milliseconds = seconds * 1000;
        }
        else
        {
            ReadOnlySpan<char> rest = text;
            while (rest.Length > 0)
            {
                int digits = rest.IndexOfAnyExceptInRange('0', '9');
                if (digits <= 0 || !long.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out long count))
                {
                    return false;
                }

                rest = rest[digits..];
                int end = rest.IndexOfAnyInRange('0', '9');
                string unit = (end < 0 ? rest : rest[..end]).ToString();
                int known = Array.FindIndex(Units, candidate => candidate.Unit == unit);
                if (known < 0)
                {
                    return false;
                }

                milliseconds += count * Units[known].Milliseconds;
                rest = end < 0 ? [] : rest[end..];
            }
        }

        if (milliseconds < 1 || milliseconds > TimeSpan.FromDays(36_500).TotalMilliseconds)
        {
            return false;
        }

        span = TimeSpan.FromMilliseconds(milliseconds);
        return true;
    }

    /// <summary>
    /// RFC 3339, a date (its midnight in UTC), or Unix seconds. Nothing looser: a time without a day or a day that two
    /// countries read differently would be guessed at.
    /// </summary>
    public static bool TryParseInstant(string text, out DateTimeOffset time)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double unix))
        {
            bool sensible = unix < 253_402_300_800;
            time = sensible ? DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(unix * 1000)) : default;
            return sensible;
        }

        return DateTimeOffset.TryParseExact(
            text.ToUpperInvariant(),
            InstantFormats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out time);
    }
}
