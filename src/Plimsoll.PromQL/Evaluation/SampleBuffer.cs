using System.Buffers;
using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>The samples of one series at a time, in arrays that are rented once and reused for the next.</summary>
internal sealed class SampleBuffer : IDisposable
{
    private readonly HistogramReading _reading = new();
    private long[] _timestamps = ArrayPool<long>.Shared.Rent(SampleBlock.PreferredSpan * 2);
    private double[] _values = ArrayPool<double>.Shared.Rent(SampleBlock.PreferredSpan * 2);
    private long[]? _starts;
    private FloatHistogram?[]? _histograms;
    private long _histogramWeight;

    public int Count { get; private set; }

    public long Capacity { get; private set; } = SampleBlock.PreferredSpan * 2;

    public ReadOnlySpan<long> Timestamps => _timestamps.AsSpan(0, Count);

    public ReadOnlySpan<double> Values => _values.AsSpan(0, Count);

    /// <summary>When the counter of each sample began, 0 where that is not known; empty unless wanted.</summary>
    public ReadOnlySpan<long> Starts => _starts.AsSpan(0, _starts is null ? 0 : Count);

    /// <summary>The native histograms among the samples, of which the values are the stale marker; empty when there are none.</summary>
    public ReadOnlySpan<FloatHistogram?> Histograms => _histograms.AsSpan(0, _histograms is null ? 0 : Count);

    /// <summary>What the buffer holds, in numbers.</summary>
    public long Weight => Capacity + _histogramWeight;

    /// <summary>From the next load on, reads when counters began too.</summary>
    public void WantStarts() => _starts ??= ArrayPool<long>.Shared.Rent((int)Capacity);

    /// <summary>Replaces the content by the samples of a series.</summary>
    /// <returns>How many were read, stale markers included.</returns>
    public long Load(ISampleCursor cursor, IHistogramCursor histograms, bool keepStale, long max)
    {
        long read = LoadNumbers(cursor, keepStale, max);
        read += _reading.Load(histograms, keepStale, max);
        _histograms = null;
        _histogramWeight = _reading.Weight;
        if (_reading.Count > 0)
        {
            Merge(_reading);
        }

        return read;
    }

    private long LoadNumbers(ISampleCursor cursor, bool keepStale, long max)
    {
        Count = 0;
        long read = 0;
        while (true)
        {
            if (Capacity - Count < SampleBlock.PreferredSpan)
            {
                Grow();
            }

            Span<long> timestamps = _timestamps.AsSpan(Count, SampleBlock.PreferredSpan);
            Span<double> values = _values.AsSpan(Count, SampleBlock.PreferredSpan);
            int got = _starts is null ? cursor.Read(timestamps, values) : cursor.Read(timestamps, values, _starts.AsSpan(Count, SampleBlock.PreferredSpan));
            if (got == 0)
            {
                return read;
            }

            read += got;
            Count = keepStale ? Count + got : WithoutStale(Count, Count + got);
            if (Count > max)
            {
                return read;
            }
        }
    }

    /// <summary>Compares histograms that say nothing of resets with the one before.</summary>
    public void FindResets()
    {
        FloatHistogram? before = null;
        for (int i = 0; i < Histograms.Length; i++)
        {
            if (_histograms![i] is not { } histogram)
            {
                continue;
            }

            if (before is not null && histogram.Hint == CounterResetHint.Unknown)
            {
                _histograms[i] = histogram with { Hint = histogram.IsResetAfter(before) ? CounterResetHint.Reset : CounterResetHint.NoReset };
            }

            before = histogram;
        }
    }

    public void Clear()
    {
        Count = 0;
        _histograms = null;
    }

    public void Add(long timestampMs, FloatHistogram histogram)
    {
        _histograms ??= new FloatHistogram?[Capacity];
        Add(timestampMs, SampleBlock.Stale);
        _histograms[Count - 1] = histogram;
    }

    public void Add(long timestampMs, double value)
    {
        if (Count == Capacity)
        {
            Grow();
        }

        if (_starts is not null)
        {
            _starts[Count] = 0;
        }

        if (_histograms is not null && _histograms.Length < Capacity)
        {
            Array.Resize(ref _histograms, (int)Capacity);
        }

        _timestamps[Count] = timestampMs;
        _values[Count++] = value;
    }

    public void Dispose()
    {
        ArrayPool<long>.Shared.Return(_timestamps);
        ArrayPool<double>.Shared.Return(_values);
        if (_starts is not null)
        {
            ArrayPool<long>.Shared.Return(_starts);
        }
    }

    /// <summary>Puts histograms between the numbers by time, from the back, so that nothing is overwritten before it is moved.</summary>
    private void Merge(HistogramReading reading)
    {
        int number = Count - 1;
        int histogram = reading.Count - 1;
        int total = Count + reading.Count;
        while (Capacity < total)
        {
            Grow();
        }

        _histograms = new FloatHistogram?[Capacity];
        for (int to = total - 1; histogram >= 0; to--)
        {
            bool newer = number < 0 || reading.Timestamps[histogram] > _timestamps[number];
            _timestamps[to] = newer ? reading.Timestamps[histogram] : _timestamps[number];
            _values[to] = newer ? SampleBlock.Stale : _values[number];
            _histograms[to] = newer ? reading.Histograms[histogram] : null;
            if (_starts is not null)
            {
                _starts[to] = newer ? reading.Starts[histogram] : _starts[number];
            }

            (number, histogram) = newer ? (number, histogram - 1) : (number - 1, histogram);
        }

        Count = total;
    }

    private int WithoutStale(int from, int to)
    {
        int kept = from;
        for (int i = from; i < to; i++)
        {
            if (!SampleBlock.IsStale(_values[i]))
            {
                if (_starts is not null)
                {
                    _starts[kept] = _starts[i];
                }

                _timestamps[kept] = _timestamps[i];
                _values[kept++] = _values[i];
            }
        }

        return kept;
    }

    private void Grow()
    {
        int size = checked((int)(Capacity * 2));
        long[] timestamps = ArrayPool<long>.Shared.Rent(size);
        double[] values = ArrayPool<double>.Shared.Rent(size);
        Timestamps.CopyTo(timestamps);
        Values.CopyTo(values);
        long[]? starts = _starts is null ? null : ArrayPool<long>.Shared.Rent(size);
        Starts.CopyTo(starts);
        Dispose();
        _starts = starts;
        _timestamps = timestamps;
        _values = values;
        Capacity = size;
    }
}
