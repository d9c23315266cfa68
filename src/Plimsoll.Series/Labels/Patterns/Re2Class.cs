using System.Globalization;
using System.Text;

namespace Plimsoll.Series;

/// <summary>A character class of RE2, or an escape that stands for one, written for the framework's engine.</summary>
/// <param name="Units">What matches one UTF-16 unit, or one of the listed pairs: right where it is repeated any number of times.</param>
/// <param name="Text">What matches one character, which outside of the basic plane is a pair of units.</param>
internal readonly record struct Re2Class(string Units, string Text)
{
    /// <summary>Any character outside of the basic plane; RE2 counts it as one.</summary>
    public const string Astral = "[\\uD800-\\uDBFF][\\uDC00-\\uDFFF]";

    private const char Last = '\uFFFF';
    private static readonly (char, char)[] Digit = [('0', '9')];
    private static readonly (char, char)[] Word = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
    private static readonly (char, char)[] PerlSpace = [('\t', '\n'), ('\f', '\r'), (' ', ' ')];

    private static readonly Dictionary<string, (char, char)[]> Posix = new(StringComparer.Ordinal)
    {
        ["alnum"] = [('0', '9'), ('A', 'Z'), ('a', 'z')],
        ["alpha"] = [('A', 'Z'), ('a', 'z')],
        ["ascii"] = [('\0', '\x7F')],
        ["blank"] = [('\t', '\t'), (' ', ' ')],
        ["cntrl"] = [('\0', '\x1F'), ('\x7F', '\x7F')],
        ["digit"] = Digit,
        ["graph"] = [('!', '~')],
        ["lower"] = [('a', 'z')],
        ["print"] = [(' ', '~')],
        ["punct"] = [('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        ["space"] = [('\t', '\r'), (' ', ' ')],
        ["upper"] = [('A', 'Z')],
        ["word"] = Word,
        ["xdigit"] = [('0', '9'), ('A', 'F'), ('a', 'f')],
    };

    /// <summary>Reads an escape outside of a class; <paramref name="at"/> stands behind the backslash.</summary>
    public static Re2Class ReadEscape(string pattern, ref int at)
    {
        if (Named(pattern[at]) is { } set)
        {
            bool not = char.IsAsciiLetterUpper(pattern[at]);
            at++;
            return Of("", Ranges(not ? Complement(set) : set), not);
        }

        if (pattern[at] is 'p' or 'P')
        {
            bool not = pattern[at] == 'P';
            return Of("", Category(pattern, ref at), not);
        }

        int rune = Single(pattern, ref at);
        string text = rune <= Last ? Unit((char)rune) : $"(?:{char.ConvertFromUtf32(rune)})";
        return new Re2Class(text, text);
    }

    /// <summary>Reads a class in brackets; <paramref name="at"/> stands behind the opening one.</summary>
    public static Re2Class Read(string pattern, ref int at)
    {
        bool negated = at < pattern.Length && pattern[at] == '^';
        at += negated ? 1 : 0;
        StringBuilder units = new();
        List<string> pairs = [];
        bool everyPair = false;
        for (bool first = true; ; first = false)
        {
            if (at >= pattern.Length)
            {
                throw Invalid(pattern, "a '[' is not closed");
            }

            if (pattern[at] == ']' && !first)
            {
                at++;
                break;
            }

            Item(pattern, ref at, units, pairs, ref everyPair);
        }

        if (pairs.Count > 0 && negated)
        {
            throw Invalid(pattern, "a negated class of characters beyond U+FFFF is not supported");
        }

        if (pairs.Count == 0)
        {
            return Of(negated ? "^" : "", units.ToString(), negated != everyPair);
        }

        string all = $"(?:{string.Join('|', units.Length > 0 ? [$"[{units}]", .. pairs] : pairs)})";
        return new Re2Class(all, all);
    }

    /// <param name="everyPair">True when every character outside of the basic plane matches as well.</param>
    private static Re2Class Of(string not, string units, bool everyPair)
    {
        string one = $"[{not}{units}]";
        return new Re2Class(one, everyPair ? $"(?:{Astral}|[{not}{units}-[\\uD800-\\uDFFF]])" : one);
    }

    private static void Item(string pattern, ref int at, StringBuilder units, List<string> pairs, ref bool everyPair)
    {
        if (pattern.AsSpan(at).StartsWith("[:"))
        {
            int end = pattern.IndexOf(":]", at + 2, StringComparison.Ordinal);
            string name = end < 0 ? "" : pattern[(at + 2)..end];
            bool not = name.StartsWith('^');
            if (Posix.TryGetValue(name.TrimStart('^'), out (char, char)[]? set))
            {
                units.Append(Ranges(not ? Complement(set) : set));
                everyPair |= not;
                at = end + 2;
                return;
            }

            if (end >= 0)
            {
                throw Invalid(pattern, $"'[:{name}:]' is no class");
            }
        }

        if (pattern[at] == '\\' && at + 1 < pattern.Length)
        {
            char c = pattern[at + 1];
            if (Named(c) is { } set)
            {
                bool not = char.IsAsciiLetterUpper(c);
                units.Append(Ranges(not ? Complement(set) : set));
                everyPair |= not;
                at += 2;
                return;
            }

            if (c is 'p' or 'P')
            {
                at++;
                everyPair |= c == 'P';
                units.Append(Category(pattern, ref at));
                return;
            }
        }

        Range(pattern, ref at, units, pairs);
    }

    private static void Range(string pattern, ref int at, StringBuilder units, List<string> pairs)
    {
        int low = Rune(pattern, ref at);
        int high = low;
        if (at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
        {
            at++;
            high = Rune(pattern, ref at);
        }

        if (high < low)
        {
            throw Invalid(pattern, "a range ends before it begins");
        }

        if (high <= Last)
        {
            units.Append(Ranges([((char)low, (char)high)]));
        }
        else if (low == high)
        {
            pairs.Add(char.ConvertFromUtf32(low));
        }
        else
        {
            throw Invalid(pattern, "a range of characters beyond U+FFFF is not supported");
        }
    }

    private static int Rune(string pattern, ref int at)
    {
        if (pattern[at] == '\\')
        {
            at++;
            return at < pattern.Length ? Single(pattern, ref at) : throw Invalid(pattern, "it ends in a backslash");
        }

        bool pair = char.IsHighSurrogate(pattern[at]) && at + 1 < pattern.Length && char.IsLowSurrogate(pattern[at + 1]);
        int rune = pair ? char.ConvertToUtf32(pattern[at], pattern[at + 1]) : pattern[at];
        at += pair ? 2 : 1;
        return rune;
    }

    /// <summary>An escape that stands for one character; <paramref name="at"/> stands behind the backslash.</summary>
    private static int Single(string pattern, ref int at)
    {
        char c = pattern[at++];
        switch (c)
        {
            case 'a':
                return '\a';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'v':
                return '\v';
            case 'x':
                return Hexadecimal(pattern, ref at);
            case '0':
                int octal = 0;
                for (int digits = 0; digits < 2 && at < pattern.Length && pattern[at] is >= '0' and <= '7'; digits++)
                {
                    octal = (octal * 8) + (pattern[at++] - '0');
                }

                return octal;
            default:
                return c < 0x80 && !char.IsAsciiLetterOrDigit(c) ? c : throw Invalid(pattern, $"'\\{c}' is not an escape of RE2");
        }
    }

    private static int Hexadecimal(string pattern, ref int at)
    {
        bool braced = at < pattern.Length && pattern[at] == '{';
        int end = braced ? pattern.IndexOf('}', at) : at + 2;
        int start = braced ? at + 1 : at;
        if (end < 0 || end > pattern.Length
            || !int.TryParse(pattern.AsSpan(start, end - start), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int rune)
            || !System.Text.Rune.IsValid(rune))
        {
            throw Invalid(pattern, "'\\x' wants two hexadecimal digits, or a character's number in braces");
        }

        at = braced ? end + 1 : end;
        return rune;
    }

    /// <summary>A Unicode category such as <c>\pL</c> or <c>\p{Lu}</c>; scripts are not known to the engine.</summary>
    private static string Category(string pattern, ref int at)
    {
        char kind = pattern[at++];
        bool braced = at < pattern.Length && pattern[at] == '{';
        int end = braced ? pattern.IndexOf('}', at) : at + 1;
        if (end < 0 || end > pattern.Length)
        {
            throw Invalid(pattern, $"'\\{kind}' wants a category such as {{Lu}}");
        }

        string name = braced ? pattern[(at + 1)..end] : pattern[at..end];
        at = braced ? end + 1 : end;
        return name is "L" or "Lu" or "Ll" or "Lt" or "Lm" or "Lo" or "M" or "Mn" or "Mc" or "Me" or "N" or "Nd" or "Nl" or "No"
            or "P" or "Pc" or "Pd" or "Ps" or "Pe" or "Pi" or "Pf" or "Po" or "S" or "Sm" or "Sc" or "Sk" or "So" or "Z" or "Zs" or "Zl" or "Zp"
            or "C" or "Cc" or "Cf" or "Co" or "Cs"
            ? $"\\{kind}{{{name}}}"
            : throw Invalid(pattern, $"'\\{kind}{{{name}}}' is not supported; general categories such as \\p{{Lu}} are");
    }

    private static (char, char)[]? Named(char c) => c switch
    {
        'd' or 'D' => Digit,
        'w' or 'W' => Word,
        's' or 'S' => PerlSpace,
        _ => null,
    };

    private static List<(char, char)> Complement((char Low, char High)[] set)
    {
        List<(char, char)> rest = [];
        int from = 0;
        foreach ((char low, char high) in set)
        {
            if (low > from)
            {
                rest.Add(((char)from, (char)(low - 1)));
            }

            from = high + 1;
        }

        rest.Add(((char)from, Last));
        return rest;
    }

    private static string Ranges(IEnumerable<(char Low, char High)> ranges) =>
        string.Concat(ranges.Select(range => range.Low == range.High ? Unit(range.Low) : $"{Unit(range.Low)}-{Unit(range.High)}"));

    private static string Unit(char c) => $"\\u{(int)c:X4}";

    private static ArgumentException Invalid(string pattern, string why) => new($"The regular expression '{pattern}' is not valid: {why}.");
}
