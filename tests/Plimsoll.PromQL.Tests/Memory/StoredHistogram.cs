using Plimsoll.Series;

namespace Plimsoll.PromQL.Tests;

/// <summary>Histograms of the language as histograms of the store.</summary>
public static class StoredHistogram
{
    public static Histogram Of(FloatHistogram histogram)
    {
        (HistogramSpan[] positiveSpans, double[] positive) = Side(histogram.Positive);
        (HistogramSpan[] negativeSpans, double[] negative) = Side(histogram.Negative);
        HistogramLayout layout = new(histogram.Schema, histogram.ZeroThreshold, positiveSpans, negativeSpans, histogram.Bounds);
        return Histogram.OfFloats(layout, histogram.Hint, histogram.Count, histogram.ZeroCount, histogram.Sum, positive, negative);
    }

    /// <summary>
    /// What Prometheus' store says of resets when it reads a histogram back: that it counts on, when the one before is of the same layout and no
    /// count fell; of gauges that they are; of all others nothing.
    /// </summary>
    public static CounterResetHint HintBehind(FloatHistogram? before, FloatHistogram histogram)
    {
        if (histogram.Hint == CounterResetHint.Gauge)
        {
            return CounterResetHint.Gauge;
        }

        bool countsOn = before is not null
            && before.Hint != CounterResetHint.Gauge
            && histogram.Hint != CounterResetHint.Reset
            && before.Schema == histogram.Schema
            && before.ZeroThreshold.Equals(histogram.ZeroThreshold)
            && before.Bounds.AsSpan().SequenceEqual(histogram.Bounds)
            && !(histogram with { Hint = CounterResetHint.Unknown }).IsResetAfter(before);
        return countsOn ? CounterResetHint.NoReset : CounterResetHint.Unknown;
    }

    private static (HistogramSpan[] Spans, double[] Counts) Side(Buckets buckets)
    {
        List<HistogramSpan> spans = [];
        int next = 0;
        foreach (int index in buckets.Indexes)
        {
            if (spans.Count > 0 && index == next)
            {
                spans[^1] = spans[^1] with { Length = spans[^1].Length + 1 };
            }
            else
            {
                spans.Add(new HistogramSpan(index - next, 1));
            }

            next = index + 1;
        }

        return ([.. spans], buckets.Counts.ToArray());
    }
}
