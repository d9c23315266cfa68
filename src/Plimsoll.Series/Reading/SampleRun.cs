using Plimsoll.Series.Blocks;

namespace Plimsoll.Series.Reading;

/// <summary>A stretch of samples wherever it lies: a chunk of a block that has been fetched, or a stretch of the head.</summary>
internal readonly struct SampleRun : ISampleRun
{
    private readonly ChunkFetch? _fetch;
    private readonly int _number;
    private readonly HeadRun _head;

    public SampleRun(ChunkFetch fetch, int number, in ChunkRef chunk, int rank)
    {
        _fetch = fetch;
        _number = number;
        MinMs = chunk.MinMs;
        MaxMs = chunk.MaxMs;
        Samples = chunk.Samples;
        Rank = rank;
    }

    public SampleRun(in HeadRun head)
    {
        _head = head;
        MinMs = head.MinMs;
        MaxMs = head.MaxMs;
        Samples = head.Samples;
        Rank = head.Rank;
    }

    public long MinMs { get; }

    public long MaxMs { get; }

    public int Samples { get; }

    public int Rank { get; }

    public int Read(Span<long> timestampsMs, Span<double> values) =>
        _fetch is null ? _head.Read(timestampsMs, values) : _fetch.Decode(_number, timestampsMs, values);
}
