namespace Plimsoll.Series.Blocks;

/// <summary>
/// Samples of one series on their way into chunks: it holds up to two chunks' worth, so that the last ones come out of about
/// equal length rather than a full one and a crumb.
/// </summary>
internal sealed class SeriesBuffer(int chunkSamples)
{
    private readonly long[] _timestampsMs = new long[2 * chunkSamples];
    private readonly double[] _values = new double[2 * chunkSamples];
    private readonly long[] _starts = new long[2 * chunkSamples];
    private bool _hasStarts;

    public int Count { get; private set; }

    public int Free => _values.Length - Count;

    public ReadOnlySpan<long> TimestampsMs(int count) => _timestampsMs.AsSpan(0, count);

    public ReadOnlySpan<double> Values(int count) => _values.AsSpan(0, count);

    public ReadOnlySpan<long> Starts(int count) =>
        _hasStarts && _starts.AsSpan(0, count).ContainsAnyExcept(0L) ? _starts.AsSpan(0, count) : [];

    /// <summary>How many samples the next chunk takes when the series has ended.</summary>
    public int NextChunk => Count <= chunkSamples ? Count : (Count + 1) / 2;

    public void Append(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values, ReadOnlySpan<long> starts)
    {
        timestampsMs.CopyTo(_timestampsMs.AsSpan(Count));
        values.CopyTo(_values.AsSpan(Count));
        if (!starts.IsEmpty || _hasStarts)
        {
            if (!_hasStarts)
            {
                _starts.AsSpan(0, Count).Clear();
                _hasStarts = true;
            }

            if (starts.IsEmpty)
            {
                _starts.AsSpan(Count, values.Length).Clear();
            }
            else
            {
                starts.CopyTo(_starts.AsSpan(Count));
            }
        }

        Count += values.Length;
    }

    public void Remove(int count)
    {
        int left = Count - count;
        _timestampsMs.AsSpan(count, left).CopyTo(_timestampsMs);
        _values.AsSpan(count, left).CopyTo(_values);
        if (_hasStarts)
        {
            _starts.AsSpan(count, left).CopyTo(_starts);
            _hasStarts = left > 0;
        }

        Count = left;
    }
}
