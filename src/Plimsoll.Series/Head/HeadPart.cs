using Plimsoll.Series.Encodings;

namespace Plimsoll.Series.Head;

/// <summary>
/// What the head holds of one series, as it was at an instant. Readable while its head is pinned: everything it points to
/// only grows behind what it counts, and is kept until the pin is gone.
/// </summary>
internal readonly unsafe struct HeadPart
{
    private readonly byte* _open;
    private readonly ChunkList* _chunks;
    private readonly int _chunkCount;
    private readonly int _capacity;
    private readonly long _firstMs;
    private readonly int _stepMs;
    private readonly long[]? _lateMs;
    private readonly double[]? _lateValues;

    public HeadPart(SeriesSlot* slot, LateSamples? late, RichPart? rich)
    {
        Rich = rich;
        _open = slot->Open;
        _capacity = slot->Capacity;
        _firstMs = slot->FirstMs;
        _stepMs = slot->StepMs;
        OpenCount = slot->Count;
        LastMs = slot->LastMs;
        IsOverlapping = (slot->Flags & SlotFlags.Overlapping) != SlotFlags.None;
        _chunks = slot->Chunks;
        _chunkCount = _chunks == null ? 0 : _chunks->Count;
        if (late is { Count: > 0 })
        {
            (_lateMs, _lateValues, LateCount) = late.Share();
        }
    }

    /// <summary>Histograms and starts; null when the series never had any.</summary>
    public RichPart? Rich { get; }

    public int OpenCount { get; }

    public int LateCount { get; }

    public int ChunkCount => _chunkCount;

    /// <summary>The newest sample that came in order, sealed into a block or not.</summary>
    public long LastMs { get; }

    /// <summary>True when chunks may overlap each other or the open samples.</summary>
    public bool IsOverlapping { get; }

    /// <summary>True when the sources do not follow each other in time and must be merged.</summary>
    public bool NeedsMerge => IsOverlapping || LateCount > 0;

    public bool IsEmpty => HasNoFloats && Rich is not { HasHistograms: true };

    public bool HasNoFloats => OpenCount == 0 && _chunkCount == 0 && LateCount == 0;

    public long FirstOpenMs => _firstMs;

    public long LastOpenMs => OpenMs(OpenCount - 1);

    public ReadOnlySpan<long> LateMs => _lateMs.AsSpan(0, LateCount);

    public ReadOnlySpan<double> LateValues => _lateValues.AsSpan(0, LateCount);

    public ReadOnlySpan<double> OpenValues => new(_open, OpenCount);

    public SealedChunk* Chunk(int index) => ChunkList.Items(_chunks)[index];

    public void CopyOpenTimestamps(Span<long> timestampsMs) => OpenSamples.CopyTimestamps(_open, _capacity, _firstMs, _stepMs, OpenCount, timestampsMs);

    public int OpenLowerBound(long ms) => OpenSamples.LowerBound(_open, _capacity, _firstMs, _stepMs, OpenCount, ms);

    /// <summary>The oldest sample or histogram; <see cref="long.MaxValue"/> when there is none.</summary>
    public long MinMs()
    {
        long min = Math.Min(OpenCount > 0 ? _firstMs : long.MaxValue, Rich?.MinMs ?? long.MaxValue);
        if (LateCount > 0)
        {
            min = Math.Min(min, _lateMs![0]);
        }

        for (int i = 0; i < _chunkCount; i++)
        {
            min = Math.Min(min, Chunk(i)->MinMs);
            if (!IsOverlapping)
            {
                break;
            }
        }

        return min;
    }

    /// <summary>The newest sample or histogram; <see cref="long.MinValue"/> when there is none.</summary>
    public long MaxMs()
    {
        long max = Math.Max(OpenCount > 0 ? LastOpenMs : long.MinValue, Rich?.MaxMs ?? long.MinValue);
        if (LateCount > 0)
        {
            max = Math.Max(max, _lateMs![LateCount - 1]);
        }

        for (int i = _chunkCount - 1; i >= 0; i--)
        {
            max = Math.Max(max, Chunk(i)->MaxMs);
            if (!IsOverlapping)
            {
                break;
            }
        }

        return max;
    }

    /// <summary>True when at least one sample lies in the range.</summary>
    public bool Touches(TimeRange range)
    {
        if (IsEmpty || !range.Overlaps(MinMs(), MaxMs()))
        {
            return false;
        }

        if (Rich is not null && Rich.Touches(range))
        {
            return true;
        }

        int open = OpenLowerBound(range.MinMs);
        if (open < OpenCount && OpenMs(open) <= range.MaxMs)
        {
            return true;
        }

        int late = LateMs.BinarySearch(range.MinMs);
        late = late < 0 ? ~late : late;
        if (late < LateCount && _lateMs![late] <= range.MaxMs)
        {
            return true;
        }

        for (int i = 0; i < _chunkCount; i++)
        {
            SealedChunk* chunk = Chunk(i);
            if (range.Overlaps(chunk->MinMs, chunk->MaxMs) && (chunk->MinMs >= range.MinMs || chunk->MaxMs <= range.MaxMs || HasSampleWithin(chunk, range)))
            {
                return true;
            }
        }

        return false;
    }

    private long OpenMs(int index) => _stepMs == SeriesSlot.Irregular ? _firstMs + OpenSamples.Offsets(_open, _capacity)[index] : _firstMs + ((long)index * _stepMs);

    private static bool HasSampleWithin(SealedChunk* chunk, TimeRange range)
    {
        Span<long> timestampsMs = stackalloc long[chunk->Samples];
        int count = Encodings.Chunk.DecodeTimestamps(SealedChunk.Bytes(chunk), timestampsMs);
        int at = timestampsMs[..count].BinarySearch(range.MinMs);
        at = at < 0 ? ~at : at;
        return at < count && timestampsMs[at] <= range.MaxMs;
    }
}
