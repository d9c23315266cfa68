using Plimsoll.Series.Chunks;
using Plimsoll.Series.Head;

namespace Plimsoll.Series.Reading;

/// <summary>
/// Reads a series through its parts. A sample that two parts hold (a block just sealed, and the head not trimmed yet)
/// comes once: nothing at or before the newest sample handed out is handed out again.
/// </summary>
internal sealed class SampleCursor(SelectedSeries series, TimeRange range) : ISampleCursor
{
    private readonly long[] _bufferMs = new long[ChunkEncoder.MaxSamples];
    private readonly double[] _bufferValues = new double[ChunkEncoder.MaxSamples];
    private int _buffered;
    private int _given;
    private int _headChunk;
    private bool _openDone;
    private long _nextMs = range.MinMs;
    private bool _ended;

    public int Read(Span<long> timestampsMs, Span<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timestampsMs.Length, SampleBlock.MinSpan);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, timestampsMs.Length);
        int filled = 0;
        while (filled < timestampsMs.Length)
        {
            if (_given == _buffered && !Fill())
            {
                break;
            }

            int take = Math.Min(timestampsMs.Length - filled, _buffered - _given);
            _bufferMs.AsSpan(_given, take).CopyTo(timestampsMs[filled..]);
            _bufferValues.AsSpan(_given, take).CopyTo(values[filled..]);
            _given += take;
            filled += take;
        }

        return filled;
    }

    private bool Fill()
    {
        _given = _buffered = 0;
        HeadSnapshot head = series.Head;
        while (!_ended && _headChunk < head.ChunkCount)
        {
            Chunk chunk = head.Chunks[_headChunk++];
            if (chunk.MaxMs >= _nextMs && chunk.MinMs <= range.MaxMs)
            {
                _buffered = ChunkDecoder.Decode(chunk.Bytes, _bufferMs, _bufferValues);
                if (Trim())
                {
                    return true;
                }
            }
        }

        if (_ended || _openDone || head.OpenCount == 0)
        {
            return false;
        }

        _openDone = true;
        head.OpenMs.AsSpan(0, head.OpenCount).CopyTo(_bufferMs);
        head.OpenValues.AsSpan(0, head.OpenCount).CopyTo(_bufferValues);
        _buffered = head.OpenCount;
        return Trim();
    }

    // Cuts the buffer to the range and to what was not handed out yet.
    private bool Trim()
    {
        Span<long> buffered = _bufferMs.AsSpan(0, _buffered);
        int first = buffered.BinarySearch(_nextMs);
        _given = first < 0 ? ~first : first;
        if (_bufferMs[_buffered - 1] > range.MaxMs)
        {
            int end = buffered.BinarySearch(range.MaxMs);
            _buffered = end < 0 ? ~end : end + 1;
            _ended = true;
        }

        if (_given >= _buffered)
        {
            _given = _buffered = 0;
            return false;
        }

        long last = _bufferMs[_buffered - 1];
        _ended |= last == long.MaxValue;
        _nextMs = last == long.MaxValue ? last : last + 1;
        return true;
    }
}
