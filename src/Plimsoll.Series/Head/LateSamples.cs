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

    /// <summary>Forgets the samples before an instant that are listed.</summary>
    /// <param name="timestampsMs">Ascending.</param>
    /// <returns>How many were forgotten.</returns>
    public int Drop(ReadOnlySpan<long> timestampsMs, long beforeMs)
    {
        long[] keptMs = new long[_timestampsMs.Length];
        double[] kept = new double[_timestampsMs.Length];
        int count = 0;
        for (int i = 0; i < Count; i++)
        {
            if (_timestampsMs[i] >= beforeMs || timestampsMs.BinarySearch(_timestampsMs[i]) < 0)
            {
                keptMs[count] = _timestampsMs[i];
                kept[count++] = _values[i];
            }
        }

        int dropped = Count - count;
        (_timestampsMs, _values, Count, _shared) = (keptMs, kept, count, false);
        return dropped;
    }

    public (long[] TimestampsMs, double[] Values, int Count) Share()
    {
        _shared = true;
        return (_timestampsMs, _values, Count);
    }
}
