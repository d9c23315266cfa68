using CsCheck;

namespace Plimsoll.Series.Tests.Index;

/// <summary>Few names and values, so that label sets share them, with what sorts differently in UTF-16 and UTF-8.</summary>
internal static class LabelGen
{
    public static readonly string[] Names = ["__name__", "app", "host", "é", "～", "𐀀"];

    public static readonly string[] Values =
        ["a", "ab", "abc", "b", "ba", "A", "a.b", "aab", "host_1", "host_10", "host_2", "é", "aé", "～", "😀", "😀a", "𐀀", "line\nb", "a|b", "\uFFFD"];

    public static readonly string[] Patterns =
    [
        "", "a", "a|b", "a|", "a.*", ".*", ".+", ".*b.*", ".+b", "host_1.*", "host_1.+", "host_[0-9]+", "a.+c", "(a|b).*", "(a.*|b)", "a.*|host.*",
        "^a.*$", "^(a|b.*)$", "^a|b$", "(?i)A.*", ".*é", "😀.*", ".+.+", ".", "..", "[^a]", "a?b", ".*.*a.+", "h.*t_.*0", "a\\.b", "(?:a.*|.+b)", "a{2}b",
        ".*?b", "a\\|b", "(a)|(b.*)", "(a.*)|(b)", ".*a.*b.*", "a.*b", "ab.*b", "[a|b]", ".*\\.b", "é|～|𐀀", "host_(1|2|10)", "x.*|y.+", "(.+)", "a.*a", ".+\n.+",
    ];

    public static Gen<LabelSet> Set { get; } =
        Gen.Select(Gen.OneOf(Names), Gen.OneOf(Values)).Array[1, 5]
            .Select(pairs => LabelSet.From(pairs.DistinctBy(pair => pair.Item1).Select(pair => new Label(pair.Item1, pair.Item2))));

    public static Gen<LabelSet[]> Sets(int most) => Set.Array[0, most].Select(sets => sets.Distinct().ToArray());

    public static Gen<LabelMatcher> Matcher { get; } = Gen.Select(
        Gen.OneOf([.. Names, "missing"]),
        Gen.OneOf(MatchOperator.Equal, MatchOperator.NotEqual, MatchOperator.Regex, MatchOperator.NotRegex),
        Gen.OneOf([.. Values, "", "absent"]),
        Gen.OneOf(Patterns),
        (name, op, value, pattern) => new LabelMatcher(name, op, op is MatchOperator.Equal or MatchOperator.NotEqual ? value : pattern));

    public static int[] Matching(IReadOnlyList<LabelSet> sets, IReadOnlyList<LabelMatcher> matchers) =>
        [.. Enumerable.Range(0, sets.Count).Where(id => matchers.All(matcher => matcher.Matches(sets[id])))];
}
