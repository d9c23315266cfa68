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
    private readonly Regex? _regex;
    private readonly PatternLiterals? _literals;

    /// <exception cref="ArgumentException">The regular expression is too long or not valid.</exception>
    public LabelMatcher(string name, MatchOperator op, string value)
    {
        Name = name;
        Utf8 = System.Text.Encoding.UTF8.GetBytes(value);
        Operator = op;
        Value = value;
        if (op is MatchOperator.Regex or MatchOperator.NotRegex)
        {
            _regex = Re2.Compile(value);
            _literals = PatternLiterals.Of(value);
        }
    }

    public string Name { get; }

    public MatchOperator Operator { get; }

    public string Value { get; }

    /// <summary>True when a series without the label matches.</summary>
    public bool MatchesEmpty => Matches("");

    /// <summary>The value's bytes.</summary>
    internal byte[] Utf8 { get; }

    /// <summary>The values that a regular expression spells out; null when it does not.</summary>
    internal IReadOnlyList<string>? Alternatives => _literals?.Alternatives;

    /// <summary>What every match of a regular expression begins with.</summary>
    internal string Prefix => _literals?.Prefix ?? "";

    public bool Matches(string value) => Operator switch
    {
        MatchOperator.Equal => string.Equals(value, Value, StringComparison.Ordinal),
        MatchOperator.NotEqual => !string.Equals(value, Value, StringComparison.Ordinal),
        MatchOperator.Regex => _regex!.IsMatch(value),
        _ => !_regex!.IsMatch(value),
    };

    /// <summary>Whether the pattern itself matches, whether the operator wants that or not.</summary>
    internal bool PatternMatches(ReadOnlySpan<char> value) => _regex!.IsMatch(value);

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
}
