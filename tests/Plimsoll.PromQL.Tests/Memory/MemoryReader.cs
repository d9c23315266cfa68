using Plimsoll.Series;

namespace Plimsoll.PromQL.Tests;

/// <summary>The plainest reader that keeps the seam's promises: sorted lists, scanned.</summary>
public sealed class MemoryReader : ISeriesReader
{
    private readonly SortedDictionary<LabelSet, SortedDictionary<long, double>> _series = [];

    private readonly Dictionary<(LabelSet Labels, long TimeMs), long> _starts = [];

    private readonly Dictionary<LabelSet, SortedDictionary<long, FloatHistogram?>> _histograms = [];

    public MemoryReader Add(LabelSet labels, params (long TimeMs, double Value)[] samples)
    {
        if (!_series.TryGetValue(labels, out SortedDictionary<long, double>? into))
        {
            _series[labels] = into = [];
        }

        foreach ((long time, double value) in samples)
        {
            into[time] = value;
        }

        return this;
    }

    /// <summary>Adds native histograms; null is the marker that the series ended.</summary>
    public MemoryReader AddHistograms(LabelSet labels, params (long TimeMs, FloatHistogram? Histogram)[] samples)
    {
        Add(labels);
        if (!_histograms.TryGetValue(labels, out SortedDictionary<long, FloatHistogram?>? into))
        {
            _histograms[labels] = into = [];
        }

        foreach ((long time, FloatHistogram? histogram) in samples)
        {
            into[time] = histogram;
        }

        return this;
    }

    /// <summary>Says when the counter of a sample began.</summary>
    public MemoryReader AddStart(LabelSet labels, long timeMs, long startMs)
    {
        _starts[(labels, timeMs)] = startMs;
        return this;
    }

    public void Clear()
    {
        _series.Clear();
        _starts.Clear();
        _histograms.Clear();
    }

    public ISeriesSelection Select(IReadOnlyList<LabelMatcher> matchers, TimeRange range, SelectLimits limits, CancellationToken cancellation)
    {
        List<Found> found = [];
        foreach ((LabelSet labels, SortedDictionary<long, double> samples) in _series)
        {
            if (!matchers.All(matcher => matcher.Matches(labels)))
            {
                continue;
            }

            KeyValuePair<long, double>[] inRange = [.. samples.Where(sample => sample.Key >= range.MinMs && sample.Key <= range.MaxMs)];
            List<(long TimeMs, Histogram Histogram)> histograms =
                [.. Stored(labels).Where(sample => sample.TimeMs >= range.MinMs && sample.TimeMs <= range.MaxMs)];
            if (inRange.Length + histograms.Count > 0)
            {
                found.Add(new Found(labels, inRange, histograms));
            }

            if (found.Count > limits.MaxSeries)
            {
                throw new SeriesLimitException(limits.MaxSeries);
            }
        }

        return new Selection(found, _starts);
    }

    public IReadOnlyList<string> LabelNames(IReadOnlyList<LabelMatcher> matchers, TimeRange range, int limit, CancellationToken cancellation) =>
        [.. _series.Keys.SelectMany(labels => labels.Select(label => label.Name)).Distinct().Order(StringComparer.Ordinal).Take(limit)];

    public IReadOnlyList<string> LabelValues(string name, IReadOnlyList<LabelMatcher> matchers, TimeRange range, int limit, CancellationToken cancellation) =>
        [.. _series.Keys.Select(labels => labels[name]).Where(value => value.Length > 0).Distinct().Order(StringComparer.Ordinal).Take(limit)];

    private IEnumerable<(long TimeMs, Histogram Histogram)> Stored(LabelSet labels)
    {
        FloatHistogram? before = null;
        long beforeMs = 0;
        foreach ((long time, FloatHistogram? histogram) in _histograms.GetValueOrDefault(labels) ?? [])
        {
            // A number between two histograms ends what the store holds them against.
            if (before is not null && _series[labels].Keys.Any(number => number > beforeMs && number < time))
            {
                before = null;
            }

            yield return (time, histogram is null
                ? Histogram.Stale
                : StoredHistogram.Of(histogram with { Hint = StoredHistogram.HintBehind(before, histogram) }));
            (before, beforeMs) = (histogram, time);
        }
    }

    private sealed record Found(LabelSet Labels, KeyValuePair<long, double>[] Samples, List<(long TimeMs, Histogram Histogram)> Histograms);

    private sealed class Selection(List<Found> series, Dictionary<(LabelSet Labels, long TimeMs), long> starts) : ISeriesSelection
    {
        public int Count => series.Count;

        public LabelSet Labels(int index) => series[index].Labels;

        public ISampleCursor Open(int index) => new Cursor(series[index].Labels, series[index].Samples, starts);

        public IHistogramCursor OpenHistograms(int index) => new HistogramCursor(series[index], starts);

        public void Dispose()
        {
        }
    }

    private sealed class HistogramCursor(Found found, Dictionary<(LabelSet Labels, long TimeMs), long> starts) : IHistogramCursor
    {
        private int _at;

        public int Read(Span<long> timestampsMs, Span<Histogram> histograms, Span<long> startTimestampsMs)
        {
            int count = Math.Min(Math.Min(3, timestampsMs.Length), found.Histograms.Count - _at);
            for (int i = 0; i < count; i++, _at++)
            {
                (timestampsMs[i], histograms[i]) = found.Histograms[_at];
                if (startTimestampsMs.Length > 0)
                {
                    startTimestampsMs[i] = starts.GetValueOrDefault((found.Labels, timestampsMs[i]));
                }
            }

            return count;
        }
    }

    private sealed class Cursor(
        LabelSet labels, KeyValuePair<long, double>[] samples, Dictionary<(LabelSet Labels, long TimeMs), long> starts) : ISampleCursor
    {
        private int _at;

        // Small odd blocks, so that block edges fall everywhere.
        public int Read(Span<long> timestampsMs, Span<double> values)
        {
            int count = Math.Min(Math.Min(7, timestampsMs.Length), samples.Length - _at);
            for (int i = 0; i < count; i++)
            {
                (timestampsMs[i], values[i]) = samples[_at + i];
            }

            _at += count;
            return count;
        }

        public int Read(Span<long> timestampsMs, Span<double> values, Span<long> startTimestampsMs)
        {
            int count = Read(timestampsMs, values);
            for (int i = 0; i < count; i++)
            {
                startTimestampsMs[i] = starts.GetValueOrDefault((labels, timestampsMs[i]));
            }

            return count;
        }
    }
}
