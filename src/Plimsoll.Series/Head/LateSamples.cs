namespace Plimsoll.Series.Head;

/// <summary>
/// Samples of one series that came after newer ones, ascending by time. Snapshots share the arrays; the next insertion then
/// works on a copy.
/// </summary>
internal sealed class LateSamples
{
    /// <summary>With so many the samples are sealed into a chunk.</summary>
    public const int Max = 240;

    private long[] _timestampsMs = new long[8];
    private double[] _values = new double[8];
    private bool _shared;

    public int Count { get; private set; }

    public long FirstMs => _timestampsMs[0];

    public ReadOnlySpan<long> TimestampsMs => _timestampsMs.AsSpan(0, Count);

    public ReadOnlySpan<double> Values => _values.AsSpan(0, Count);

    public bool TryFind(long ms, out double value)
    {
        int at = TimestampsMs.BinarySearch(ms);
        value = at >= 0 ? _values[at] : 0;
        return at >= 0;
    }

    public void Insert(long ms, double value)
    {
        int at = ~TimestampsMs.BinarySearch(ms);
        if (_shared || Count == _timestampsMs.Length)
        {
            long[] timestampsMs = new long[Math.Max(_timestampsMs.Length, 2 * Count)];
            double[] values = new double[timestampsMs.Length];
            TimestampsMs.CopyTo(timestampsMs);
            Values.CopyTo(values);
            (_timestampsMs, _values, _shared) = (timestampsMs, values, false);
        }

        _timestampsMs.AsSpan(at, Count - at).CopyTo(_timestampsMs.AsSpan(at + 1));
        _values.AsSpan(at, Count - at).CopyTo(_values.AsSpan(at + 1));
        _timestampsMs[at] = ms;
        _values[at] = value;
        Count++;
    }

    /// <summary>Forgets what lies before an instant.</summary>
    /// <returns>How many were forgotten.</returns>
    public int DropBefore(long ms)
    {
        int at = TimestampsMs.BinarySearch(ms);
        at = at < 0 ? ~at : at;
        if (at > 0)
        {
            _timestampsMs = [.. _timestampsMs.AsSpan(at, Count - at)];
            _values = [.. _values.AsSpan(at, Count - at)];
            Count -= at;
            _shared = false;
            if (_timestampsMs.Length == 0)
            {
                _timestampsMs = new long[8];
                _values = new double[8];
            }
        }

        return at;
    }

    public (long[] TimestampsMs, double[] Values, int Count) Share()
    {
        _shared = true;
        return (_timestampsMs, _values, Count);
    }
}
