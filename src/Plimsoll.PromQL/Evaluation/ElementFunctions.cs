namespace Plimsoll.PromQL;

/// <summary>Functions of one number.</summary>
internal static class ElementFunctions
{
    public static Func<double, double>? Of(string name) => name switch
    {
        "abs" => Math.Abs,
        "ceil" => Math.Ceiling,
        "floor" => Math.Floor,
        "exp" => Math.Exp,
        "ln" => Math.Log,
        "log2" => Math.Log2,
        "log10" => Math.Log10,
        "sqrt" => Math.Sqrt,
        "sgn" => static value => value > 0 ? 1 : value < 0 ? -1 : value,
        "sin" => Math.Sin,
        "cos" => Math.Cos,
        "tan" => Math.Tan,
        "asin" => Math.Asin,
        "acos" => Math.Acos,
        "atan" => Math.Atan,
        "sinh" => Math.Sinh,
        "cosh" => Math.Cosh,
        "tanh" => Math.Tanh,
        "asinh" => Math.Asinh,
        "acosh" => Math.Acosh,
        "atanh" => Math.Atanh,
        "deg" => static value => value * 180 / Math.PI,
        "rad" => static value => value * Math.PI / 180,
        _ => null,
    };
}

/// <summary>Parts of the UTC date of a time in seconds since 1970; NaN outside the years 1 to 9999.</summary>
internal static class Calendar
{
    public static Func<double, double>? Of(string name) => name switch
    {
        "minute" => static seconds => Part(seconds, static time => time.Minute),
        "hour" => static seconds => Part(seconds, static time => time.Hour),
        "day_of_month" => static seconds => Part(seconds, static time => time.Day),
        "day_of_week" => static seconds => Part(seconds, static time => (int)time.DayOfWeek),
        "day_of_year" => static seconds => Part(seconds, static time => time.DayOfYear),
        "days_in_month" => static seconds => Part(seconds, static time => DateTime.DaysInMonth(time.Year, time.Month)),
        "month" => static seconds => Part(seconds, static time => time.Month),
        "year" => static seconds => Part(seconds, static time => time.Year),
        _ => null,
    };

    private static double Part(double seconds, Func<DateTime, int> part)
    {
        double whole = Math.Truncate(seconds);
        return whole is >= -62_135_596_800 and <= 253_402_300_799 ? part(DateTimeOffset.FromUnixTimeSeconds((long)whole).UtcDateTime) : double.NaN;
    }
}

/// <summary>Text order in which runs of digits compare as numbers: <c>disk9</c> before <c>disk10</c>.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x;
        ReadOnlySpan<char> b = y;
        while (a.Length > 0 && b.Length > 0)
        {
            int runA = DigitRun(a);
            int runB = DigitRun(b);
            if (runA > 0 && runB > 0)
            {
                ReadOnlySpan<char> numberA = a[..runA].TrimStart('0');
                ReadOnlySpan<char> numberB = b[..runB].TrimStart('0');
                int order = numberA.Length != numberB.Length ? numberA.Length - numberB.Length : numberA.SequenceCompareTo(numberB);
                order = order != 0 ? order : runA - runB;
                if (order != 0)
                {
                    return order;
                }

                a = a[runA..];
                b = b[runB..];
            }
            else if (a[0] != b[0])
            {
                return a[0] - b[0];
            }
            else
            {
                a = a[1..];
                b = b[1..];
            }
        }

        return a.Length - b.Length;
    }

    private static int DigitRun(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }
}
