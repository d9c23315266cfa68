using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary><c>start_timestamp()</c>: when the counters of the selected samples began.</summary>
internal sealed partial class Evaluator
{
    /// <summary>Seconds since 1970, 0 where a sample does not know; nothing for expressions, of which samples have no start.</summary>
    private List<SeriesColumn> StartTimestamp(CallExpression call, StepGrid grid)
    {
        List<SeriesColumn> columns = [];
        if (!context.UseStartTimestamps || grid.Steps == 0 || Unwrap(call.Arguments[0]) is not VectorSelector selector)
        {
            return columns;
        }

        ReadTimes reads = Resolve(selector.Modifiers, grid);
        TimeRange range = new(Times.Subtract(reads.At(0), context.LookbackMs) + 1, reads.At(grid.Steps - 1));
        using ISeriesSelection selection = context.Select(selector, range);
        using SampleBuffer buffer = new();
        buffer.WantStarts();
        for (int i = 0; i < selection.Count; i++)
        {
            context.Load(selection, i, buffer, keepStale: true);
            if (Latest(buffer, reads, grid.Steps, timestamps: true, out _) is not { } values)
            {
                continue;
            }

            for (int step = 0; step < values.Length; step++)
            {
                if (!SampleBlock.IsStale(values[step]))
                {
                    int at = buffer.Timestamps.BinarySearch((long)Math.Round(values[step] * 1000));
                    values[step] = buffer.Starts[at] / 1000.0;
                }
            }

            columns.Add(new SeriesColumn(selection.Labels(i), values));
        }

        context.Release(buffer.Weight);
        DropMetric(columns);
        return Labelling.Merge(columns, call.Span, context);
    }
}
