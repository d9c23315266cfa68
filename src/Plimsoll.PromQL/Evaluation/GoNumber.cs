using System.Globalization;

namespace Plimsoll.PromQL;

/// <summary>Numbers as Prometheus prints them where they become label values or parts of messages.</summary>
internal static class GoNumber
{
    /// <summary>As OpenMetrics writes the values of labels such as <c>le</c>: whole numbers with <c>.0</c>.</summary>
    public static string OpenMetrics(double value)
    {
        string text = Short(value);
        return double.IsFinite(value) && text.AsSpan().IndexOfAny('.', 'e') < 0 ? text + ".0" : text;
    }

    /// <summary>Shortest digits that read back, without an exponent.</summary>
    public static string Plain(double value)
    {
        if (double.IsNaN(value))
        {
            return "NaN";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "+Inf" : "-Inf";
        }

        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int exponentAt = text.IndexOf('E', StringComparison.Ordinal);
        if (exponentAt < 0)
        {
            return text;
        }

        int exponent = int.Parse(text.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string sign = text[0] == '-' ? "-" : "";
        string mantissa = text[sign.Length..exponentAt];
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        int point = (mantissa.IndexOf('.', StringComparison.Ordinal) is var dot && dot < 0 ? mantissa.Length : dot) + exponent;
        if (point <= 0)
        {
            return $"{sign}0.{new string('0', -point)}{digits}";
        }

        return point >= digits.Length ? $"{sign}{digits}{new string('0', point - digits.Length)}" : $"{sign}{digits[..point]}.{digits[point..]}";
    }

    /// <summary>Shortest digits, with an exponent where large or small.</summary>
    public static string Short(double value) =>
        double.IsFinite(value) && value != 0 && Math.Abs(value) is < 1e-4 or >= 1e21
            ? value.ToString("R", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal)
            : Plain(value);
}
