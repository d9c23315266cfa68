using System.Text.RegularExpressions;

namespace Plimsoll.Series;

public enum MatchOperator
{
    Equal,
    NotEqual,
    Regex,
    NotRegex,
}

/// <summary>One condition on a label. A missing label reads as the empty string; a regular expression must match the whole value.</summary>
public sealed class LabelMatcher
{
    /// <summary>The longest regular expression that is compiled, in characters.</summary>
    public const int MaxPatternLength = 4096;

    private readonly Regex? _regex;

    /// <exception cref="ArgumentException">The regular expression is too long or not valid.</exception>
    public LabelMatcher(string name, MatchOperator op, string value)
    {
        Name = name;
        Operator = op;
        Value = value;
        if (op is MatchOperator.Regex or MatchOperator.NotRegex)
        {
            _regex = Compile(value);
        }
    }

    public string Name { get; }

    public MatchOperator Operator { get; }

    public string Value { get; }

    /// <summary>True when a series without the label matches.</summary>
    public bool MatchesEmpty => Matches("");

    public bool Matches(string value) => Operator switch
    {
        MatchOperator.Equal => string.Equals(value, Value, StringComparison.Ordinal),
        MatchOperator.NotEqual => !string.Equals(value, Value, StringComparison.Ordinal),
        MatchOperator.Regex => _regex!.IsMatch(value),
        _ => !_regex!.IsMatch(value),
    };

    public bool Matches(LabelSet labels) => Matches(labels[Name]);

    public override string ToString()
    {
        string symbol = Operator switch
        {
            MatchOperator.Equal => "=",
            MatchOperator.NotEqual => "!=",
            MatchOperator.Regex => "=~",
            _ => "!~",
        };
        string escaped = Value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        return $"{Name}{symbol}\"{escaped}\"";
    }

    // NonBacktracking keeps a hostile pattern linear in the input; length and time caps bound its construction and use.
    private static Regex Compile(string pattern)
    {
        if (pattern.Length > MaxPatternLength)
        {
            throw new ArgumentException($"The regular expression has {pattern.Length} characters; at most {MaxPatternLength} are allowed.", nameof(pattern));
        }

        try
        {
            return new Regex($"^(?s:{pattern})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
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
}
