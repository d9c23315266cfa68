using System.Globalization;
using System.Text;

namespace Plimsoll.Server.Configuration;

/// <summary>Durations as Prometheus writes them: <c>1h30m</c>, units from <c>y</c> down to <c>ms</c>, each at most once.</summary>
internal static class PromDuration
{
    private static readonly (string Unit, long Milliseconds)[] Units =
    [
        ("y", 365L * 24 * 3600 * 1000),
        ("w", 7L * 24 * 3600 * 1000),
        ("d", 24L * 3600 * 1000),
        ("h", 3600L * 1000),
        ("m", 60L * 1000),
        ("s", 1000L),
        ("ms", 1L),
    ];

    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        if (text is "0")
        {
            return true;
        }

        if (text.IsEmpty)
        {
            return false;
        }

        decimal total = 0;
        int next = 0;
        while (!text.IsEmpty)
        {
            int digits = text.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || !long.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out long count))
            {
                return false;
            }

            text = text[digits..];
            int letters = text.IndexOfAnyInRange('0', '9');
            ReadOnlySpan<char> unit = letters < 0 ? text : text[..letters];
            while (next < Units.Length && !unit.SequenceEqual(Units[next].Unit))
            {
                next++;
            }

            if (next == Units.Length)
            {
                return false;
            }

            total += (decimal)count * Units[next].Milliseconds;
            next++;
            text = text[unit.Length..];
        }

        if (total > 3_000_000_000_000_000m)
        {
            return false;
        }

        duration = TimeSpan.FromMilliseconds((double)total);
        return true;
    }

    public static string Format(TimeSpan duration)
    {
        long left = (long)duration.TotalMilliseconds;
        StringBuilder text = new();
        foreach ((string unit, long milliseconds) in Units)
        {
            if (left / milliseconds > 0)
            {
                text.Append(left / milliseconds).Append(unit);
                left %= milliseconds;
            }
        }

        return text.Length == 0 ? "0" : text.ToString();
    }
}
