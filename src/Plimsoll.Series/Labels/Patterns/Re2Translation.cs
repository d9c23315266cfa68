using System.Globalization;
using System.Text;

namespace Plimsoll.Series;

/// <summary>One walk over an RE2 pattern that writes what the framework's engine understands the same way.</summary>
internal sealed class Re2Translation(string pattern)
{
    private const int MaxRepeat = 1000;
    private static readonly System.Buffers.SearchValues<char> CountText = System.Buffers.SearchValues.Create("0123456789,");

    private readonly StringBuilder _output = new(pattern.Length + 16);
    private int _at;
    private int _depth;
    private bool _multiline;
    private bool _dotExcludesNewline;

    public string Translate()
    {
        while (_at < pattern.Length)
        {
            Next();
        }

        return _depth == 0 ? _output.ToString() : throw Invalid("a parenthesis is not closed");
    }

    private void Next()
    {
        char c = pattern[_at++];
        switch (c)
        {
            case '\\':
                Escape();
                break;
            case '[':
                Re2Class set = Re2Class.Read(pattern, ref _at);
                Append(set.Units, set.Text);
                break;
            case '.':
                Append(".", $"(?:{Re2Class.Astral}|[^\\uD800-\\uDFFF{(_dotExcludesNewline ? "\\n" : "")}])");
                break;
            case '$':
                _output.Append(_multiline ? "$" : "\\z");
                break;
            case '(':
                Open();
                break;
            case ')':
                _depth--;
                _output.Append(_depth >= 0 ? c : throw Invalid("a parenthesis is closed that was not opened"));
                break;
            case '{':
                CheckRepeat();
                _output.Append(c);
                break;
            default:
                if (char.IsHighSurrogate(c) && _at < pattern.Length && char.IsLowSurrogate(pattern[_at]))
                {
                    _output.Append("(?:").Append(c).Append(pattern[_at++]).Append(')');
                }
                else
                {
                    _output.Append(c);
                }

                break;
        }
    }

    /// <summary>
    /// Appends what stands for one character. Before <c>*</c> units do: over any number of them, one by one or in pairs comes
    /// to the same. Before <c>+</c> the first must be whole, or two such beside each other would share one character.
    /// </summary>
    private void Append(string units, string character)
    {
        char next = _at < pattern.Length ? pattern[_at] : '\0';
        _output.Append(next == '*' ? units : character);
        if (next == '+')
        {
            _at++;
            _output.Append(units).Append('*');
        }
    }

    private void Escape()
    {
        if (_at == pattern.Length)
        {
            throw Invalid("it ends in a backslash");
        }

        char c = pattern[_at];
        if (c == 'Q')
        {
            int end = pattern.IndexOf("\\E", _at, StringComparison.Ordinal);
            string literal = end < 0 ? pattern[(_at + 1)..] : pattern[(_at + 1)..end];
            _at = end < 0 ? pattern.Length : end + 2;
            _output.Append(System.Text.RegularExpressions.Regex.Escape(literal).Replace("]", "\\]", StringComparison.Ordinal).Replace("}", "\\}", StringComparison.Ordinal));
            return;
        }

        if (c is 'A' or 'z' or 'b' or 'B')
        {
            _at++;
            _output.Append('\\').Append(c);
            return;
        }

        Re2Class set = Re2Class.ReadEscape(pattern, ref _at);
        Append(set.Units, set.Text);
    }

    private void Open()
    {
        if (++_depth > Re2.MaxNesting)
        {
            throw Invalid($"it nests more than {Re2.MaxNesting} deep");
        }

        if (_at >= pattern.Length || pattern[_at] != '?')
        {
            _output.Append('(');
            return;
        }

        int named = pattern.AsSpan(_at).StartsWith("?P<") ? 3 : pattern.AsSpan(_at).StartsWith("?<") ? 2 : 0;
        if (named > 0)
        {
            int end = pattern.IndexOf('>', _at);
            string name = end < 0 ? "" : pattern[(_at + named)..end];
            if (name.Length == 0 || name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter != '_') || char.IsAsciiDigit(name[0]))
            {
                throw Invalid("a group's name must be of letters, digits and '_'");
            }

            _output.Append("(?<").Append(name).Append('>');
            _at = end + 1;
            return;
        }

        int flags = _at + 1;
        while (flags < pattern.Length && pattern[flags] is 'i' or 'm' or 's' or '-')
        {
            flags++;
        }

        if (flags >= pattern.Length || pattern[flags] is not (':' or ')'))
        {
            throw Invalid($"'(?{(flags < pattern.Length ? pattern[flags] : "")}' is not supported");
        }

        string text = pattern[(_at + 1)..flags];
        _dotExcludesNewline |= text.Contains('-', StringComparison.Ordinal) && text.Split('-')[1].Contains('s', StringComparison.Ordinal);
        _multiline |= text.Split('-')[0].Contains('m', StringComparison.Ordinal);
        _output.Append("(?").Append(text).Append(pattern[flags]);
        _depth -= pattern[flags] == ')' ? 1 : 0;
        _at = flags + 1;
    }

    /// <summary>RE2 refuses counts above a thousand, which would cost as much memory.</summary>
    private void CheckRepeat()
    {
        int end = pattern.IndexOf('}', _at);
        if (end < 0 || pattern.AsSpan(_at, end - _at).ContainsAnyExcept(CountText))
        {
            return;
        }

        foreach (string count in pattern[_at..end].Split(','))
        {
            if (count.Length > 0 && (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int times) || times > MaxRepeat))
            {
                throw Invalid($"it repeats more than {MaxRepeat} times");
            }
        }
    }

    private ArgumentException Invalid(string why) => new($"The regular expression '{pattern}' is not valid: {why}.");
}
