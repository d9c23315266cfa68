using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>Instant selectors: the newest sample in (t − lookback, t] of each series, none after a stale marker.</summary>
internal sealed partial class Evaluator
{
    /// <param name="timestamps">True to give the samples' times in seconds instead of their values.</param>
    private List<SeriesColumn> Select(VectorSelector selector, StepGrid grid, bool timestamps)
    {
        if (selector.Extension == RangeExtension.Smoothed && !timestamps)
        {
            return SelectSmoothed(selector, grid);
        }

        List<SeriesColumn> columns = [];
        if (grid.Steps == 0)
        {
            return columns;
        }

        ReadTimes reads = Resolve(selector.Modifiers, grid);
        TimeRange range = new(Times.Subtract(reads.At(0), context.LookbackMs) + 1, reads.At(grid.Steps - 1));
        using ISeriesSelection selection = context.Select(selector, range);
        using SampleBuffer buffer = new();
        for (int i = 0; i < selection.Count; i++)
        {
            Load(selection, i, buffer, keepStale: true);
            double[]? values = Latest(buffer, reads, grid.Steps, timestamps, out FloatHistogram?[]? histograms);
            if (values is not null)
            {
                columns.Add(new SeriesColumn(selection.Labels(i), values) { Histograms = histograms });
            }
        }

        context.Release(buffer.Weight);
        return columns;
    }

    /// <param name="histograms">Where the newest sample is a native histogram, and its time is not wanted.</param>
    private double[]? Latest(SampleBuffer buffer, ReadTimes reads, int steps, bool timestamps, out FloatHistogram?[]? histograms)
    {
        double[]? values = null;
        histograms = null;
        ReadOnlySpan<FloatHistogram?> held = buffer.Histograms;
        ReadOnlySpan<long> times = buffer.Timestamps;
        int next = 0;
        for (int step = 0; step < steps; step++)
        {
            long at = reads.At(step);
            while (next < times.Length && times[next] <= at)
            {
                next++;
            }

            if (next == 0 || times[next - 1] <= Times.Subtract(at, context.LookbackMs))
            {
                continue;
            }

            FloatHistogram? histogram = held.IsEmpty ? null : held[next - 1];
            if (histogram is null && SampleBlock.IsStale(buffer.Values[next - 1]))
            {
                continue;
            }

            values ??= context.NewColumn(steps);
            values[step] = timestamps ? times[next - 1] / 1000.0 : buffer.Values[next - 1];
            if (histogram is not null && !timestamps)
            {
                (histograms ??= new FloatHistogram?[steps])[step] = histogram;
            }
        }

        return values;
    }

    /// <summary>Where in time a selector or subquery reads for each step.</summary>
    private ReadTimes Resolve(TimeModifiers modifiers, StepGrid grid)
    {
        long offset = modifiers.Offset is { } written ? DurationValue.Ms(written, context.Times, positive: false) : 0;
        if (modifiers.At is not { } at)
        {
            return new ReadTimes(Times.Subtract(grid.StartMs, offset), grid.StepMs);
        }

        long anchor = at.Anchor switch
        {
            AtAnchor.Start => context.Times.StartMs,
            AtAnchor.End => context.Times.EndMs,
            _ => at.TimestampMs,
        };
        return new ReadTimes(Times.Subtract(anchor, offset), 0);
    }

    /// <summary>The times that each step reads at; all the same where the step is zero.</summary>
    private readonly record struct ReadTimes(long FirstMs, long StepMs)
    {
        public long At(int step) => FirstMs + (step * StepMs);
    }
}

/// <summary>Times near the ends of what 64 bits hold.</summary>
internal static class Times
{
    private const long Bound = long.MaxValue / 4;

    /// <summary>Subtracts, and stays within a range in which further sums can't overflow.</summary>
    public static long Subtract(long timeMs, long ms) =>
        Math.Clamp(Math.Clamp(timeMs, -Bound, Bound) - Math.Clamp(ms, -Bound, Bound), -Bound, Bound);
}
