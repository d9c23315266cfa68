using Plimsoll.Series.Blocks;
using Plimsoll.Series.Head;

namespace Plimsoll.Series.Reading;

/// <summary>When the counters of a series' samples began, looked up sample by sample where the sample itself comes from. Made only when asked for.</summary>
internal sealed class StartSource(StartSteps head)
{
    private readonly List<Run> _runs = [];

    /// <summary>Adds a chunk of a block. Those of the winner of conflicts come first.</summary>
    public void Add(ChunkFetch fetch, int number, in ChunkRef chunk, int rank) => _runs.Add(new Run(fetch, number, chunk, rank));

    public void Start() => _runs.Sort(static (a, b) => a.Rank.CompareTo(b.Rank));

    public void Fill(ReadOnlySpan<long> timestampsMs, Span<long> startTimestampsMs)
    {
        for (int i = 0; i < timestampsMs.Length; i++)
        {
            startTimestampsMs[i] = Find(timestampsMs[i]);
        }
    }

    private long Find(long ms)
    {
        foreach (Run run in _runs)
        {
            if (ms >= run.MinMs && ms <= run.MaxMs && run.TryFind(ms, out long startMs))
            {
                return startMs;
            }
        }

        return head.At(ms);
    }

    private sealed class Run(ChunkFetch fetch, int number, in ChunkRef chunk, int rank)
    {
        private readonly int _samples = chunk.Samples;
        private long[]? _timestampsMs;
        private long[] _starts = [];

        public long MinMs { get; } = chunk.MinMs;

        public long MaxMs { get; } = chunk.MaxMs;

        public int Rank { get; } = rank;

        public bool TryFind(long ms, out long startMs)
        {
            if (_timestampsMs is null)
            {
                _timestampsMs = new long[_samples];
                fetch.DecodeTimestamps(number, _timestampsMs);
                _starts = new long[_samples];
                fetch.DecodeStarts(number, _starts);
            }

            int at = _timestampsMs.AsSpan().BinarySearch(ms);
            startMs = at >= 0 ? _starts[at] : 0;
            return at >= 0;
        }
    }
}
