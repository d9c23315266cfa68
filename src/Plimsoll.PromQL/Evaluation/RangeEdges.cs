namespace Plimsoll.PromQL;

/// <summary>
/// The edges of an <c>anchored</c> or <c>smoothed</c> range, in samples that reach beyond it by the lookback: before it, and
/// behind it too where it is smoothed.
/// </summary>
internal readonly ref struct RangeEdges
{
    private readonly ReadOnlySpan<long> _timestamps;
    private readonly ReadOnlySpan<double> _values;
    private readonly long _startMs;
    private readonly long _endMs;
    private readonly bool _smoothed;
    private readonly int _first;
    private readonly int _last;

    private RangeEdges(in Window window, bool smoothed)
    {
        _timestamps = window.Timestamps;
        _values = window.Values;
        _startMs = window.StartMs;
        _endMs = window.EndMs;
        _smoothed = smoothed;
        int end = _timestamps.Length - 1;
        _first = Math.Max(0, FirstAfter(_timestamps[..end], _startMs) - 1);
        _last = smoothed ? FirstAfter(_timestamps[..end], _endMs - 1) : end;
    }

    /// <summary>The sample that tells of the left edge.</summary>
    public int First => _first;

    /// <summary>The sample that tells of the right edge.</summary>
    public int Last => _last;

    /// <summary>The samples that lie truly within, between the two edges.</summary>
    public ReadOnlySpan<double> Inner => _values[InnerSpan];

    public ReadOnlySpan<long> InnerTimestamps => _timestamps[InnerSpan];

    private Range InnerSpan
    {
        get
        {
            int from = _timestamps[_first] <= _startMs ? _first + 1 : _first;
            int to = _timestamps[_last] >= _endMs ? _last : _last + 1;
            return from..Math.Max(from, to);
        }
    }

    /// <returns>False when no sample says anything about the range.</returns>
    public static bool TryFind(in Window window, bool smoothed, out RangeEdges edges)
    {
        edges = new RangeEdges(window, smoothed);
        return edges._timestamps[edges._last] > window.StartMs && !(smoothed && edges._timestamps[edges._first] > window.EndMs);
    }

    /// <summary>The value at the range's start: of the newest sample up to it, on the line to the next if smoothed; else the first sample's.</summary>
    public double Left(bool counter) => _smoothed && _timestamps[_first] < _startMs ? Between(_first, _startMs, counter) : _values[_first];

    /// <summary>The value at the range's end: of the last sample, on the line to the one behind the end if smoothed.</summary>
    public double Right(bool counter) =>
        _smoothed && _last > 0 && _timestamps[_last] > _endMs ? Between(_last - 1, _endMs, counter) : _values[_last];

    /// <summary>On the line from one sample to another; of a counter that was reset between them, from zero.</summary>
    public static double Interpolate(long fromMs, double from, long toMs, double to, long atMs, bool counter)
    {
        double start = counter && to < from ? 0 : from;
        return start + ((to - start) * (atMs - fromMs) / (toMs - fromMs));
    }

    /// <summary>The samples from the anchor on, which is the newest at or before the range's start.</summary>
    /// <returns>False when none lies within the range.</returns>
    public static bool TryAnchor(in Window window, out int anchor)
    {
        int end = window.Timestamps.Length - 1;
        anchor = Math.Max(0, FirstAfter(window.Timestamps[..end], window.StartMs) - 1);
        return window.Timestamps[end] > window.StartMs;
    }

    private double Between(int from, long atMs, bool counter) =>
        Interpolate(_timestamps[from], _values[from], _timestamps[from + 1], _values[from + 1], atMs, counter);

    private static int FirstAfter(ReadOnlySpan<long> timestamps, long timeMs)
    {
        int at = timestamps.BinarySearch(timeMs);
        return at < 0 ? ~at : at + 1;
    }
}
