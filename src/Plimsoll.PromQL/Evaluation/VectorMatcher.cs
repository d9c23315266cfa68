using System.Runtime.InteropServices;
using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>
/// Operators between two vectors: series meet under the labels that they are matched by, once for all steps, and are then
/// paired step by step, since which of them have a value changes with time. A side that is to be filled stands in where it
/// has no value, under the labels that the other is matched by.
/// </summary>
internal sealed class VectorMatcher(QueryContext context, BinaryExpression binary, StepGrid grid)
{
    private readonly VectorMatching _matching = binary.Matching!;
    private readonly bool _swapped = binary.Matching!.Cardinality == MatchCardinality.OneToMany;
    private readonly SampleOperator _operator = new(binary, context.Notes);
    private readonly bool _filters = binary.Operator.IsComparison() && !binary.ReturnBool;

    // As Prometheus does: with group_right too, fill_left is for the many side, though that is the right one.
    private readonly double? _manyFill = binary.Matching!.FillLeft;
    private readonly double? _oneFill = binary.Matching!.FillRight;
    private readonly Dictionary<LabelSet, SeriesColumn> _result = [];

    /// <summary>What a series is matched under.</summary>
    public static LabelSet Key(LabelSet labels, VectorMatching matching)
    {
        if (matching.On)
        {
            return Labelling.Keep(labels, matching.Labels);
        }

        // As upstream: type and unit take part as soon as the query says itself what is ignored.
        return matching.Labels.Count == 0
            ? Labelling.WithoutMetric(labels)
            : LabelSet.From(labels.Where(label => label.Name != Label.MetricName && !matching.Labels.Contains(label.Name)));
    }

    public List<SeriesColumn> Match(List<SeriesColumn> left, List<SeriesColumn> right)
    {
        // From here on "one" is the side that must be unique, and "many" the other.
        (List<SeriesColumn> many, List<SeriesColumn> one) = _swapped ? (right, left) : (left, right);
        bool[] active = CanMatch(many, one);
        Dictionary<LabelSet, (List<SeriesColumn> Many, List<SeriesColumn> One)> groups = [];
        foreach (SeriesColumn column in one)
        {
            Group(groups, column).One.Add(column);
        }

        foreach (SeriesColumn column in many)
        {
            Group(groups, column).Many.Add(column);
        }

        foreach ((LabelSet key, (List<SeriesColumn> Many, List<SeriesColumn> One) group) in groups)
        {
            context.ThrowIfCancelled();
            MatchGroup(key, group.Many, group.One, active);
        }

        context.Release(left);
        context.Release(right);
        return [.. _result.Values];
    }

    private (List<SeriesColumn> Many, List<SeriesColumn> One) Group(
        Dictionary<LabelSet, (List<SeriesColumn> Many, List<SeriesColumn> One)> groups, SeriesColumn column)
    {
        ref (List<SeriesColumn> Many, List<SeriesColumn> One) group =
            ref CollectionsMarshal.GetValueRefOrAddDefault(groups, Key(column.Labels, _matching), out bool exists);
        if (!exists)
        {
            group = ([], []);
        }

        return group;
    }

    /// <summary>Where one side is empty and not filled nothing can match, and nothing can be ambiguous.</summary>
    private bool[] CanMatch(List<SeriesColumn> many, List<SeriesColumn> one)
    {
        bool[] active = new bool[grid.Steps];
        for (int step = 0; step < active.Length; step++)
        {
            active[step] = _matching.Fills || (HasValue(many, step) && HasValue(one, step));
        }

        return active;
    }

    private static bool HasValue(List<SeriesColumn> columns, int step)
    {
        foreach (SeriesColumn column in columns)
        {
            if (column.Has(step))
            {
                return true;
            }
        }

        return false;
    }

    private void MatchGroup(LabelSet key, List<SeriesColumn> many, List<SeriesColumn> one, bool[] active)
    {
        // The result of each pair is found once, at the first step at which the pair meets. The last is of a filled many side.
        SeriesColumn?[] targets = new SeriesColumn?[many.Count + 1];
        LabelSet?[] partners = new LabelSet?[many.Count + 1];
        for (int step = 0; step < grid.Steps; step++)
        {
            SeriesColumn? single = active[step] ? Single(key, one, step) : null;
            if (!active[step] || (single is null && _oneFill is null))
            {
                continue;
            }

            Sample other = single?.At(step) ?? new Sample(_oneFill!.Value);
            LabelSet otherLabels = single?.Labels ?? key;
            bool matched = false;
            for (int i = 0; i < many.Count; i++)
            {
                if (!many[i].Has(step))
                {
                    continue;
                }

                if (matched && _matching.Cardinality == MatchCardinality.OneToOne)
                {
                    throw new QueryException("multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)", binary.Span);
                }

                matched = true;
                Put(step, i, many[i].Labels, many[i].At(step), otherLabels, other);
            }

            if (!matched && single is not null && _manyFill is { } fill)
            {
                Put(step, many.Count, key, new Sample(fill), otherLabels, other);
            }
        }

        void Put(int step, int pair, LabelSet manyLabels, Sample value, LabelSet oneLabels, Sample other)
        {
            if (!TryCombine(value, other, out Sample combined))
            {
                return;
            }

            if (targets[pair] is null || !ReferenceEquals(partners[pair], oneLabels))
            {
                targets[pair] = Target(manyLabels, oneLabels);
                targets[pair]!.DropsName |= pair < many.Count && many[pair].DropsName;
                partners[pair] = oneLabels;
            }

            if (targets[pair]!.Has(step))
            {
                throw new QueryException(
                    _matching.Cardinality == MatchCardinality.OneToOne
                        ? "vector cannot contain metrics with the same labelset"
                        : "multiple matches for labels: grouping labels must ensure unique matches",
                    binary.Span);
            }

            targets[pair]!.Take(step, combined);
        }
    }

    private SeriesColumn? Single(LabelSet key, List<SeriesColumn> one, int step)
    {
        SeriesColumn? single = null;
        foreach (SeriesColumn column in one)
        {
            if (!column.Has(step))
            {
                continue;
            }

            if (single is not null)
            {
                throw new QueryException(
                    $"found duplicate series for the match group {Labelling.Show(key)} on the {(_swapped ? "left" : "right")} hand-side of the operation: " +
                    $"[{Labelling.Show(single.Labels)}, {Labelling.Show(column.Labels)}];many-to-many matching not allowed: matching labels must be unique on one side",
                    binary.Span);
            }

            single = column;
        }

        return single;
    }

    private bool TryCombine(Sample many, Sample one, out Sample combined)
    {
        (Sample left, Sample right) = _swapped ? (one, many) : (many, one);
        return _operator.TryApply(left, right, kept: left, out combined);
    }

    private SeriesColumn Target(LabelSet many, LabelSet one)
    {
        LabelSet labels = _filters || binary.Operator.IsTrim() ? many : Labelling.WithoutMetric(many);
        if (_matching.Cardinality == MatchCardinality.OneToOne)
        {
            labels = _matching.On ? Labelling.Keep(labels, _matching.Labels) : Labelling.Without(labels, _matching.Labels);
        }

        foreach (string include in _matching.Include)
        {
            labels = Labelling.With(labels, include, one[include]);
        }

        ref SeriesColumn? target = ref CollectionsMarshal.GetValueRefOrAddDefault(_result, labels, out _);
        return target ??= new SeriesColumn(labels, context.NewColumn(grid.Steps));
    }
}
