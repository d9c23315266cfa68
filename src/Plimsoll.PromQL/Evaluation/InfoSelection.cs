using System.Text;
using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>
/// What the second argument of <c>info()</c> asks for: which info metrics, by its matchers of the name, and which of their
/// labels, by the others. Without one it is every label of <c>target_info</c>.
/// </summary>
internal sealed class InfoSelection
{
    /// <summary>The labels by which a series finds its info series.</summary>
    public static readonly string[] Identifying = ["instance", "job"];

    private readonly List<LabelMatcher> _names = [];
    private readonly List<LabelMatcher> _data = [];
    private readonly HashSet<string> _dataNames = new(StringComparer.Ordinal);

    public InfoSelection(VectorSelector? written)
    {
        if (written?.Name is { } name)
        {
            _names.Add(new LabelMatcher(Label.MetricName, MatchOperator.Equal, name));
        }

        foreach (MatcherNode node in written?.Matchers ?? [])
        {
            LabelMatcher matcher = new(node.Name, node.Operator, node.Value);
            (node.Name == Label.MetricName ? _names : _data).Add(matcher);
            if (node.Name != Label.MetricName)
            {
                _dataNames.Add(node.Name);
            }
        }

        if (_names.Count == 0)
        {
            _names.Add(new LabelMatcher(Label.MetricName, MatchOperator.Equal, "target_info"));
        }
        else if (!_names.Exists(matcher => matcher.Operator is MatchOperator.Equal or MatchOperator.Regex))
        {
            // Exclusions alone would select every other series.
            _names.Add(new LabelMatcher(Label.MetricName, MatchOperator.Regex, ".+_info"));
        }
    }

    /// <summary>True when a series without an info series keeps its place.</summary>
    public bool IsOptional => _data.TrueForAll(matcher => matcher.MatchesEmpty);

    public bool IsInfoMetric(LabelSet labels) => _names.TrueForAll(matcher => matcher.Matches(labels));

    public bool Wants(string label) => _dataNames.Count == 0 || _dataNames.Contains(label);

    /// <summary>Matchers of the info series of some series; null when none of them bears a label to find one by.</summary>
    public List<LabelMatcher>? Matchers(IEnumerable<LabelSet> series)
    {
        Dictionary<string, SortedSet<string>> values = new(StringComparer.Ordinal);
        foreach (LabelSet labels in series)
        {
            foreach (string name in Identifying)
            {
                if (labels[name] is { Length: > 0 } value)
                {
                    values.TryAdd(name, new SortedSet<string>(StringComparer.Ordinal));
                    values[name].Add(value);
                }
            }
        }

        return values.Count == 0 ? null : [.. _names, .. _data, .. values.SelectMany(pair => OneOf(pair.Key, pair.Value))];
    }

    /// <summary>Selects less to read, where that can be said in one pattern; which info series belong to a series is found when joined.</summary>
    private static IEnumerable<LabelMatcher> OneOf(string name, SortedSet<string> values)
    {
        if (values.Count == 1)
        {
            return [new LabelMatcher(name, MatchOperator.Equal, values.Min!)];
        }

        string pattern = string.Join('|', values.Select(Quote));
        return pattern.Length <= Re2.MaxLength
            ? [new LabelMatcher(name, MatchOperator.Regex, pattern)]
            : [new LabelMatcher(name, MatchOperator.NotEqual, "")];
    }

    private static string Quote(string value)
    {
        StringBuilder quoted = new(value.Length);
        foreach (char c in value)
        {
            if (@"\.+*?()|[]{}^$".Contains(c, StringComparison.Ordinal))
            {
                quoted.Append('\\');
            }

            quoted.Append(c);
        }

        return quoted.ToString();
    }
}
