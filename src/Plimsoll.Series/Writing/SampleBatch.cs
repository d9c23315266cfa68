using System.Runtime.InteropServices;

namespace Plimsoll.Series;

/// <summary>
/// Samples on their way into the engine, series by series: <see cref="BeginSeries"/>, then its samples, native histograms
/// and exemplars. Reusable after <see cref="Clear"/>. Not safe for use by several threads at once.
/// </summary>
public sealed class SampleBatch
{
    private readonly List<(LabelSet Labels, int Start, int HistogramStart, int ExemplarStart)> _series = [];
    private readonly List<long> _timestampsMs = [];
    private readonly List<double> _values = [];
    private readonly List<long> _starts = [];
    private readonly List<TimedHistogram> _histograms = [];
    private readonly List<Exemplar> _exemplars = [];
    private readonly List<MetricDescription> _metadata = [];

    public int SeriesCount => _series.Count;

    /// <summary>Float samples.</summary>
    public int SampleCount => _timestampsMs.Count;

    public int HistogramCount => _histograms.Count;

    public int ExemplarCount => _exemplars.Count;

    /// <summary>What was said of metric families.</summary>
    public IReadOnlyList<MetricDescription> Metadata => _metadata;

    public void BeginSeries(LabelSet labels) => _series.Add((labels, _timestampsMs.Count, _histograms.Count, _exemplars.Count));

    /// <summary>Adds a sample to the series begun last.</summary>
    /// <param name="startTimestampMs">When its counter began; 0 when that is not known.</param>
    public void Add(long timestampMs, double value, long startTimestampMs = 0)
    {
        CheckBegun();
        if (startTimestampMs != 0 || _starts.Count > 0)
        {
            CollectionsMarshal.SetCount(_starts, _timestampsMs.Count);
            _starts.Add(startTimestampMs);
        }

        _timestampsMs.Add(timestampMs);
        _values.Add(value);
    }

    /// <summary>Adds a native histogram to the series begun last.</summary>
    /// <param name="startTimestampMs">When its counters began; 0 when that is not known.</param>
    public void Add(long timestampMs, Histogram histogram, long startTimestampMs = 0)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        CheckBegun();
        _histograms.Add(new TimedHistogram(timestampMs, histogram, startTimestampMs));
    }

    /// <summary>Adds a series with one sample.</summary>
    public void Add(LabelSet labels, long timestampMs, double value)
    {
        BeginSeries(labels);
        Add(timestampMs, value);
    }

    /// <summary>Adds an exemplar to the series begun last; kept for as long as there is room, and left out when the series is not known.</summary>
    public void Add(Exemplar exemplar)
    {
        ArgumentNullException.ThrowIfNull(exemplar);
        CheckBegun();
        _exemplars.Add(exemplar);
    }

    /// <summary>Says something of a metric family.</summary>
    public void Add(MetricDescription family) => _metadata.Add(family);

    public LabelSet Labels(int series) => _series[series].Labels;

    public ReadOnlySpan<long> TimestampsMs(int series) => CollectionsMarshal.AsSpan(_timestampsMs)[_series[series].Start..End(series)];

    public ReadOnlySpan<double> Values(int series) => CollectionsMarshal.AsSpan(_values)[_series[series].Start..End(series)];

    /// <summary>The native histograms of a series.</summary>
    public ReadOnlySpan<TimedHistogram> Histograms(int series) =>
        CollectionsMarshal.AsSpan(_histograms)[_series[series].HistogramStart..(series + 1 < _series.Count ? _series[series + 1].HistogramStart : _histograms.Count)];

    /// <summary>The exemplars of a series.</summary>
    public ReadOnlySpan<Exemplar> Exemplars(int series) =>
        CollectionsMarshal.AsSpan(_exemplars)[_series[series].ExemplarStart..(series + 1 < _series.Count ? _series[series + 1].ExemplarStart : _exemplars.Count)];

    public void Clear()
    {
        _series.Clear();
        _timestampsMs.Clear();
        _values.Clear();
        _starts.Clear();
        _histograms.Clear();
        _exemplars.Clear();
        _metadata.Clear();
    }

    /// <summary>True when there is more than float samples.</summary>
    internal bool IsRich => _histograms.Count > 0 || _starts.Count > 0 || _exemplars.Count > 0 || _metadata.Count > 0;

    /// <summary>When the counter of a float sample began, by its place in the batch; 0 when that is not known.</summary>
    internal long StartOf(int sample) => sample < _starts.Count ? _starts[sample] : 0;

    private int End(int series) => series + 1 < _series.Count ? _series[series + 1].Start : _timestampsMs.Count;

    private void CheckBegun()
    {
        if (_series.Count == 0)
        {
            throw new InvalidOperationException("A sample was added before its series began.");
        }
    }
}

/// <summary>A native histogram at an instant.</summary>
/// <param name="StartTimestampMs">When its counters began; 0 when that is not known.</param>
public readonly record struct TimedHistogram(long TimestampMs, Histogram Histogram, long StartTimestampMs);
