using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>
/// What a function makes of a range that holds native histograms, alone or among numbers. Functions of numbers alone leave the
/// histograms out, and say so.
/// </summary>
internal sealed class MixedRange(string function, RangeKernel numbers, RangeExtension extension, Annotations notes, SourceSpan span)
{
    public bool TryCompute(in Window window, string metric, out Sample result)
    {
        switch (function)
        {
            case "rate" or "increase" or "delta":
                HistogramChange change = new(function, notes, metric, span);
                return extension == RangeExtension.None ? change.TryExtrapolate(window, out result) : change.TryBetweenEdges(window, extension, out result);
            case "irate" or "idelta":
                return new HistogramChange(function, notes, metric, span).TryLastTwo(window, out result);
            case "sum_over_time" or "avg_over_time":
                return TryTotal(window, metric, out result);
            case "first_over_time" or "last_over_time":
                int edge = function == "last_over_time" ? window.Values.Length - 1 : 0;
                result = window.SampleAt(edge);
                return true;
            case "changes" or "resets":
                return TryCount(window, out result);
            case "count_over_time" or "present_over_time" or "absent_over_time" or "ts_of_first_over_time" or "ts_of_last_over_time":
                bool computed = numbers.TryCompute(window, out double value);
                result = new Sample(value);
                return computed;
            default:
                return TryNumbers(window, metric, out result);
        }
    }

    private bool TryTotal(in Window window, string metric, out Sample result)
    {
        result = default;
        if (window.HasNumbers())
        {
            notes.MixedKinds(metric, span);
            return false;
        }

        FloatHistogram[] histograms = window.Histograms.ToArray()!;
        if (HistogramTotal.Of(histograms, mean: function == "avg_over_time", out HistogramNotes found) is not { } total)
        {
            notes.MixedLayouts(metric, span);
            return false;
        }

        notes.Of(found, "aggregation", span);
        result = Sample.Of(total);
        return true;
    }

    private bool TryCount(in Window window, out Sample result)
    {
        result = default;
        int first = 0;
        if (extension != RangeExtension.None && !RangeEdges.TryAnchor(window, out first))
        {
            return false;
        }

        int count = 0;
        for (int i = first + 1; i < window.Values.Length; i++)
        {
            Sample before = window.SampleAt(i - 1);
            Sample now = window.SampleAt(i);
            bool counts = (before.Histogram, now.Histogram) switch
            {
                ({ } old, { } young) => function == "resets" ? window.IsHistogramReset(i) : !young.SameAs(old),
                (null, null) => function == "resets" ? window.IsReset(i) : !now.Value.Equals(before.Value),
                _ => true,
            };
            count += counts ? 1 : 0;
        }

        result = new Sample(count);
        return true;
    }

    private bool TryNumbers(in Window window, string metric, out Sample result)
    {
        result = default;
        if (!window.HasNumbers())
        {
            return false;
        }

        List<long> times = [];
        List<double> values = [];
        for (int i = 0; i < window.Values.Length; i++)
        {
            if (window.Histograms[i] is null)
            {
                times.Add(window.Timestamps[i]);
                values.Add(window.Values[i]);
            }
        }

        notes.Info($"ignored histograms in a range containing both floats and histograms for metric name \"{metric}\"", span);
        Window alone = new(times.ToArray(), values.ToArray(), window.StartMs, window.EndMs, window.EvalMs, window.First, window.Second);
        bool computed = numbers.TryCompute(alone, out double value);
        result = new Sample(value);
        return computed;
    }
}
