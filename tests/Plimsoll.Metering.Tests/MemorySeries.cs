using Plimsoll.Series;

namespace Plimsoll.Metering.Tests;

/// <summary>Series in memory, read by the plainest means: what the engine must look like to metering.</summary>
internal sealed class MemorySeries : ISeriesReader
{
    private readonly SortedDictionary<LabelSet, SortedDictionary<long, double>> _series = [];

    /// <summary>Samples before it are gone, as after retention.</summary>
    public long RetainedFromMs { get; set; } = long.MinValue;

    /// <summary>What the next selection fails of.</summary>
    public Exception? Fault { get; set; }

    public void Add(LabelSet labels, long ms, double value)
    {
        if (!_series.TryGetValue(labels, out SortedDictionary<long, double>? samples))
        {
            _series[labels] = samples = [];
        }

        samples[ms] = value;
    }

    public ISeriesSelection Select(IReadOnlyList<LabelMatcher> matchers, TimeRange range, SelectLimits limits, CancellationToken cancellation)
    {
        if (Fault is Exception fault)
        {
            Fault = null;
            throw fault;
        }

        return new Selection(
        [
            .. from series in _series
               where matchers.All(matcher => matcher.Matches(series.Key))
               let samples = series.Value.Where(sample => sample.Key >= RetainedFromMs && sample.Key >= range.MinMs && sample.Key <= range.MaxMs).ToArray()
               where samples.Length > 0
               select (series.Key, samples),
        ]);
    }

    public IReadOnlyList<string> LabelNames(IReadOnlyList<LabelMatcher> matchers, TimeRange range, int limit, CancellationToken cancellation) =>
        throw new NotSupportedException("Metering asks for no label names.");

    public IReadOnlyList<string> LabelValues(string name, IReadOnlyList<LabelMatcher> matchers, TimeRange range, int limit, CancellationToken cancellation) =>
        throw new NotSupportedException("Metering asks for no label values.");

    private sealed class Selection((LabelSet Labels, KeyValuePair<long, double>[] Samples)[] series) : ISeriesSelection
    {
        public int Count => series.Length;

        public LabelSet Labels(int index) => series[index].Labels;

        public ISampleCursor Open(int index) => new Cursor(series[index].Samples);

        public void Dispose()
        {
        }
    }

    /// <summary>Hands out odd, small blocks, so that a stretch across two blocks is the rule.</summary>
    private sealed class Cursor(KeyValuePair<long, double>[] samples) : ISampleCursor
    {
        private int _next;

        public int Read(Span<long> timestampsMs, Span<double> values)
        {
            int count = Math.Min(Math.Min(timestampsMs.Length, 7), samples.Length - _next);
            for (int i = 0; i < count; i++)
            {
                (timestampsMs[i], values[i]) = (samples[_next + i].Key, samples[_next + i].Value);
            }

            _next += count;
            return count;
        }
    }
}
