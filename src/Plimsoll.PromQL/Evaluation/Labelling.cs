using System.Runtime.InteropServices;
using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>What operations do to labels.</summary>
internal static class Labelling
{
    /// <summary>Labels that say what a metric is; an operation that makes another metric of it drops them.</summary>
    public static bool DescribesMetric(string name) => name is Label.MetricName or "__type__" or "__unit__";

    public static LabelSet WithoutMetric(LabelSet labels)
    {
        foreach (Label label in labels.AsSpan())
        {
            if (DescribesMetric(label.Name))
            {
                return LabelSet.From(labels.Where(kept => !DescribesMetric(kept.Name)));
            }
        }

        return labels;
    }

    public static LabelSet Keep(LabelSet labels, NodeList<string> names) => LabelSet.From(labels.Where(label => names.Contains(label.Name)));

    public static LabelSet Without(LabelSet labels, NodeList<string> names) => LabelSet.From(labels.Where(label => !names.Contains(label.Name)));

    /// <summary>What a series is grouped under.</summary>
    public static LabelSet Group(LabelSet labels, NodeList<string> names, bool without) => without
        ? LabelSet.From(labels.Where(label => !DescribesMetric(label.Name) && !names.Contains(label.Name)))
        : names.Count == 0 ? LabelSet.Empty : Keep(labels, names);

    public static LabelSet With(LabelSet labels, string name, string value) =>
        LabelSet.From(labels.Where(label => label.Name != name).Append(new Label(name, value)));

    /// <summary>
    /// Joins series that have come to bear the same labels. Where both have a value at one step, no answer is right.
    /// </summary>
    public static List<SeriesColumn> Merge(List<SeriesColumn> columns, SourceSpan span, QueryContext context)
    {
        Dictionary<LabelSet, SeriesColumn> byLabels = new(columns.Count);
        List<SeriesColumn> merged = new(columns.Count);
        foreach (SeriesColumn column in columns)
        {
            ref SeriesColumn? first = ref CollectionsMarshal.GetValueRefOrAddDefault(byLabels, column.Labels, out bool exists);
            if (!exists)
            {
                first = column;
                merged.Add(column);
                continue;
            }

            first!.DropsName |= column.DropsName;
            double[] into = first.Values;
            for (int step = 0; step < into.Length; step++)
            {
                if (!column.Has(step))
                {
                    continue;
                }

                if (first.Has(step))
                {
                    throw new QueryException("vector cannot contain metrics with the same labelset", span);
                }

                first.Take(step, column);
            }

            context.Release(into.Length);
        }

        return merged;
    }

    /// <summary>As matchers and errors show it, with the name as a label like any other.</summary>
    public static string Show(LabelSet labels) =>
        $"{{{string.Join(", ", labels.Select(label => $"{label.Name}={StringText.Quote(label.Value)}"))}}}";
}
