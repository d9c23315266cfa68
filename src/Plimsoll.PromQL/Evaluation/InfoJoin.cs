using System.Globalization;
using System.Runtime.InteropServices;
using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>Gives series the labels of the info series that bear the same instance and job, step by step.</summary>
internal sealed class InfoJoin(QueryContext context, InfoSelection wanted, StepGrid grid, SourceSpan span)
{
    private readonly Dictionary<(string Metric, string Instance, string Job), List<SeriesColumn>> _info = [];
    private readonly List<string> _metrics = [];
    private readonly Dictionary<LabelSet, SeriesColumn> _result = [];

    /// <param name="info">Info series, with the times of their samples as values.</param>
    public List<SeriesColumn> Join(List<SeriesColumn> columns, List<SeriesColumn> info)
    {
        foreach (SeriesColumn column in info)
        {
            ref List<SeriesColumn>? same = ref CollectionsMarshal.GetValueRefOrAddDefault(_info, Key(column.Labels.MetricName, column.Labels), out _);
            (same ??= []).Add(column);
            if (!_metrics.Contains(column.Labels.MetricName))
            {
                _metrics.Add(column.Labels.MetricName);
            }
        }

        foreach (SeriesColumn column in columns)
        {
            context.ThrowIfCancelled();
            if (wanted.IsInfoMetric(column.Labels))
            {
                CopyAll(column);
            }
            else
            {
                Enrich(column);
            }
        }

        context.Release(columns);
        context.Release(info);
        return [.. _result.Values];
    }

    private static (string Metric, string Instance, string Job) Key(string metric, LabelSet labels) => (metric, labels["instance"], labels["job"]);

    private void CopyAll(SeriesColumn column)
    {
        for (int step = 0; step < grid.Steps; step++)
        {
            if (column.Has(step))
            {
                Put(Target(column.Labels, column), step, column);
            }
        }
    }

    private void Enrich(SeriesColumn column)
    {
        List<SeriesColumn>[] candidates =
            [.. _metrics.Select(metric => _info.GetValueOrDefault(Key(metric, column.Labels))).OfType<List<SeriesColumn>>()];
        SeriesColumn?[] current = new SeriesColumn?[candidates.Length];
        SeriesColumn?[] previous = new SeriesColumn?[candidates.Length];
        SeriesColumn? target = null;
        for (int step = 0; step < grid.Steps; step++)
        {
            if (!column.Has(step))
            {
                continue;
            }

            for (int i = 0; i < candidates.Length; i++)
            {
                current[i] = Newest(candidates[i], step);
            }

            bool found = Array.Exists(current, info => info is not null);
            if (!found && !wanted.IsOptional)
            {
                continue;
            }

            // Which info series hold changes rarely, so the labels are put together only then.
            if (target is null || !current.AsSpan().SequenceEqual(previous))
            {
                target = Target(WithInfo(column.Labels, current), column);
                (current, previous) = (previous, current);
            }

            Put(target, step, column);
        }
    }

    /// <summary>The info series of which the sample is newest, so that a new one takes over while an old one is still in the lookback.</summary>
    private SeriesColumn? Newest(List<SeriesColumn> candidates, int step)
    {
        SeriesColumn? newest = null;
        foreach (SeriesColumn candidate in candidates)
        {
            double time = candidate.Values[step];
            if (SampleBlock.IsStale(time) || (newest is not null && time < newest.Values[step]))
            {
                continue;
            }

            if (newest is not null && time == newest.Values[step])
            {
                string at = (time * 1000).ToString("F0", CultureInfo.InvariantCulture);
                throw new QueryException(
                    $"found duplicate series for info metric: existing {newest.Labels} @ {at}, new {candidate.Labels} @ {at}", span);
            }

            newest = candidate;
        }

        return newest;
    }

    private LabelSet WithInfo(LabelSet labels, SeriesColumn?[] infos)
    {
        Dictionary<string, string> added = new(StringComparer.Ordinal);
        foreach (SeriesColumn? info in infos)
        {
            foreach (Label label in info?.Labels ?? LabelSet.Empty)
            {
                if (label.Name == Label.MetricName || !wanted.Wants(label.Name))
                {
                    continue;
                }

                if (added.TryGetValue(label.Name, out string? other) && other != label.Value)
                {
                    throw new QueryException($"conflicting label: {label.Name}", span);
                }

                if (labels[label.Name].Length == 0)
                {
                    added[label.Name] = label.Value;
                }
            }
        }

        return added.Count == 0 ? labels : LabelSet.From(labels.Concat(added.Select(pair => new Label(pair.Key, pair.Value))));
    }

    private SeriesColumn Target(LabelSet labels, SeriesColumn of)
    {
        ref SeriesColumn? target = ref CollectionsMarshal.GetValueRefOrAddDefault(_result, labels, out _);
        target ??= new SeriesColumn(labels, context.NewColumn(grid.Steps));
        target.DropsName |= of.DropsName;
        return target;
    }

    private void Put(SeriesColumn target, int step, SeriesColumn column)
    {
        if (target.Has(step))
        {
            throw new QueryException("vector cannot contain metrics with the same labelset", span);
        }

        target.Take(step, column);
    }
}
