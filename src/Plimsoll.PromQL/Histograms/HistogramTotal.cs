using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>The sum or the mean of several histograms, each number of them compensated like the sums of plain numbers.</summary>
internal sealed class HistogramTotal
{
    private readonly List<FloatHistogram> _aligned;

    private HistogramTotal(List<FloatHistogram> aligned) => _aligned = aligned;

    /// <returns>Null when some have exponential buckets and others custom ones.</returns>
    public static FloatHistogram? Of(IReadOnlyList<FloatHistogram> histograms, bool mean, out HistogramNotes notes)
    {
        notes = HistogramNotes.None;
        CounterResetHint hint = histograms[0].Hint;
        bool sawReset = false;
        bool sawCountedOn = false;
        foreach (FloatHistogram histogram in histograms)
        {
            if (histogram.IsCustom != histograms[0].IsCustom)
            {
                return null;
            }

            hint = FloatHistogram.HintOf(hint, histogram.Hint);
            sawReset |= histogram.Hint == CounterResetHint.Reset;
            sawCountedOn |= histogram.Hint == CounterResetHint.NoReset;
        }

        notes |= sawReset && sawCountedOn ? HistogramNotes.ResetCollision : HistogramNotes.None;
        if (histograms.Count == 1)
        {
            return histograms[0];
        }

        List<FloatHistogram> aligned = FloatHistogram.Align(histograms, out bool reconciled);
        notes |= reconciled ? HistogramNotes.BoundsReconciled : HistogramNotes.None;
        HistogramTotal total = new(aligned);
        return (aligned[0] with
        {
            Hint = hint,
            Count = total.Of(static histogram => histogram.Count, mean),
            Sum = total.Of(static histogram => histogram.Sum, mean),
            ZeroCount = total.Of(static histogram => histogram.ZeroCount, mean),
            Positive = total.Side(static histogram => histogram.Positive, mean),
            Negative = total.Side(static histogram => histogram.Negative, mean),
        }).Compact();
    }

    private double Of(Func<FloatHistogram, double> number, bool mean)
    {
        Total total = default;
        foreach (FloatHistogram histogram in _aligned)
        {
            total.Add(number(histogram));
        }

        return total.Value(mean);
    }

    private Buckets Side(Func<FloatHistogram, Buckets> side, bool mean)
    {
        SortedSet<int> all = [];
        foreach (FloatHistogram histogram in _aligned)
        {
            foreach (int index in side(histogram).Indexes)
            {
                all.Add(index);
            }
        }

        int[] indexes = [.. all];
        Total[] totals = new Total[indexes.Length];
        foreach (FloatHistogram histogram in _aligned)
        {
            Buckets buckets = side(histogram);
            int at = 0;
            for (int i = 0; i < indexes.Length; i++)
            {
                totals[i].Add(at < buckets.Length && buckets.Indexes[at] == indexes[i] ? buckets.Counts[at++] : 0);
            }
        }

        return new Buckets(indexes, Array.ConvertAll(totals, total => total.Value(mean)));
    }

    private struct Total
    {
        private CompensatedMean _mean;
        private double _sum;
        private double _compensation;

        public void Add(double value)
        {
            _mean.Add(value);
            KahanSum.Add(value, ref _sum, ref _compensation);
        }

        public readonly double Value(bool mean) => mean ? _mean.Value : double.IsInfinity(_sum) ? _sum : _sum + _compensation;
    }
}
