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
            Load(selection, i, buffer, keepStale: false);
            SeriesColumn column = new(selection.Labels(i), context.NewColumn(grid.Steps));
            Smooth(column, buffer, reads, selector.Span);
            if (column.IsEmpty())
            {
                context.Release(column.Values.Length);
            }
            else
            {
                columns.Add(column);
            }
        }

        context.Release(buffer.Weight);
        return columns;
    }

    private void Smooth(SeriesColumn column, SampleBuffer buffer, ReadTimes reads, SourceSpan span)
    {
        ReadOnlySpan<long> times = buffer.Timestamps;
        int next = 0;
        for (int step = 0; step < column.Values.Length; step++)
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
            if (!buffer.Histograms.IsEmpty)
            {
                SmoothHistogram(column, step, buffer, exact, behind ? next : next - 1, at, span);
                continue;
            }

            column.Values[step] = exact ? buffer.Values[next]
                : behind ? RangeEdges.Interpolate(times[next - 1], buffer.Values[next - 1], times[next], buffer.Values[next], at, counter: false)
                : buffer.Values[next - 1];
        }
    }

    /// <param name="next">The sample behind the time, or the newest one where none is near enough.</param>
    private void SmoothHistogram(SeriesColumn column, int step, SampleBuffer buffer, bool exact, int next, long at, SourceSpan span)
    {
        ReadOnlySpan<long> times = buffer.Timestamps;
        if (IsMixed(buffer, at, next))
        {
            context.Notes.MixedKinds(column.Labels.MetricName, span);
            return;
        }

        FloatHistogram? to = buffer.Histograms[next];
        if (to is null)
        {
            // Numbers alone around this time.
            column.Values[step] = exact || times[next] <= at
                ? buffer.Values[next]
                : RangeEdges.Interpolate(times[next - 1], buffer.Values[next - 1], times[next], buffer.Values[next], at, counter: false);
            return;
        }

        if (exact || times[next] <= at)
        {
            column.Put(step, to);
            return;
        }

        FloatHistogram from = buffer.Histograms[next - 1]!;
        bool counter = from.Hint != CounterResetHint.Gauge && to.Hint != CounterResetHint.Gauge;
        if (HistogramChange.Interpolate(times[next - 1], from, times[next], to, at, counter) is { } between)
        {
            column.Put(step, between);
        }
        else
        {
            context.Notes.MixedLayouts(column.Labels.MetricName, span);
        }
    }

    /// <summary>True when the lookback on both sides holds numbers and histograms.</summary>
    private bool IsMixed(SampleBuffer buffer, long at, int next)
    {
        int first = next;
        while (first > 0 && buffer.Timestamps[first - 1] > Times.Subtract(at, context.LookbackMs))
        {
            first--;
        }

        int end = next + 1;
        while (end < buffer.Count && buffer.Timestamps[end] <= Times.Subtract(at, -context.LookbackMs))
        {
            end++;
        }

        ReadOnlySpan<FloatHistogram?> around = buffer.Histograms[first..end];
        return around.Contains(null) && around.ContainsAnyExcept((FloatHistogram?)null);
    }
}
