using Plimsoll.Series.Upgrades.Version1.Blocks;
using Plimsoll.Series.Upgrades.Version1.Chunks;
using Plimsoll.Series.Upgrades.Version1.Head;

namespace Plimsoll.Series.Upgrades.Version1.Reading;

/// <summary>
/// Reads a series through its parts: blocks in the order of their sealing, then the head. A sample that two parts hold (a
/// block just sealed, and the head not trimmed yet) comes once: nothing at or before the newest sample handed out is handed
/// out again.
/// </summary>
internal sealed class SampleCursor : ISampleCursor
{
    private SelectedSeries? _series;
    private TimeRange _range;
    private long[] _bufferMs = [];
    private double[] _bufferValues = [];
    private byte[] _bytes = [];
    private int _buffered;
    private int _given;
    private int _part;
    private int _chunk;
    private long _nextMs;
    private bool _ended;

    /// <summary>Begins a series; the buffers of the one before are used again.</summary>
    public void Reset(SelectedSeries series, TimeRange range)
    {
        _series = series;
        _range = range;
        _buffered = _given = _part = _chunk = 0;
        _nextMs = range.MinMs;
        _ended = range.MinMs > range.MaxMs;
    }

    public int Read(Span<long> timestampsMs, Span<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timestampsMs.Length, SampleBlock.MinSpan);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, timestampsMs.Length);
        int filled = 0;
        while (filled < timestampsMs.Length)
        {
            if (_given < _buffered)
            {
                int take = Math.Min(timestampsMs.Length - filled, _buffered - _given);
                _bufferMs.AsSpan(_given, take).CopyTo(timestampsMs[filled..]);
                _bufferValues.AsSpan(_given, take).CopyTo(values[filled..]);
                _given += take;
                filled += take;
            }
            else if (timestampsMs.Length - filled >= ChunkEncoder.MaxSamples)
            {
                // Room for a whole chunk: decoded in place.
                int count = Next(timestampsMs[filled..], values[filled..]);
                if (count == 0)
                {
                    break;
                }

                filled += count;
            }
            else
            {
                if (_bufferMs.Length == 0)
                {
                    _bufferMs = new long[ChunkEncoder.MaxSamples];
                    _bufferValues = new double[ChunkEncoder.MaxSamples];
                }

                _given = 0;
                _buffered = Next(_bufferMs, _bufferValues);
                if (_buffered == 0)
                {
                    break;
                }
            }
        }

        return filled;
    }

    // The next samples in the range, moved to the beginning of the spans; zero at the end.
    private int Next(Span<long> timestampsMs, Span<double> values)
    {
        SelectedSeries series = _series!;
        while (!_ended)
        {
            int count;
            if (_part < series.Parts.Count)
            {
                count = NextOfBlock(series.Parts[_part], timestampsMs, values);
            }
            else
            {
                count = NextOfHead(series.Head, timestampsMs, values);
                if (count == 0)
                {
                    _ended = true;
                    return 0;
                }
            }

            int kept = count > 0 ? Trim(timestampsMs, values, count) : 0;
            if (kept > 0)
            {
                return kept;
            }
        }

        return 0;
    }

    private int NextOfBlock(BlockPart part, Span<long> timestampsMs, Span<double> values)
    {
        while (_chunk < part.Chunks.Length)
        {
            ChunkEntry chunk = part.Chunks[_chunk++];
            if (chunk.MaxMs >= _nextMs && chunk.MinMs <= _range.MaxMs)
            {
                try
                {
                    return ChunkDecoder.Decode(part.Block.ReadChunk(chunk, ref _bytes), timestampsMs, values);
                }
                catch (InvalidDataException invalid)
                {
                    throw part.Block.Damage($"the chunk at {chunk.Offset} can't be decoded", invalid);
                }
            }
        }

        _part++;
        _chunk = 0;
        return 0;
    }

    private int NextOfHead(HeadSnapshot head, Span<long> timestampsMs, Span<double> values)
    {
        while (_chunk < head.ChunkCount)
        {
            Chunk chunk = head.Chunks[_chunk++];
            if (chunk.MaxMs >= _nextMs && chunk.MinMs <= _range.MaxMs)
            {
                return ChunkDecoder.Decode(chunk.Bytes, timestampsMs, values);
            }
        }

        if (_chunk > head.ChunkCount)
        {
            return 0;
        }

        _chunk++;
        head.OpenMs.AsSpan(0, head.OpenCount).CopyTo(timestampsMs);
        head.OpenValues.AsSpan(0, head.OpenCount).CopyTo(values);
        return head.OpenCount;
    }

    // Cuts to the range and to what was not handed out yet.
    private int Trim(Span<long> timestampsMs, Span<double> values, int count)
    {
        int first = 0;
        if (timestampsMs[0] < _nextMs)
        {
            first = timestampsMs[..count].BinarySearch(_nextMs);
            first = first < 0 ? ~first : first;
        }

        if (timestampsMs[count - 1] >= _range.MaxMs)
        {
            int end = timestampsMs[..count].BinarySearch(_range.MaxMs);
            count = end < 0 ? ~end : end + 1;
            _ended = true;
        }

        int kept = count - first;
        if (kept <= 0)
        {
            return 0;
        }

        if (first > 0)
        {
            timestampsMs[first..count].CopyTo(timestampsMs);
            values[first..count].CopyTo(values);
        }

        _nextMs = timestampsMs[kept - 1] == long.MaxValue ? long.MaxValue : timestampsMs[kept - 1] + 1;
        return kept;
    }
}
