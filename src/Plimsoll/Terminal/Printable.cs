using System.Globalization;
using System.Text;

namespace Plimsoll.Cli;

/// <summary>Text from elsewhere, made safe for a terminal: no escape sequences, no controls, no reordering of what is read.</summary>
internal static class Printable
{
    private const char Escape = '\u001b';
    private const char Bell = '\u0007';
    private const char ControlSequence = '\u009b';
    private const char StringTerminator = '\u009c';

    /// <summary>On one line: line breaks and tabs become spaces.</summary>
    public static string Line(string text) => Clean(text, keepLines: false);

    /// <summary>Line feeds and tabs stay.</summary>
    public static string Lines(string text) => Clean(text, keepLines: true);

    /// <summary>Columns that the text takes in a terminal.</summary>
    public static int Width(string text)
    {
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += Width(rune);
        }

        return width;
    }

    /// <summary>At most <paramref name="width"/> columns, the cut marked by an ellipsis.</summary>
    public static string Cut(string text, int width, bool unicode)
    {
        if (Width(text) <= width)
        {
            return text;
        }

        string ellipsis = unicode ? "…" : "...";
        StringBuilder kept = new();
        int left = width - ellipsis.Length;
        foreach (Rune rune in text.EnumerateRunes())
        {
            left -= Width(rune);
            if (left < 0)
            {
                break;
            }

            kept.Append(rune);
        }

        return kept.Append(ellipsis).ToString();
    }

    private static int Width(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        _ => IsWide(rune.Value) ? 2 : 1,
    };

    // The blocks that East Asian Width calls wide, and emoji; narrow exceptions inside them are rare enough.
    private static bool IsWide(int value) => value is
        (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60)
        or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD);

    private static string Clean(string text, bool keepLines)
    {
        if (!NeedsCleaning(text, keepLines))
        {
            return text;
        }

        StringBuilder clean = new(text.Length);
        for (int at = 0; at < text.Length; at++)
        {
            char c = text[at];
            if (c is Escape or ControlSequence)
            {
                at = EndOfSequence(text, at);
            }
            else if (c is '\n' or '\t')
            {
                clean.Append(keepLines ? c : ' ');
            }
            else if (!IsHarmful(c))
            {
                clean.Append(c);
            }
        }

        return clean.ToString();
    }

    private static bool NeedsCleaning(string text, bool keepLines)
    {
        foreach (char c in text)
        {
            if (IsHarmful(c) && !(keepLines && c is '\n' or '\t'))
            {
                return true;
            }
        }

        return false;
    }

    // Controls, and the bidirectional overrides and isolates that make a line read as something else.
    private static bool IsHarmful(char c) =>
        char.IsControl(c) || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u200e' or '\u200f';

    /// <summary>Index of the last character of the escape sequence that begins at <paramref name="at"/> (ECMA-48).</summary>
    private static int EndOfSequence(string text, int at)
    {
        if (text[at] == ControlSequence)
        {
            return EndOfParameters(text, at + 1);
        }

        if (at + 1 >= text.Length)
        {
            return at;
        }

        return text[at + 1] switch
        {
            '[' => EndOfParameters(text, at + 2),
            ']' or 'P' or 'X' or '^' or '_' => EndOfString(text, at + 2),
            _ => at + 1,
        };
    }

    private static int EndOfParameters(string text, int at)
    {
        while (at < text.Length && text[at] is < '@' or > '~')
        {
            at++;
        }

        return Math.Min(at, text.Length - 1);
    }

    private static int EndOfString(string text, int at)
    {
        for (; at < text.Length; at++)
        {
            if (text[at] is Bell or StringTerminator)
            {
                return at;
            }

            if (text[at] == Escape && at + 1 < text.Length && text[at + 1] == '\\')
            {
                return at + 1;
            }
        }

        return text.Length - 1;
    }
}
