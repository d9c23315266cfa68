namespace Plimsoll.Series;

/// <summary>
/// Samples on their way into the engine, series by series: <see cref="BeginSeries"/>, then its samples. Reusable after <see cref="Clear"/>.
/// Not safe for use by several threads at once.
/// </summary>
public sealed class SampleBatch
{
    private readonly List<(LabelSet Labels, int Start)> _series = [];
    private readonly List<long> _timestampsMs = [];
    private readonly List<double> _values = [];

    public int SeriesCount => _series.Count;

    public int SampleCount => _timestampsMs.Count;

    public void BeginSeries(LabelSet labels) => _series.Add((labels, _timestampsMs.Count));

    /// <summary>Adds a sample to the series begun last.</summary>
    public void Add(long timestampMs, double value)
    {
        if (_series.Count == 0)
        {
            throw new InvalidOperationException("A sample was added before its series began.");
        }

        _timestampsMs.Add(timestampMs);
        _values.Add(value);
    }

    /// <summary>Adds a series with one sample.</summary>
    public void Add(LabelSet labels, long timestampMs, double value)
    {
        BeginSeries(labels);
        Add(timestampMs, value);
    }

    public LabelSet Labels(int series) => _series[series].Labels;

    public ReadOnlySpan<long> TimestampsMs(int series) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_timestampsMs)[_series[series].Start..End(series)];

    public ReadOnlySpan<double> Values(int series) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_values)[_series[series].Start..End(series)];

    public void Clear()
    {
        _series.Clear();
        _timestampsMs.Clear();
        _values.Clear();
    }

    private int End(int series) => series + 1 < _series.Count ? _series[series + 1].Start : _timestampsMs.Count;
}
