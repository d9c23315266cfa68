using System.Text;
using CsCheck;
using Plimsoll.Series.Index;
using Xunit;

namespace Plimsoll.Series.Tests.Index;

/// <summary>Whatever way a matcher is answered, the answer is that of trying it on every series.</summary>
public sealed class MatchingTests
{
    [Fact]
    public void Matchers_leave_the_series_that_trying_each_would_leave() => Gen.Select(LabelGen.Sets(80), LabelGen.Matcher.Array[0, 4]).Sample(
        (sets, matchers) =>
        {
            using HeadIndex index = HeadIndexTests.IndexOf(sets);
            Assert.Equal(LabelGen.Matching(sets, matchers), index.Find(matchers, CancellationToken.None));
        },
        iter: 4000);

    [Fact]
    public void Matchers_leave_the_same_over_an_index_that_has_no_shortcuts() => Gen.Select(LabelGen.Sets(40), LabelGen.Matcher.Array[1, 3]).Sample(
        (sets, matchers) => Assert.Equal(LabelGen.Matching(sets, matchers), MatchingSeries.Find(new PlainIndex(sets), matchers, CancellationToken.None)),
        iter: 800);

    [Fact]
    public void Every_pattern_agrees_with_the_automaton_on_every_value()
    {
        foreach (string pattern in LabelGen.Patterns)
        {
            LabelMatcher matcher = new("l", MatchOperator.Regex, pattern);
            ValueTest test = new(matcher);
            Assert.All(LabelGen.Values, value => Assert.Equal((pattern, value, matcher.Matches(value)), (pattern, value, test.Passes(Encoding.UTF8.GetBytes(value)))));
        }
    }

    [Fact]
    public void Made_up_patterns_agree_with_the_automaton() => Gen.Select(
        Gen.OneOf("a", "b", "é", "😀", ".*", ".+", "|", "\\.", "(", ")", "^", "$", "ab").Array[0, 6],
        Gen.OneOf("a", "b", "é", "😀", ".", "\n", "|").Array[0, 5]).Sample(
        (pieces, characters) =>
        {
            LabelMatcher matcher;
            try
            {
                matcher = new LabelMatcher("l", MatchOperator.Regex, string.Concat(pieces));
            }
            catch (ArgumentException)
            {
                return true; // Not a pattern at all.
            }

            string value = string.Concat(characters);
            return matcher.Matches(value) == new ValueTest(matcher).Passes(Encoding.UTF8.GetBytes(value));
        },
        iter: 20_000);

    [Fact]
    public void Large_sets_choose_other_ways_and_find_the_same()
    {
        LabelSet[] sets = [.. Enumerable.Range(0, 6000).Select(i => LabelSet.Of($"m{i % 6}", ("host", $"host_{i / 6}"), ("region", $"r{i % 5}"), (i % 3 == 0 ? "odd" : "even", $"{i % 11}")))];
        using HeadIndex index = HeadIndexTests.IndexOf(sets);
        LabelMatcher[] metrics = [new("__name__", MatchOperator.Equal, "m1"), new("__name__", MatchOperator.Regex, "m[12]"), new("__name__", MatchOperator.NotEqual, "m3"), new("host", MatchOperator.Equal, "host_77")];
        LabelMatcher[] hosts =
        [
            new("host", MatchOperator.Regex, "host_1.*"), new("host", MatchOperator.Regex, "host_[0-9]+7"), new("host", MatchOperator.NotRegex, "host_.*5.*"),
            new("host", MatchOperator.NotEqual, ""), new("odd", MatchOperator.Equal, ""), new("odd", MatchOperator.NotRegex, "1|2|3"), new("odd", MatchOperator.Regex, "1?"),
            new("region", MatchOperator.NotEqual, "r2"), new("odd", MatchOperator.NotRegex, ""), new("even", MatchOperator.Regex, ".+"), new("odd", MatchOperator.Regex, "[0-9]*"),
        ];
        foreach (LabelMatcher metric in metrics)
        {
            foreach (LabelMatcher host in hosts)
            {
                Assert.Equal(LabelGen.Matching(sets, [metric, host]), index.Find([metric, host], CancellationToken.None));
                Assert.Equal(LabelGen.Matching(sets, [host]), index.Find([host], CancellationToken.None));
            }
        }
    }

    [Fact]
    public void Names_and_values_are_those_of_the_matching_series() => Gen.Select(LabelGen.Sets(80), LabelGen.Matcher.Array[0, 3], Gen.OneOf(LabelGen.Names)).Sample(
        (sets, matchers, name) =>
        {
            using HeadIndex index = HeadIndexTests.IndexOf(sets);
            LabelSet[] left = [.. LabelGen.Matching(sets, matchers).Select(id => sets[id])];
            string[] values = [.. left.Select(set => set[name]).Where(value => value.Length > 0).Distinct().Order(LabelOrder.Comparer)];
            Assert.Equal(left.SelectMany(set => set.Select(label => label.Name)).Distinct().Order(LabelOrder.Comparer), MatchingLabels.Names(index, matchers, int.MaxValue, CancellationToken.None));
            Assert.Equal(values, MatchingLabels.Values(index, name, matchers, int.MaxValue, CancellationToken.None));
            Assert.Equal(values.Take(2), MatchingLabels.Values(index, name, matchers, 2, CancellationToken.None));
            Assert.Equal(values, MatchingLabels.Values(new PlainIndex(sets), name, matchers, int.MaxValue, CancellationToken.None));
        },
        iter: 800);

    [Fact]
    public void A_caller_who_has_gone_is_not_answered()
    {
        using HeadIndex index = HeadIndexTests.IndexOf([LabelSet.Of("up")]);
        using CancellationTokenSource gone = new();
        gone.Cancel();
        Assert.Throws<OperationCanceledException>(() => index.Find([new LabelMatcher("__name__", MatchOperator.Equal, "up")], gone.Token));
    }

    [Fact]
    public void A_pattern_that_is_too_long_or_nested_too_deep_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new LabelMatcher("l", MatchOperator.Regex, new string('a', Re2.MaxLength + 1)));
        Assert.Throws<ArgumentException>(() => new LabelMatcher("l", MatchOperator.Regex, new string('(', 1500) + "a" + new string(')', 1500)));
    }

    [Fact]
    public void Half_a_pair_of_surrogates_is_like_no_value()
    {
        using HeadIndex index = HeadIndexTests.IndexOf([LabelSet.Of("up", ("l", "\uFFFD"))]);
        Assert.Empty(index.Find([new LabelMatcher("l", MatchOperator.Equal, "\uD83D")], CancellationToken.None));
        Assert.Equal([0], index.Find([new LabelMatcher("l", MatchOperator.NotEqual, "\uD83D")], CancellationToken.None));
    }

    [Fact]
    public void A_pattern_with_half_a_pair_of_surrogates_is_refused()
    {
        // No inline data: an attribute's text is kept as UTF-8, which has no halves.
        foreach (string pattern in new[] { "\uD83D|b", "\uD83D.*\uDE00", "[\uD83D]", "a\uDE00", "\\Q\uD83D" })
        {
            Assert.Contains("half of a pair", Assert.Throws<ArgumentException>(() => new LabelMatcher("l", MatchOperator.Regex, pattern)).Message, StringComparison.Ordinal);
        }

        Assert.True(new LabelMatcher("l", MatchOperator.Regex, "\uD83D\uDE00|b").Matches("\uD83D\uDE00"));
    }

    /// <summary>The slow, plain index: what <see cref="ILabelIndex"/> asks at least.</summary>
    private sealed class PlainIndex(LabelSet[] sets) : ILabelIndex
    {
        private readonly string[] _names = [.. sets.SelectMany(set => set.Select(label => label.Name)).Distinct().Order(LabelOrder.Comparer)];

        public int Count => sets.Length;

        public int NameCount => _names.Length;

        public string Name(int name) => _names[name];

        public int FindName(string name) => Array.IndexOf(_names, name);

        public int ValueCount(int name) => Values(name).Count;

        public string Value(int name, int value) => Values(name)[value];

        public int FindValue(int name, ReadOnlySpan<byte> text)
        {
            List<string> values = Values(name);
            for (int value = 0; value < values.Count; value++)
            {
                int order = Encoding.UTF8.GetBytes(values[value]).AsSpan().SequenceCompareTo(text);
                if (order >= 0)
                {
                    return order == 0 ? value : ~value;
                }
            }

            return ~values.Count;
        }

        public ReadOnlySpan<int> Postings(int name, int value)
        {
            string text = Value(name, value);
            return Enumerable.Range(0, sets.Length).Where(id => sets[id][_names[name]] == text).ToArray();
        }

        public int ValueOf(int id, int name) => Values(name).IndexOf(sets[id][_names[name]]);

        private List<string> Values(int name) =>
            [.. sets.Select(set => set[_names[name]]).Where(value => value.Length > 0).Distinct().Order(LabelOrder.Comparer)];
    }
}
