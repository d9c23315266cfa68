using Plimsoll.Series.Upgrades.Version1.Chunks;

namespace Plimsoll.Series.Upgrades.Version1.Head;

/// <summary>
/// One series in memory: complete chunks, then the open samples as they came. Changed by the log's writer alone, under its
/// tenant's lock; read through snapshots.
/// </summary>
internal sealed class HeadSeries(ulong reference, LabelSet labels, long floorMs, long floorBits)
{
    private const int FirstOpen = 4;
    private const int MaxOpen = 128;

    private Chunk[] _chunks = [];
    private int _chunkCount;
    private long[] _openMs = [];
    private double[] _openValues = [];
    private int _openCount;

    /// <summary>What the log calls the series; never used twice in a store.</summary>
    public ulong Reference { get; } = reference;

    public LabelSet Labels { get; } = labels;

    /// <summary>The newest sample of the series in head and blocks; <see cref="long.MinValue"/> when there is none.</summary>
    public long LastMs { get; private set; } = floorMs;

    public long LastBits { get; private set; } = floorBits;

    /// <summary>As <see cref="LastMs"/>, with what the log's writer is about to commit. Only that writer touches it.</summary>
    public long StagedMs { get; set; } = floorMs;

    public long StagedBits { get; set; } = floorBits;

    public int ChunkCount => _chunkCount;

    public HeadSnapshot Snapshot() => new(_chunks, _chunkCount, _openMs, _openValues, _openCount);

    /// <summary>Forgets what was staged: it was not committed.</summary>
    public void Unstage()
    {
        StagedMs = LastMs;
        StagedBits = LastBits;
    }

    /// <summary>Adds samples newer than all before.</summary>
    /// <returns>How many chunks were completed.</returns>
    public int Append_NeedsLock(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values, ByteWriter scratch)
    {
        int completed = 0;
        for (int i = 0; i < timestampsMs.Length;)
        {
            int take = Math.Min(timestampsMs.Length - i, MaxOpen - _openCount);
            MakeRoom(_openCount + take);
            timestampsMs.Slice(i, take).CopyTo(_openMs.AsSpan(_openCount));
            values.Slice(i, take).CopyTo(_openValues.AsSpan(_openCount));
            _openCount += take;
            i += take;
            if (_openCount == MaxOpen)
            {
                AddChunk_NeedsLock(ChunkEncoder.Encode(_openMs, _openValues, scratch));

                // Snapshots may still read these arrays, so the next samples get new ones.
                _openMs = [];
                _openValues = [];
                _openCount = 0;
                completed++;
            }
        }

        if (timestampsMs.Length > 0)
        {
            LastMs = timestampsMs[^1];
            LastBits = BitConverter.DoubleToInt64Bits(values[^1]);
        }

        return completed;
    }

    /// <summary>Adds a chunk that is newer than all before; the caller then knows the newest sample through <see cref="Restore"/>.</summary>
    public void AddChunk_NeedsLock(Chunk chunk)
    {
        if (_chunkCount == _chunks.Length)
        {
            Array.Resize(ref _chunks, Math.Max(2, 2 * _chunkCount));
        }

        _chunks[_chunkCount++] = chunk;
    }

    /// <summary>Sets the newest sample, as a checkpoint says.</summary>
    public void Restore(long lastMs, long lastBits)
    {
        LastMs = StagedMs = lastMs;
        LastBits = StagedBits = lastBits;
    }

    /// <summary>Drops the samples up to an instant, which are in blocks by now.</summary>
    public void DropThrough_NeedsLock(long throughMs, ByteWriter scratch)
    {
        int gone = 0;
        while (gone < _chunkCount && _chunks[gone].MaxMs <= throughMs)
        {
            gone++;
        }

        if (gone > 0 || (_chunkCount > 0 && _chunks[0].MinMs <= throughMs))
        {
            Chunk[] left = _chunks[gone.._chunkCount];
            if (left.Length > 0 && left[0].MinMs <= throughMs)
            {
                left[0] = TailAfter(left[0], throughMs, scratch);
            }

            _chunks = left;
            _chunkCount = left.Length;
        }

        int first = _openMs.AsSpan(0, _openCount).BinarySearch(throughMs);
        first = first < 0 ? ~first : first + 1;
        if (first > 0)
        {
            _openMs = _openMs[first.._openCount];
            _openValues = _openValues[first.._openCount];
            _openCount -= first;
        }
    }

    private static Chunk TailAfter(Chunk chunk, long throughMs, ByteWriter scratch)
    {
        Span<long> timestampsMs = stackalloc long[ChunkEncoder.MaxSamples];
        Span<double> values = stackalloc double[ChunkEncoder.MaxSamples];
        int count = ChunkDecoder.Decode(chunk.Bytes, timestampsMs, values);
        int first = timestampsMs[..count].BinarySearch(throughMs);
        first = first < 0 ? ~first : first + 1;
        return ChunkEncoder.Encode(timestampsMs[first..count], values[first..count], scratch);
    }

    private void MakeRoom(int samples)
    {
        if (samples > _openMs.Length)
        {
            int size = Math.Min(MaxOpen, Math.Max(Math.Max(FirstOpen, samples), 2 * _openMs.Length));
            Array.Resize(ref _openMs, size);
            Array.Resize(ref _openValues, size);
        }
    }
}
