using Plimsoll.Series.Head;

namespace Plimsoll.Series.Reading;

/// <summary>The series that a selection found, with what they are read from.</summary>
internal sealed class SeriesSelection : ISeriesSelection
{
    private readonly List<SelectedSeries> _series;
    private readonly TimeRange _range;

    private SeriesSelection(List<SelectedSeries> series, TimeRange range)
    {
        _series = series;
        _range = range;
    }

    public int Count => _series.Count;

    public LabelSet Labels(int index) => _series[index].Labels;

    public ISampleCursor Open(int index) => new SampleCursor(_series[index], _range);

    public void Dispose()
    {
    }

    internal static SeriesSelection Create(
        SeriesStore store,
        TenantId tenant,
        IReadOnlyList<LabelMatcher> matchers,
        TimeRange range,
        SelectLimits limits,
        CancellationToken cancellation)
    {
        List<SelectedSeries> found = [];
        if (store.FindHead(tenant) is { } head)
        {
            foreach ((LabelSet labels, HeadSnapshot samples) in head.Select(matchers, range, cancellation))
            {
                found.Add(new SelectedSeries(labels) { Head = samples });
            }
        }

        if (found.Count > limits.MaxSeries)
        {
            throw new SeriesLimitException(limits.MaxSeries);
        }

        found.Sort((a, b) => a.Labels.CompareTo(b.Labels));
        return new SeriesSelection(found, range);
    }
}

/// <summary>One series of a selection: its parts in blocks, oldest first, then its part in the head.</summary>
internal sealed class SelectedSeries(LabelSet labels)
{
    public LabelSet Labels { get; } = labels;

    public HeadSnapshot Head { get; set; }
}
