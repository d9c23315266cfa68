using System.Globalization;
using System.Text;

namespace Plimsoll.PromQL;

/// <summary>
/// Strings between quotes. A byte that <c>\x</c> or an octal escape writes and that is no UTF-8 is kept as the lone
/// surrogate U+DC00 + byte, so that a name with such a byte can be refused by name later.
/// </summary>
internal static class StringText
{
    public static string Quote(string value)
    {
        StringBuilder text = new(value.Length + 2);
        text.Append('"');
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            switch (c)
            {
                case '"':
                    text.Append("\\\"");
                    break;
                case '\\':
                    text.Append("\\\\");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case < ' ' or '\x7f':
                    text.Append("\\x").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture));
                    break;
                case >= '\udc80' and <= '\udcff' when i == 0 || !char.IsHighSurrogate(value[i - 1]):
                    text.Append("\\x").Append((c - 0xdc00).ToString("x2", CultureInfo.InvariantCulture));
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }

        return text.Append('"').ToString();
    }

    /// <summary>False when the value holds half of a character.</summary>
    public static bool IsWellFormed(string value)
    {
        for (int i = 0; i < value.Length; i++)
        {
            if (char.IsHighSurrogate(value[i]) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(value[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads the string that starts with a quote at <paramref name="start"/>.</summary>
    /// <param name="end">The offset behind the closing quote.</param>
    public static string Read(string query, int start, out int end)
    {
        char quote = query[start];
        if (quote == '`')
        {
            int close = query.IndexOf('`', start + 1);
            end = close < 0 ? throw new SyntaxException("this raw string has no closing back quote", new SourceSpan(start, query.Length)) : close + 1;
            return query[(start + 1)..close];
        }

        StringBuilder value = new();
        List<byte> bytes = [];
        int i = start + 1;
        while (i < query.Length && query[i] != quote && query[i] != '\n')
        {
            if (query[i] != '\\')
            {
                Flush(value, bytes);
                value.Append(query[i++]);
                continue;
            }

            i = ReadEscape(query, i, quote, value, bytes);
        }

        Flush(value, bytes);
        if (i >= query.Length || query[i] != quote)
        {
            throw new SyntaxException($"this string has no closing {quote} on its line", new SourceSpan(start, i));
        }

        end = i + 1;
        return value.ToString();
    }

    private static int ReadEscape(string query, int at, char quote, StringBuilder value, List<byte> bytes)
    {
        char kind = at + 1 < query.Length ? query[at + 1] : '\0';
        int simple = "abfnrtv\\".IndexOf(kind, StringComparison.Ordinal);
        if (simple >= 0 || kind == quote)
        {
            Flush(value, bytes);
            value.Append(kind == quote ? quote : "\a\b\f\n\r\t\v\\"[simple]);
            return at + 2;
        }

        (int digits, int radix, int from) = kind switch
        {
            'x' => (2, 16, at + 2),
            'u' => (4, 16, at + 2),
            'U' => (8, 16, at + 2),
            >= '0' and <= '7' => (3, 8, at + 1),
            _ => (0, 0, 0),
        };
        long code = 0;
        for (int i = 0; i < digits; i++)
        {
            int digit = from + i < query.Length && char.IsAsciiHexDigit(query[from + i]) ? Convert.ToInt32(query[from + i].ToString(), 16) : int.MaxValue;
            code = digit < radix ? (code * radix) + digit : long.MinValue;
        }

        if (digits == 0 || code < 0 || (radix == 8 && code > 255) || code > 0x10ffff || (digits > 2 && radix == 16 && code is >= 0xd800 and <= 0xdfff))
        {
            throw new SyntaxException("this escape is unknown or not complete", new SourceSpan(at, Math.Min(at + 2, query.Length)));
        }

        if (digits is 2 or 3)
        {
            bytes.Add((byte)code);
        }
        else
        {
            Flush(value, bytes);
            value.Append(char.ConvertFromUtf32((int)code));
        }

        return from + digits;
    }

    private static void Flush(StringBuilder value, List<byte> bytes)
    {
        ReadOnlySpan<byte> rest = bytes.ToArray();
        while (rest.Length > 0)
        {
            if (Rune.DecodeFromUtf8(rest, out Rune rune, out int consumed) == System.Buffers.OperationStatus.Done)
            {
                value.Append(rune.ToString());
                rest = rest[consumed..];
            }
            else
            {
                value.Append((char)(0xdc00 + rest[0]));
                rest = rest[1..];
            }
        }

        bytes.Clear();
    }
}
