using System.Globalization;
using System.Text;

namespace Plimsoll.PromQL;

/// <summary>Durations as <c>1h30m</c>: units y w d h m s ms, largest first, each once. A day has 24 hours, a year 365 days.</summary>
public static class DurationText
{
    private static readonly (string Name, long Ms)[] Units =
    [
        ("y", 365L * 24 * 3_600_000), ("w", 7L * 24 * 3_600_000), ("d", 24L * 3_600_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ];

    public static bool TryReadMs(ReadOnlySpan<char> text, out long milliseconds)
    {
        milliseconds = 0;
        int nextUnit = 0;
        int at = 0;
        while (at < text.Length)
        {
            int digits = at;
            while (digits < text.Length && char.IsAsciiDigit(text[digits]))
            {
                digits++;
            }

            int letters = digits;
            while (letters < text.Length && char.IsAsciiLetter(text[letters]))
            {
                letters++;
            }

            ReadOnlySpan<char> name = text[digits..letters];
            int unit = nextUnit;
            while (unit < Units.Length && !name.SequenceEqual(Units[unit].Name))
            {
                unit++;
            }

            if (unit == Units.Length || digits - at is 0 or > 18 ||
                !long.TryParse(text[at..digits], NumberStyles.None, CultureInfo.InvariantCulture, out long count) ||
                count > (long.MaxValue - milliseconds) / Units[unit].Ms)
            {
                return false;
            }

            milliseconds += count * Units[unit].Ms;
            nextUnit = unit + 1;
            at = letters;
        }

        return text.Length > 0;
    }

    /// <summary>The shortest exact form; plain seconds where milliseconds are not enough.</summary>
    internal static string Format(double seconds)
    {
        double exact = Math.Round(seconds * 1000);
        if (exact is < 0 or >= 1e15 || exact / 1000 != seconds)
        {
            return Formatter.Number(seconds);
        }

        long rest = (long)exact;
        if (rest == 0)
        {
            return "0s";
        }

        StringBuilder text = new();
        foreach ((string name, long ms) in Units)
        {
            if (rest / ms > 0)
            {
                text.Append(rest / ms).Append(name);
                rest %= ms;
            }
        }

        return text.ToString();
    }
}
