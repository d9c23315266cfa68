using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>Smoothed instant selectors: on the line between the samples around the time, within the lookback on both sides.</summary>
internal sealed partial class Evaluator
{
    private List<SeriesColumn> SelectSmoothed(VectorSelector selector, StepGrid grid)
    {
        List<SeriesColumn> columns = [];
        if (grid.Steps == 0)
        {
            return columns;
        }

        ReadTimes reads = Resolve(selector.Modifiers, grid);
        TimeRange range = new(Times.Subtract(reads.At(0), context.LookbackMs) + 1, Times.Subtract(reads.At(grid.Steps - 1), -context.LookbackMs));
        using ISeriesSelection selection = context.Select(selector, range);
        using SampleBuffer buffer = new();
        for (int i = 0; i < selection.Count; i++)
        {
            context.Load(selection.Open(i), buffer, keepStale: false);
            double[]? values = Smoothed(buffer, reads, grid.Steps);
            if (values is not null)
            {
                columns.Add(new SeriesColumn(selection.Labels(i), values));
            }
        }

        context.Release(buffer.Capacity);
        return columns;
    }

    private double[]? Smoothed(SampleBuffer buffer, ReadTimes reads, int steps)
    {
        double[]? values = null;
        ReadOnlySpan<long> times = buffer.Timestamps;
        int next = 0;
        for (int step = 0; step < steps; step++)
        {
            long at = reads.At(step);
            while (next < times.Length && times[next] < at)
            {
                next++;
            }

            bool exact = next < times.Length && times[next] == at;
            bool before = next > 0 && times[next - 1] > Times.Subtract(at, context.LookbackMs);
            if (!exact && !before)
            {
                continue;
            }

            bool behind = next < times.Length && times[next] <= Times.Subtract(at, -context.LookbackMs);
            values ??= context.NewColumn(steps);
            values[step] = exact ? buffer.Values[next]
                : behind ? RangeEdges.Interpolate(times[next - 1], buffer.Values[next - 1], times[next], buffer.Values[next], at, counter: false)
                : buffer.Values[next - 1];
        }

        return values;
    }
}
