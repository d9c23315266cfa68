using System.Text;
using System.Text.RegularExpressions;
using Plimsoll.Series;
using Plimsoll.Series.Index;

namespace Plimsoll.Fuzz.Targets;

public sealed class RegexFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new Regexes();
}

/// <summary>
/// A first line is a pattern, the others are values. Whatever the index reads out of a pattern (values spelled out, prefixes, shapes of
/// text) agrees with the automaton, and the automaton with the framework's usual engine where both dialects mean the same.
/// </summary>
internal sealed class Regexes : FuzzTarget
{
    // UTF-8 has no halves of surrogate pairs, but a pattern in UTF-16 may: these stand for them.
    private const char HighStandIn = '\uE000';
    private const char LowStandIn = '\uE001';
    private static readonly System.Buffers.SearchValues<char> Shared = System.Buffers.SearchValues.Create("ab01.*+?|()-");
    private const int LongestShared = 20;
    private readonly Random _chance = new(7);

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            "", "a", "a|b|", "foo.*\nfoo\nfo\nfoobar", "(?:api|web)-[0-9]+\napi-7", ".*error.*\nan error here", ".+", "^(a|b)$\na\nb", "^a|b$\nab", "a(b|c)d\nabd", "host_1.+:9100\nhost_1x:9100",
            "\\d{2,3}\n12", "(?i)GET|Post\nget", "\\Qa.b\\E\na.b", "[[:alpha:]_]\\w*\nab", "[^a-c]x\ndx", "(?P<n>a)b\nab", "a\\.b\na.b", "(a.*|b.+)\nax", "😀+\n😀😀", ".\n😀", "[😀é]\né", "a\\x41\\x{1F600}\naA😀", "\\pL+\nüé", "a$\na", "(?s:.)\n\n", "a{3}\naaa", "x*y+z?\nyz",
        }.Select(Utf8),
    ];

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[]
        {
            "(", ")", "(?:", "(?i)", "(?i:", "(?-s:", "(?m)", "(?s)", "(?P<a>", "|", ".*", ".+", ".", "*", "+", "?", "{2}", "{0,}", "{1,1000}", "{1001}", "{", "}", "[", "]", "[^", "[[:digit:]]", "[a-", "-", "\\", "\\d", "\\D", "\\w", "\\W", "\\s", "\\b", "\\B", "\\A", "\\z",
            "\\Q", "\\E", "\\pL", "\\P{Lu}", "\\x4", "\\x{10FFFF}", "\\0", "\\.", "\\|", "\\(", "\\$", "^", "$", "\n", "a", "b", "ab", "é", "😀", "\uE000", "\uE001", "\uE000\uE001", "((((((((((((((((",
        }.Select(Utf8),
    ];

    public override int MaxBytes => 1200;

    public override int Runs => 1_000;

    // An automaton takes the framework megabytes to make, and grows while it matches.
    public override long MayAllocate(int inputBytes) => (32L << 20) + (100_000L * inputBytes);

    public override Reading Run(byte[] input)
    {
        string[] lines = Encoding.UTF8.GetString(input).Replace(HighStandIn, '\uD83D').Replace(LowStandIn, '\uDE00').Split('\n');
        string pattern = lines[0];
        LabelMatcher matcher;
        try
        {
            matcher = new LabelMatcher("l", MatchOperator.Regex, pattern);
        }
        catch (ArgumentException refused)
        {
            Check.That(refused.Message.StartsWith("The regular expression", StringComparison.Ordinal), $"a refusal does not name the pattern: {refused.Message}");
            return Reading.Refused(refused.Message);
        }

        try
        {
            return Compare(matcher, pattern, lines);
        }
        catch (RegexMatchTimeoutException)
        {
            // A pattern that costs more than a second a value is ended: that is declared, and shown by its timeout.
            return Reading.Refused("timeout");
        }
    }

    private Reading Compare(LabelMatcher matcher, string pattern, string[] lines)
    {
        ValueTest test = new(matcher);
        ValueTest negated = new(new LabelMatcher("l", MatchOperator.NotRegex, pattern));
        Regex? usual = pattern.Length <= LongestShared && !pattern.AsSpan().ContainsAnyExcept(Shared) && !pattern.Contains("(?", StringComparison.Ordinal) ? Usual(pattern) : null;
        int matches = 0;
        int values = 0;
        foreach (string value in Values(matcher, pattern, lines))
        {
            values++;
            bool expected = matcher.PatternMatches(value);
            matches += expected ? 1 : 0;
            byte[] utf8 = Encoding.UTF8.GetBytes(value);
            Check.That(test.Passes(utf8) == expected && negated.Passes(utf8) == expected, $"'{pattern}' {(expected ? "matches" : "does not match")} '{value}', the index says otherwise");
            Check.That(matcher.Matches(value) == expected, $"'{pattern}' on '{value}': the matcher says otherwise");
            Check.That(matcher.Alternatives is not { } spelled || spelled.Contains(value) == expected, $"'{pattern}' spells out other values than it matches: '{value}'");
            Check.That(!expected || value.StartsWith(matcher.Prefix, StringComparison.Ordinal), $"'{value}' matches '{pattern}' and lacks the prefix '{matcher.Prefix}'");
            if (test.Exact is null)
            {
                bool begins = Array.Exists(test.Prefixes, prefix => utf8.AsSpan().StartsWith(prefix));
                Check.That(!expected || begins, $"'{value}' matches '{pattern}' and begins with none of the prefixes");
                Check.That(!test.IsPrefixOnly || begins == expected, $"'{pattern}' is taken for prefixes alone: '{value}'");
            }

            Check.That(usual is null || IsMatch(usual, value, expected) == expected, $"'{pattern}' on '{value}': the framework's usual engine says otherwise");
            Check.That(value.Length > 0 || (test.TakesEmpty == expected && matcher.MatchesEmpty == expected && negated.TakesEmpty == expected), $"'{pattern}' on nothing");
        }

        return new Reading(true, Reading.Accepted(pattern.Length, matches, values - matches).Shape + (test.Exact is not null ? "exact" : test.IsCheap ? "shape" : "automaton") + (usual is null ? "" : "usual"));
    }

    // The lines, and what is likely to match or just not: texts that were read out of the pattern, with changes.
    private IEnumerable<string> Values(LabelMatcher matcher, string pattern, string[] lines)
    {
        List<string> values = ["", pattern, .. lines.Skip(1).Take(8), matcher.Prefix, .. (matcher.Alternatives ?? []).Take(8)];
        foreach (char removed in "\\()^$|.*+?")
        {
            pattern = pattern.Replace(removed.ToString(), "", StringComparison.Ordinal);
        }

        values.Add(pattern);
        for (int i = values.Count; i > 0; i--)
        {
            string value = values[_chance.Next(values.Count)];
            int at = _chance.Next(value.Length + 1);
            string piece = _chance.Next(7) switch { 0 => "a", 1 => "b", 2 => "😀", 3 => "\n", 4 => "é", 5 => "0", _ => value };
            values.Add(_chance.Next(3) == 0 ? value[..at] : value.Insert(at, piece));
        }

        // No stored value has half a pair of surrogates.
        return values.Distinct(StringComparer.Ordinal).Where(value => value.Length < 300 && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value)) == value);
    }

    private static Regex? Usual(string pattern)
    {
        try
        {
            return new Regex($"^(?:{pattern})\\z", RegexOptions.Singleline | RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(20));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsMatch(Regex usual, string value, bool otherwise)
    {
        try
        {
            // It counts UTF-16 units where RE2 counts characters.
            return value.Any(char.IsSurrogate) ? otherwise : usual.IsMatch(value);
        }
        catch (RegexMatchTimeoutException)
        {
            return otherwise;
        }
    }
}
