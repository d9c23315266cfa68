using System.Globalization;

namespace Plimsoll.PromQL;

/// <summary>Numbers: decimal, hexadecimal, octal with a leading zero, underscores between digits.</summary>
internal static class NumberText
{
    public static bool TryRead(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        if (text.Length == 0 || text[^1] == '_' || text[0] == '_' || text.Contains("__", StringComparison.Ordinal))
        {
            return false;
        }

        string plain = text.ToString().Replace("_", "", StringComparison.Ordinal);
        if (plain.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            bool read = ulong.TryParse(plain.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong hex);
            value = hex;
            return read;
        }

        if (plain.Length > 1 && plain[0] == '0' && plain.AsSpan().IndexOfAnyExceptInRange('0', '7') < 0 && plain.Length <= 21)
        {
            value = (double)plain.Aggregate(0UL, (sum, digit) => (sum * 8) + (ulong)(digit - '0'));
            return true;
        }

        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return char.IsAsciiDigit(plain.TrimStart('.')[..1].FirstOrDefault()) && double.TryParse(plain, Style, CultureInfo.InvariantCulture, out value);
    }
}
