using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary><c>rate</c> and its kin over native histograms: as over numbers, with a reset seen in any bucket.</summary>
internal sealed class HistogramChange(string function, Annotations notes, string metric, SourceSpan span)
{
    private readonly bool _counter = function is "rate" or "increase" or "irate";
    private readonly bool _perSecond = function is "rate";

    /// <summary>Between the first and last histogram, carried on to the range's edges.</summary>
    public bool TryExtrapolate(in Window window, out Sample result)
    {
        result = default;
        if (window.HasNumbers())
        {
            notes.MixedKinds(metric, span);
            return false;
        }

        int last = window.Values.Length - 1;
        bool began = _counter && Extrapolated.BeganWithin(window);
        if (last == 0 && !began)
        {
            return false;
        }

        CheckHints(window, 0, last);

        // Where the counter began anew behind the first histogram that one is not looked at, whatever its layout.
        bool skipsFirst = began || (_counter && window.IsHistogramReset(1));
        int from = skipsFirst && !began ? 1 : 0;
        if (!IsOneLayout(window, from, last) || Difference(window, from, last, subtractFirst: !skipsFirst) is not { } change)
        {
            return false;
        }

        double factor = Extrapolated.Factor(window, began, _counter, window.Histograms[0]!.Count, change.Count, _perSecond);
        result = Sample.Of((change * factor).Compact() with { Hint = CounterResetHint.Gauge });
        return true;
    }

    /// <summary>Between the last two samples.</summary>
    public bool TryLastTwo(in Window window, out Sample result)
    {
        result = default;
        int last = window.Values.Length - 1;
        if (last == 0)
        {
            return false;
        }

        long interval = window.Timestamps[last] - window.Timestamps[last - 1];
        switch (window.Histograms[last - 1], window.Histograms[last])
        {
            case (null, null):
                bool restarted = _counter && window.IsReset(last);
                double change = restarted ? window.Values[last] : window.Values[last] - window.Values[last - 1];
                result = new Sample(_counter ? change / (interval / 1000.0) : change);
                return true;
            case ({ } before, { } now):
                CheckHints(window, last - 1, last);
                FloatHistogram? difference = now;
                if (!_counter || !window.IsHistogramReset(last))
                {
                    difference = Subtract(now, before);
                    if (difference is null)
                    {
                        return false;
                    }
                }

                difference = difference.Compact() with { Hint = CounterResetHint.Gauge };
                result = Sample.Of(_counter ? difference / (interval / 1000.0) : difference);
                return true;
            default:
                notes.MixedKinds(metric, span);
                return false;
        }
    }

    /// <summary>Between the range's edges, which are known or interpolated.</summary>
    public bool TryBetweenEdges(in Window window, RangeExtension extension, out Sample result)
    {
        result = default;
        bool smoothed = extension == RangeExtension.Smoothed;
        if (!RangeEdges.TryFind(window, smoothed, out RangeEdges edges))
        {
            return false;
        }

        (int first, int last) = (edges.First, edges.Last);
        if (window.HasNumbers(first, last))
        {
            notes.MixedKinds(metric, span);
            return false;
        }

        CheckHints(window, first, last);
        bool cutsLeft = smoothed && window.Timestamps[first] < window.StartMs;
        bool cutsRight = smoothed && last > 0 && window.Timestamps[last] > window.EndMs;
        if (!IsOneLayout(window, first, last))
        {
            return false;
        }

        FloatHistogram? left = cutsLeft ? Between(window, first, window.StartMs) : window.Histograms[first];
        FloatHistogram? right = cutsRight ? Between(window, last - 1, window.EndMs) : window.Histograms[last];
        FloatHistogram? change = left is null || right is null ? null : Subtract(right, left);

        // A reset between the two samples that the left edge lies between is in its value already.
        for (int i = cutsLeft ? first + 2 : first + 1; _counter && change is not null && i <= last; i++)
        {
            change = window.IsHistogramReset(i) ? Add(change, window.Histograms[i - 1]!) : change;
        }

        if (change is null)
        {
            return false;
        }

        change = _perSecond ? change / ((window.EndMs - window.StartMs) / 1000.0) : change;
        result = Sample.Of(change.Compact() with { Hint = CounterResetHint.Gauge });
        return true;
    }

    /// <summary>On the line from one histogram to the next; of a counter that was reset between them, from zero.</summary>
    /// <returns>Null where one has exponential buckets and the other custom ones.</returns>
    public static FloatHistogram? Interpolate(long fromMs, FloatHistogram from, long toMs, FloatHistogram to, long atMs, bool counter)
    {
        double share = (double)(atMs - fromMs) / (toMs - fromMs);
        if (from.IsCustom != to.IsCustom)
        {
            return null;
        }

        return counter && to.IsResetAfter(from) ? to * share : to.Subtract(from, out _) is { } change ? from.Add(change * share, out _) : null;
    }

    private FloatHistogram? Between(in Window window, int from, long atMs) => Interpolate(
        window.Timestamps[from], window.Histograms[from]!, window.Timestamps[from + 1], window.Histograms[from + 1]!, atMs, _counter);

    /// <summary>The last less the first, and what the counter held each time that it began anew.</summary>
    private FloatHistogram? Difference(in Window window, int first, int last, bool subtractFirst)
    {
        FloatHistogram? change = window.Histograms[last]!;
        if (_counter && !change.IsCustom)
        {
            int schema = change.Schema;
            foreach (FloatHistogram? each in window.Histograms[first..])
            {
                schema = Math.Min(schema, each!.Schema);
            }

            change = change.ReduceTo(schema);
        }

        if (subtractFirst)
        {
            change = Subtract(change, window.Histograms[first]!);
        }

        for (int i = first + 1; _counter && change is not null && i <= last; i++)
        {
            change = window.IsHistogramReset(i) ? Add(change, window.Histograms[i - 1]!) : change;
        }

        return change;
    }

    private FloatHistogram? Subtract(FloatHistogram from, FloatHistogram what) =>
        Told(from.Subtract(what, out HistogramNotes found), found, "subtraction");

    private FloatHistogram? Add(FloatHistogram to, FloatHistogram what) => Told(to.Add(what, out HistogramNotes found), found, "addition");

    private FloatHistogram? Told(FloatHistogram? result, HistogramNotes found, string operation)
    {
        if (result is null)
        {
            notes.MixedLayouts(metric, span);
        }

        // Resets are counted here, so that hints which contradict each other don't matter.
        notes.Of(found & ~HistogramNotes.ResetCollision, operation, span);
        return result;
    }

    private bool IsOneLayout(in Window window, int first, int last)
    {
        for (int i = first + 1; i <= last; i++)
        {
            // Of gauges only the ends count.
            if ((_counter || i == last) && window.Histograms[i]!.IsCustom != window.Histograms[first]!.IsCustom)
            {
                notes.MixedLayouts(metric, span);
                return false;
            }
        }

        return true;
    }

    private void CheckHints(in Window window, int first, int last)
    {
        if (!_counter)
        {
            if (window.Histograms[first]!.Hint != CounterResetHint.Gauge || window.Histograms[last]!.Hint != CounterResetHint.Gauge)
            {
                notes.NotGauge(metric, span);
            }

            return;
        }

        for (int i = first; i <= last; i++)
        {
            if (window.Histograms[i]!.Hint == CounterResetHint.Gauge)
            {
                notes.NotCounter(metric, span);
            }
        }
    }
}
