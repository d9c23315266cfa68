using System.Runtime.InteropServices;

namespace Plimsoll.Series.Index;

/// <summary>
/// A matcher made ready for one index: which values of its label decide, and how. The values that fail a matcher that takes
/// series without the label are fewer to look at than those that pass; for the others it is the reverse.
/// </summary>
internal sealed class MatchingValues
{
    private readonly ILabelIndex _index;
    private readonly ValueTest _test;
    private readonly bool _negated;

    public MatchingValues(ILabelIndex index, int name, LabelMatcher matcher)
    {
        _index = index;
        Name = name;
        _test = new ValueTest(matcher);
        _negated = matcher.Operator is MatchOperator.NotEqual or MatchOperator.NotRegex;
        TakesMissing = _test.TakesEmpty != _negated;
        if (_test.Exact is null)
        {
            Ranges = RangesOf();
        }
    }

    public int Name { get; }

    /// <summary>True when a series without the label matches: then <see cref="Collect"/> gives the values to leave out.</summary>
    public bool TakesMissing { get; }

    /// <summary>The one value that is wanted, or not wanted; null when it is not one.</summary>
    public byte[]? Single => _test.Exact is { Length: 1 } && !_test.TakesEmpty && _negated == TakesMissing ? _test.Exact[0] : null;

    /// <summary>Tests that <see cref="Collect"/> would make.</summary>
    public long Tests => _test.Exact is not null || _test.IsPrefixOnly ? 0
        : (CollectsPassing ? Ranges.Sum(range => (long)range.End - range.Start) : _index.ValueCount(Name)) * (_test.IsCheap ? 1 : 8);

    private List<(int Start, int End)> Ranges { get; } = [];

    // The values that decide are those that pass the text's test, or those that fail it.
    private bool CollectsPassing => _negated == TakesMissing;

    public bool Takes(int value) => value < 0 ? TakesMissing : _test.Passes(_index.ValueBytes(Name, value)) != _negated;

    /// <summary>The values to keep, or with <see cref="TakesMissing"/> to leave out; ascending.</summary>
    public List<int> Collect(CancellationToken cancellation)
    {
        List<int> passing = _test.Exact is { } exact ? Exactly(exact) : Within(CollectsPassing ? Ranges : [(0, _index.ValueCount(Name))], cancellation);
        if (_test.Exact is null || CollectsPassing)
        {
            return passing;
        }

        List<int> failing = [];
        int at = 0;
        for (int value = 0; value < _index.ValueCount(Name); value++)
        {
            if (at < passing.Count && passing[at] == value)
            {
                at++;
            }
            else
            {
                failing.Add(value);
            }
        }

        return failing;
    }

    private List<int> Exactly(byte[][] exact)
    {
        List<int> values = [];
        foreach (byte[] text in exact)
        {
            int value = text.Length == 0 ? -1 : _index.FindValue(Name, text);
            if (value >= 0)
            {
                values.Add(value);
            }
        }

        values.Sort();
        return values;
    }

    private List<int> Within(List<(int Start, int End)> ranges, CancellationToken cancellation)
    {
        List<int> values = [];
        foreach ((int start, int end) in ranges)
        {
            for (int value = start; value < end; value++)
            {
                if (value % 1024 == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                }

                if ((CollectsPassing && _test.IsPrefixOnly) || _test.Passes(_index.ValueBytes(Name, value)) == CollectsPassing)
                {
                    values.Add(value);
                }
            }
        }

        return values;
    }

    // Values are in order, so those with a prefix stand together. Ranges that meet are made one.
    private List<(int Start, int End)> RangesOf()
    {
        List<(int Start, int End)> ranges = [];
        foreach (byte[] prefix in _test.Prefixes)
        {
            ranges.Add((prefix.Length == 0 ? 0 : FirstFrom(prefix), EndOf(prefix)));
        }

        ranges.Sort();
        List<(int Start, int End)> apart = [];
        foreach ((int start, int end) in ranges)
        {
            if (apart.Count > 0 && start <= apart[^1].End)
            {
                CollectionsMarshal.AsSpan(apart)[^1].End = Math.Max(apart[^1].End, end);
            }
            else
            {
                apart.Add((start, end));
            }
        }

        return apart;
    }

    // The first value that is above all with a prefix: the prefix with its last byte one higher. UTF-8 has no byte FF.
    private int EndOf(byte[] prefix)
    {
        if (prefix.Length == 0)
        {
            return _index.ValueCount(Name);
        }

        byte[] above = [.. prefix];
        above[^1]++;
        return FirstFrom(above);
    }

    private int FirstFrom(byte[] text)
    {
        int place = _index.FindValue(Name, text);
        return place < 0 ? ~place : place;
    }
}
