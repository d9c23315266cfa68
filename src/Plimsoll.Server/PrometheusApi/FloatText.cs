using System.Globalization;

namespace Plimsoll.Server.PrometheusApi;

/// <summary>
/// Floats as Prometheus' API writes them: the shortest digits that read back to the same value, plain from 1e-6 up to 1e21
/// and with an exponent of at least two digits outside of that; <c>NaN</c>, <c>+Inf</c>, <c>-Inf</c>.
/// </summary>
internal static class FloatText
{
    /// <summary>Room that any value fits in.</summary>
    public const int MaxLength = 40;

    public static int Write(double value, Span<byte> destination)
    {
        if (!double.IsFinite(value))
        {
            ReadOnlySpan<byte> name = double.IsNaN(value) ? "NaN"u8 : value > 0 ? "+Inf"u8 : "-Inf"u8;
            name.CopyTo(destination);
            return name.Length;
        }

        // Most samples are integers; this is several times faster than the shortest-digits search.
        if (value == Math.Floor(value) && Math.Abs(value) < 1e15 && !(value == 0 && double.IsNegative(value)))
        {
            ((long)value).TryFormat(destination, out int digits, default, CultureInfo.InvariantCulture);
            return digits;
        }

        Span<byte> shortest = stackalloc byte[32];
        value.TryFormat(shortest, out int length, "R", CultureInfo.InvariantCulture);
        shortest = shortest[..length];
        int mark = shortest.IndexOf((byte)'E');
        double size = Math.Abs(value);
        bool plain = size == 0 || (size >= 1e-6 && size < 1e21);
        return mark < 0 && plain ? Copy(shortest, destination) : Rewrite(shortest, mark, plain, destination);
    }

    public static string ToText(double value)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        return System.Text.Encoding.ASCII.GetString(text[..Write(value, text)]);
    }

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        text.CopyTo(destination);
        return text.Length;
    }

    /// <summary>From .NET's choice between plain and exponent to Prometheus': the digits and the point's place stay the same.</summary>
    private static int Rewrite(ReadOnlySpan<byte> text, int mark, bool plain, Span<byte> destination)
    {
        int written = 0;
        if (text[0] == '-')
        {
            destination[written++] = (byte)'-';
            text = text[1..];
            mark--;
        }

        int exponent = 0;
        ReadOnlySpan<byte> mantissa = text;
        if (mark >= 0)
        {
            exponent = int.Parse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            mantissa = text[..mark];
        }

        Span<byte> digits = stackalloc byte[32];
        int count = 0;
        int point = mantissa.IndexOf((byte)'.');
        int before = point < 0 ? mantissa.Length : point;
        foreach (byte character in mantissa)
        {
            if (character != '.')
            {
                digits[count++] = character;
            }
        }

        int leading = 0;
        while (leading < count - 1 && digits[leading] == '0')
        {
            leading++;
        }

        digits = digits[leading..count];
        int pointAt = before - leading + exponent;
        return written + (plain ? Plain(digits, pointAt, destination[written..]) : Scientific(digits, pointAt - 1, destination[written..]));
    }

    private static int Plain(ReadOnlySpan<byte> digits, int pointAt, Span<byte> destination)
    {
        int written = 0;
        if (pointAt <= 0)
        {
            destination[written++] = (byte)'0';
            destination[written++] = (byte)'.';
            for (; pointAt < 0; pointAt++)
            {
                destination[written++] = (byte)'0';
            }

            digits.CopyTo(destination[written..]);
            return written + digits.Length;
        }

        for (int i = 0; i < Math.Max(digits.Length, pointAt); i++)
        {
            if (i == pointAt)
            {
                destination[written++] = (byte)'.';
            }

            destination[written++] = i < digits.Length ? digits[i] : (byte)'0';
        }

        return written;
    }

    private static int Scientific(ReadOnlySpan<byte> digits, int exponent, Span<byte> destination)
    {
        digits = digits.TrimEnd((byte)'0');
        int written = 0;
        destination[written++] = digits[0];
        if (digits.Length > 1)
        {
            destination[written++] = (byte)'.';
            digits[1..].CopyTo(destination[written..]);
            written += digits.Length - 1;
        }

        destination[written++] = (byte)'e';
        destination[written++] = exponent < 0 ? (byte)'-' : (byte)'+';
        Math.Abs(exponent).TryFormat(destination[written..], out int length, "00", CultureInfo.InvariantCulture);
        return written + length;
    }
}
