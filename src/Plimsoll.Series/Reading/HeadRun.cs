using Plimsoll.Series.Encodings;
using Plimsoll.Series.Head;

namespace Plimsoll.Series.Reading;

/// <summary>A stretch of samples in the head: a sealed chunk, the open samples, or those that came late.</summary>
internal readonly unsafe struct HeadRun : ISampleRun
{
    /// <summary>What the head holds loses to any block.</summary>
    public const int HeadRank = int.MaxValue;

    private readonly HeadPart _part;
    private readonly SealedChunk* _chunk;
    private readonly bool _late;

    private HeadRun(in HeadPart part, bool late)
    {
        _part = part;
        _late = late;
        Samples = late ? part.LateCount : part.OpenCount;
        MinMs = late ? part.LateMs[0] : part.FirstOpenMs;
        MaxMs = late ? part.LateMs[^1] : part.LastOpenMs;
    }

    private HeadRun(SealedChunk* chunk)
    {
        _chunk = chunk;
        Samples = chunk->Samples;
        MinMs = chunk->MinMs;
        MaxMs = chunk->MaxMs;
    }

    public long MinMs { get; }

    public long MaxMs { get; }

    public int Samples { get; }

    public int Rank => HeadRank;

    /// <summary>Adds all that the head holds of a series to a merge.</summary>
    public static void AddAll(in HeadPart part, SampleMerge<HeadRun> merge)
    {
        for (int i = 0; i < Count(part); i++)
        {
            merge.Add(At(part, i));
        }
    }

    /// <inheritdoc cref="AddAll(in HeadPart, SampleMerge{HeadRun})"/>
    public static void AddAll(in HeadPart part, SampleMerge<SampleRun> merge)
    {
        for (int i = 0; i < Count(part); i++)
        {
            merge.Add(new SampleRun(At(part, i)));
        }
    }

    private static int Count(in HeadPart part) => part.ChunkCount + (part.OpenCount > 0 ? 1 : 0) + (part.LateCount > 0 ? 1 : 0);

    private static HeadRun At(in HeadPart part, int index) =>
        index < part.ChunkCount ? new HeadRun(part.Chunk(index))
        : new HeadRun(part, late: index > part.ChunkCount || part.OpenCount == 0);

    public int Read(Span<long> timestampsMs, Span<double> values)
    {
        if (_chunk != null)
        {
            return Chunk.Decode(SealedChunk.Bytes(_chunk), timestampsMs, values);
        }

        if (_late)
        {
            _part.LateMs.CopyTo(timestampsMs);
            _part.LateValues.CopyTo(values);
        }
        else
        {
            _part.CopyOpenTimestamps(timestampsMs);
            _part.OpenValues.CopyTo(values);
        }

        return Samples;
    }
}
