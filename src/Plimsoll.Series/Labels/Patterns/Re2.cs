using System.Text.RegularExpressions;

namespace Plimsoll.Series;

/// <summary>
/// Compiles regular expressions as Prometheus means them: RE2's syntax, anchored at both ends, dot matching newlines. They run
/// on the framework's engine without backtracking, which keeps a hostile pattern linear in the input.
/// </summary>
/// <remarks>
/// Translated, since the framework's dialect would silently mean something else: <c>\d \w \s</c> (ASCII in RE2), classes by
/// name, <c>[a-[b]]</c>, <c>\Q…\E</c>, <c>(?P&lt;n&gt;…)</c>, <c>$</c>, characters outside of the basic plane. What RE2 has and
/// we don't (scripts such as <c>\p{Greek}</c>, the flag <c>U</c>) is refused by name, and so is what RE2 itself refuses.
/// </remarks>
public static class Re2
{
    /// <summary>The longest pattern that is compiled, in characters.</summary>
    public const int MaxLength = 4096;

    /// <summary>Brackets within brackets, at most; RE2 allows as many.</summary>
    public const int MaxNesting = 1000;

    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);

    /// <exception cref="ArgumentException">The pattern is too long, not valid, or uses what is not supported; the message says what.</exception>
    public static Regex Compile(string pattern)
    {
        if (pattern.Length > MaxLength)
        {
            throw new ArgumentException($"The regular expression has {pattern.Length} characters; at most {MaxLength} are allowed.", nameof(pattern));
        }

        // RE2 reads UTF-8, which has no halves; here one could match half of a value's character.
        if (HasHalf(pattern))
        {
            throw new ArgumentException("The regular expression holds half of a pair of surrogates, which is no character.", nameof(pattern));
        }

        string translated = new Re2Translation(pattern).Translate();
        try
        {
            return new Regex($"^(?s:{translated})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, LongestMatch);
        }
        catch (NotSupportedException notSupported)
        {
            throw new ArgumentException($"The regular expression '{pattern}' uses what RE2 does not have: {notSupported.Message}", nameof(pattern), notSupported);
        }
        catch (ArgumentException invalid)
        {
            throw new ArgumentException($"The regular expression '{pattern}' is not valid: {invalid.Message}", nameof(pattern), invalid);
        }
    }

    private static bool HasHalf(string pattern)
    {
        for (int i = pattern.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < pattern.Length; i++)
        {
            if (char.IsSurrogate(pattern[i]) && !(char.IsHighSurrogate(pattern[i]) && i + 1 < pattern.Length && char.IsLowSurrogate(pattern[++i])))
            {
                return true;
            }
        }

        return false;
    }
}
