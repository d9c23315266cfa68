using System.Text;

namespace Plimsoll.Series.Index;

/// <summary>
/// A pattern of plain texts with <c>.*</c> and <c>.+</c> around and between them, such as <c>host_1.*</c>, <c>.*error.*</c>,
/// <c>.+</c>: the shapes that people mostly write. Decided on UTF-8 by comparing and searching bytes, without an automaton.
/// </summary>
internal sealed class WildText
{
    private const string Special = @"\.+*?()|[]{}^$";

    // Text i stands behind gap i; the last gap is behind the last text. A gap is -1 for none, else the fewest characters in it.
    private readonly List<byte[]> _texts = [];
    private readonly List<int> _gaps = [];

    private WildText()
    {
    }

    /// <summary>What each value begins with; empty when the pattern begins with a gap.</summary>
    public byte[] Prefix => _gaps[0] < 0 && _texts.Count > 0 ? _texts[0] : [];

    /// <summary>True when there are only the prefix and a gap that may be empty, so that every value with the prefix matches.</summary>
    public bool IsPrefixOnly => (_texts.Count == 0 && _gaps[0] == 0) || (_texts.Count == 1 && _gaps[0] < 0 && _gaps[1] == 0);

    /// <summary>Null when the pattern is of another shape.</summary>
    public static WildText? Of(ReadOnlySpan<char> pattern)
    {
        WildText wild = new();
        StringBuilder text = new();
        int gap = -1;
        for (int at = 0; at < pattern.Length;)
        {
            if (pattern[at] == '.')
            {
                if (at + 1 == pattern.Length || pattern[at + 1] is not ('*' or '+') || (at + 2 < pattern.Length && pattern[at + 2] is '?' or '*' or '+' or '{'))
                {
                    return null;
                }

                wild.Close(text, ref gap);
                gap = Math.Max(gap, 0) + (pattern[at + 1] == '+' ? 1 : 0);
                at += 2;
                continue;
            }

            if (pattern[at] == '\\')
            {
                at++;
                if (at == pattern.Length || !Special.Contains(pattern[at], StringComparison.Ordinal))
                {
                    return null;
                }
            }
            else if (Special.Contains(pattern[at], StringComparison.Ordinal))
            {
                return null;
            }

            text.Append(pattern[at++]);
        }

        wild.Close(text, ref gap);
        wild._gaps.Add(gap);
        return wild;
    }

    public bool Matches(ReadOnlySpan<byte> value)
    {
        if (_texts.Count == 0)
        {
            return _gaps[0] < 0 ? value.IsEmpty : HasCharacters(value, _gaps[0]);
        }

        for (int i = 0; i < _texts.Count; i++)
        {
            ReadOnlySpan<byte> text = _texts[i];
            bool isLast = i == _texts.Count - 1;
            int at;
            if (_gaps[i] < 0)
            {
                at = value.StartsWith(text) ? 0 : -1;
            }
            else if (isLast && _gaps[i + 1] < 0)
            {
                at = value.EndsWith(text) && HasCharacters(value[..^text.Length], _gaps[i]) ? value.Length - text.Length : -1;
            }
            else
            {
                at = After(value, _gaps[i]);
                int found = at < 0 ? -1 : value[at..].IndexOf(text);
                at = found < 0 ? -1 : at + found;
            }

            if (at < 0)
            {
                return false;
            }

            value = value[(at + text.Length)..];
        }

        return _gaps[^1] < 0 ? value.IsEmpty : HasCharacters(value, _gaps[^1]);
    }

    private static bool HasCharacters(ReadOnlySpan<byte> value, int fewest) => After(value, fewest) >= 0;

    // The offset behind the fewest characters; negative when there are fewer.
    private static int After(ReadOnlySpan<byte> value, int characters)
    {
        int at = 0;
        for (; characters > 0; characters--)
        {
            if (at == value.Length)
            {
                return -1;
            }

            do
            {
                at++;
            }
            while (at < value.Length && (value[at] & 0xC0) == 0x80);
        }

        return at;
    }

    private void Close(StringBuilder text, ref int gap)
    {
        if (text.Length > 0)
        {
            _gaps.Add(gap);
            _texts.Add(ValueTest.Utf8Of(text.ToString()));
            text.Clear();
            gap = -1;
        }
    }
}
