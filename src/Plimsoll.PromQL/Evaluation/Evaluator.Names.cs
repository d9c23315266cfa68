using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>
/// Metrics' names that an operation makes wrong: dropped by it, or, where the engine delays that, at the end of the query, so
/// that <c>label_replace</c> and aggregations still see them.
/// </summary>
internal sealed partial class Evaluator
{
    /// <summary>Drops the names that the operations of a query only marked.</summary>
    /// <exception cref="QueryException">Series then bear the same labels at the same step.</exception>
    public List<SeriesColumn> WithoutDropped(List<SeriesColumn> columns, SourceSpan span)
    {
        if (!columns.Exists(column => column.DropsName))
        {
            return columns;
        }

        foreach (SeriesColumn column in columns)
        {
            column.Labels = LabelsOf(column);
            column.DropsName = false;
        }

        return Labelling.Merge(columns, span, context);
    }

    private static LabelSet LabelsOf(SeriesColumn column) => column.DropsName ? Labelling.WithoutMetric(column.Labels) : column.Labels;

    private void DropMetric(SeriesColumn column)
    {
        if (context.DelaysNameRemoval)
        {
            column.DropsName = true;
        }
        else
        {
            column.Labels = Labelling.WithoutMetric(column.Labels);
        }
    }

    private void DropMetric(List<SeriesColumn> columns)
    {
        foreach (SeriesColumn column in columns)
        {
            DropMetric(column);
        }
    }
}
