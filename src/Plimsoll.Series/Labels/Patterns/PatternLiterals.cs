namespace Plimsoll.Series;

/// <summary>
/// What a regular expression asks for in plain text: the values that it matches, when these are few and spelled out
/// (<c>a|b(c|d)</c>), or else the text that each match begins with. The rest is left to the automaton.
/// </summary>
/// <param name="Alternatives">Null when the matches are not spelled out.</param>
/// <param name="Prefix">Empty when there is none.</param>
internal sealed record PatternLiterals(IReadOnlyList<string>? Alternatives, string Prefix)
{
    private const int MaxAlternatives = 256;
    private const int MaxDepth = 16;
    private const string Special = @"\.+*?()|[]{}^$";

    /// <param name="pattern">A pattern that is known to be valid.</param>
    public static PatternLiterals Of(string pattern)
    {
        int at = 0;
        return TryAlternatives(pattern, ref at, 0, out List<string> texts) && at == pattern.Length
            ? new PatternLiterals([.. texts.Distinct(StringComparer.Ordinal)], "")
            : new PatternLiterals(null, LeadingText(pattern));
    }

    private static bool TryAlternatives(string pattern, ref int at, int depth, out List<string> texts)
    {
        texts = [];
        while (TrySequence(pattern, ref at, depth, out List<string> sequence) && texts.Count + sequence.Count <= MaxAlternatives)
        {
            texts.AddRange(sequence);
            if (at == pattern.Length || pattern[at] != '|')
            {
                return true;
            }

            at++;
        }

        return false;
    }

    private static bool TrySequence(string pattern, ref int at, int depth, out List<string> texts)
    {
        texts = [""];
        while (at < pattern.Length && pattern[at] is not ('|' or ')'))
        {
            List<string> item;
            if (pattern[at] == '(')
            {
                at += pattern.AsSpan(at).StartsWith("(?:") ? 3 : 1;
                if (depth == MaxDepth || !TryAlternatives(pattern, ref at, depth + 1, out item) || at == pattern.Length || pattern[at] != ')')
                {
                    return false;
                }

                at++;
            }
            else if (TryCharacter(pattern, ref at, out string character))
            {
                item = [character];
            }
            else
            {
                return false;
            }

            if ((at < pattern.Length && IsQuantifier(pattern[at])) || texts.Count * item.Count > MaxAlternatives)
            {
                return false;
            }

            texts = [.. texts.SelectMany(text => item.Select(more => text + more))];
        }

        return true;
    }

    // One character as RE2 counts them: a pair of surrogates is one, also for a quantifier behind it.
    private static bool TryCharacter(string pattern, ref int at, out string character)
    {
        int length = 1;
        if (pattern[at] == '\\')
        {
            at++;
            if (at == pattern.Length || !Special.Contains(pattern[at], StringComparison.Ordinal))
            {
                character = "";
                return false;
            }
        }
        else if (Special.Contains(pattern[at], StringComparison.Ordinal))
        {
            character = "";
            return false;
        }
        else if (char.IsHighSurrogate(pattern[at]) && at + 1 < pattern.Length)
        {
            length = 2;
        }

        character = pattern.Substring(at, length);
        at += length;
        return true;
    }

    private static string LeadingText(string pattern)
    {
        // Another alternative may begin with anything.
        if (pattern.Contains('|', StringComparison.Ordinal))
        {
            return "";
        }

        string text = "";
        int at = 0;
        while (at < pattern.Length && TryCharacter(pattern, ref at, out string character))
        {
            if (at < pattern.Length && IsQuantifier(pattern[at]))
            {
                break;
            }

            text += character;
        }

        return text;
    }

    private static bool IsQuantifier(char next) => next is '*' or '+' or '?' or '{';
}
