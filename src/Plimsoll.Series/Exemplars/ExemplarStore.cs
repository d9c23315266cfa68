using Plimsoll.Series.Head;

namespace Plimsoll.Series.Exemplars;

/// <summary>What became of an exemplar.</summary>
internal enum ExemplarVerdict
{
    Stored,

    /// <summary>The very same is there already.</summary>
    Repeated,

    /// <summary>Its labels are not in their canonical form, or over <see cref="ExemplarStore.MaxLabelBytes"/> bytes.</summary>
    InvalidLabels,
}

/// <summary>
/// One tenant's newest exemplars: past its bounds, in count and in bytes, the one that came first goes. Adding the same twice
/// changes nothing, so a log may be replayed over a checkpoint. Safe for several threads.
/// </summary>
internal sealed class ExemplarStore(int capacity = ExemplarStore.DefaultCapacity, long maxBytes = ExemplarStore.DefaultBytes)
{
    public const int DefaultCapacity = 50_000;
    public const long DefaultBytes = 16 << 20;

    /// <summary>An exemplar's own labels, in canonical form: the 128 characters that OpenMetrics allows, four bytes each, and what frames them.</summary>
    public const int MaxLabelBytes = 1024;

    // Number of the series, time, value, frame of the array.
    private const int EntryBytes = 64;

    private readonly Lock _gate = new();
    private readonly Queue<Entry> _entries = new();
    private readonly HashSet<SeriesHash> _known = [];
    private readonly ExemplarSeries _series = new();
    private long _labelBytes;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Bytes of memory held, about.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return Bytes_NeedsGate;
            }
        }
    }

    private long Bytes_NeedsGate => _labelBytes + _series.Bytes + ((long)_entries.Count * EntryBytes);

    /// <param name="series">The labels of the series, in canonical form.</param>
    /// <param name="labels">The exemplar's own; checked here. May be empty.</param>
    public ExemplarVerdict Add(ReadOnlySpan<byte> series, ReadOnlySpan<byte> labels, long ms, double value)
    {
        if (labels.Length > MaxLabelBytes || (!labels.IsEmpty && !LabelBytes.IsCanonical(labels)))
        {
            return ExemplarVerdict.InvalidLabels;
        }

        SeriesHash hash = HashOf(series, labels, ms, value);
        lock (_gate)
        {
            if (!_known.Add(hash))
            {
                return ExemplarVerdict.Repeated;
            }

            _entries.Enqueue(new Entry(_series.Take(series), labels.ToArray(), ms, value, hash));
            _labelBytes += labels.Length;
            while (_entries.Count > capacity || (Bytes_NeedsGate > maxBytes && _entries.Count > 1))
            {
                Forget(_entries.Dequeue());
            }

            return ExemplarVerdict.Stored;
        }
    }

    /// <summary>The exemplars within a range of the series that one of the selectors matches, series by series in the order of their labels.</summary>
    /// <param name="selectors">Each a list of matchers that must all match, as the selectors of a PromQL expression.</param>
    /// <param name="limit">Exemplars at most.</param>
    /// <exception cref="SeriesLimitException">There are more.</exception>
    public IReadOnlyList<SeriesExemplars> Query(
        IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, TimeRange range, int limit, CancellationToken cancellation)
    {
        Entry[] entries;
        byte[]?[] labels;
        lock (_gate)
        {
            entries = [.. _entries.Where(entry => range.MinMs <= entry.Ms && entry.Ms <= range.MaxMs)];
            labels = new byte[]?[_series.Limit];
            foreach (Entry entry in entries)
            {
                labels[entry.Series] ??= _series.Labels(entry.Series);
            }
        }

        SortedDictionary<LabelSet, List<Exemplar>> found = [];
        List<Exemplar>?[] bySeries = new List<Exemplar>?[labels.Length];
        for (int number = 0; number < labels.Length; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (labels[number] is { } bytes)
            {
                LabelSet series = LabelBytes.ToLabelSet(bytes);
                if (selectors.Any(matchers => matchers.All(matcher => matcher.Matches(series))))
                {
                    found.Add(series, bySeries[number] = []);
                }
            }
        }

        int count = 0;
        foreach (Entry entry in entries)
        {
            if (bySeries[entry.Series] is { } list)
            {
                if (++count > limit)
                {
                    throw new SeriesLimitException(limit);
                }

                list.Add(new Exemplar(entry.Labels.Length == 0 ? LabelSet.Empty : LabelBytes.ToLabelSet(entry.Labels), entry.Value, entry.Ms));
            }
        }

        return [.. found.Select(pair => new SeriesExemplars(pair.Key, [.. pair.Value.OrderBy(exemplar => exemplar.TimestampMs)]))];
    }

    /// <summary>Hands over all that is held, the oldest first: what a checkpoint keeps.</summary>
    public void CopyTo(IExemplarSink sink)
    {
        (Entry Entry, byte[] Series)[] entries;
        lock (_gate)
        {
            entries = [.. _entries.Select(entry => (entry, _series.Labels(entry.Series)))];
        }

        foreach ((Entry entry, byte[] series) in entries)
        {
            sink.Exemplar(series, entry.Labels, entry.Ms, entry.Value);
        }
    }

    private void Forget(Entry entry)
    {
        _known.Remove(entry.Hash);
        _series.Return(entry.Series);
        _labelBytes -= entry.Labels.Length;
    }

    private static SeriesHash HashOf(ReadOnlySpan<byte> series, ReadOnlySpan<byte> labels, long ms, double value)
    {
        SeriesHash first = SeriesHash.Of(series);
        SeriesHash second = SeriesHash.Of(labels);
        ReadOnlySpan<ulong> all = [first.Low, first.High, second.Low, second.High, unchecked((ulong)ms), BitConverter.DoubleToUInt64Bits(value)];
        return SeriesHash.Of(System.Runtime.InteropServices.MemoryMarshal.AsBytes(all));
    }

    private readonly record struct Entry(int Series, byte[] Labels, long Ms, double Value, SeriesHash Hash);
}
