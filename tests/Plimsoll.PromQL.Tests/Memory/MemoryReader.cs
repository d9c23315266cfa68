using Plimsoll.Series;

namespace Plimsoll.PromQL.Tests;

/// <summary>The plainest reader that keeps the seam's promises: sorted lists, scanned.</summary>
public sealed class MemoryReader : ISeriesReader
{
    private readonly SortedDictionary<LabelSet, SortedDictionary<long, double>> _series = [];

    private readonly Dictionary<(LabelSet Labels, long TimeMs), long> _starts = [];

    /// <summary>Series of which scripts load native histograms, which no reader gives yet.</summary>
    public HashSet<LabelSet> Histograms { get; } = [];

    /// <summary>True once a selection would have found such a series.</summary>
    public bool FoundHistograms { get; set; }

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
        Histograms.Clear();
    }

    public ISeriesSelection Select(IReadOnlyList<LabelMatcher> matchers, TimeRange range, SelectLimits limits, CancellationToken cancellation)
    {
        FoundHistograms |= Histograms.Any(labels => matchers.All(matcher => matcher.Matches(labels)));
        List<(LabelSet, KeyValuePair<long, double>[])> found = [];
        foreach ((LabelSet labels, SortedDictionary<long, double> samples) in _series)
        {
            if (!matchers.All(matcher => matcher.Matches(labels)))
            {
                continue;
            }

            KeyValuePair<long, double>[] inRange = [.. samples.Where(sample => sample.Key >= range.MinMs && sample.Key <= range.MaxMs)];
            if (inRange.Length > 0)
            {
                found.Add((labels, inRange));
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

    private sealed class Selection(
        List<(LabelSet Labels, KeyValuePair<long, double>[] Samples)> series, Dictionary<(LabelSet Labels, long TimeMs), long> starts) : ISeriesSelection
    {
        public int Count => series.Count;

        public LabelSet Labels(int index) => series[index].Labels;

        public ISampleCursor Open(int index) => new Cursor(series[index].Labels, series[index].Samples, starts);

        public void Dispose()
        {
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
