using Plimsoll.Series.Blocks;
using Plimsoll.Series.Head;

namespace Plimsoll.Series.Reading;

/// <summary>
/// The histograms of one series from blocks and the head as one stretch after the other: those that overlap in time are
/// read together, and at one instant the one with the lower rank wins.
/// </summary>
internal sealed class HistogramMerge(TimeRange range)
{
    private readonly List<Run> _runs = [];
    private readonly List<(long Ms, int Rank, Histogram Histogram, long Start)> _read = [];
    private int _next = -1;

    public bool IsEmpty => _runs.Count == 0;

    public void AddBlock(Block block, in ChunkRef chunk, int rank)
    {
        if (range.Overlaps(chunk.MinMs, chunk.MaxMs))
        {
            _runs.Add(new Run(chunk.MinMs, chunk.MaxMs, rank) { Block = block, Chunk = chunk });
        }
    }

    public void AddHead(RichPart part)
    {
        foreach (SealedHistograms chunk in part.Chunks)
        {
            if (range.Overlaps(chunk.MinMs, chunk.MaxMs))
            {
                _runs.Add(new Run(chunk.MinMs, chunk.MaxMs, HeadRun.HeadRank) { Sealed = chunk });
            }
        }

        if (part.OpenCount > 0 && range.Overlaps(part.OpenMs[0], part.OpenMs[part.OpenCount - 1]))
        {
            _runs.Add(new Run(part.OpenMs[0], part.OpenMs[part.OpenCount - 1], HeadRun.HeadRank) { Open = part });
        }
    }

    /// <summary>Reads the next stretch; false at the end.</summary>
    /// <exception cref="BlockDamageException">A block is damaged.</exception>
    public bool TryReadNext(CancellationToken cancellation, out long[] timestampsMs, out Histogram[] histograms, out long[] starts)
    {
        if (_next < 0)
        {
            _runs.Sort(static (a, b) => a.MinMs.CompareTo(b.MinMs));
            _next = 0;
        }

        while (_next < _runs.Count)
        {
            _read.Clear();
            long maxMs = _runs[_next].MaxMs;
            for (int i = _next; i < _runs.Count && (i == _next || _runs[i].MinMs <= maxMs); _next = ++i)
            {
                cancellation.ThrowIfCancellationRequested();
                maxMs = Math.Max(maxMs, _runs[i].MaxMs);
                Read(_runs[i], cancellation);
            }

            if (Distinct() > 0)
            {
                timestampsMs = [.. _read.Select(static one => one.Ms)];
                histograms = [.. _read.Select(static one => one.Histogram)];
                starts = [.. _read.Select(static one => one.Start)];
                return true;
            }
        }

        (timestampsMs, histograms, starts) = ([], [], []);
        return false;
    }

    /// <summary>Reads all at once.</summary>
    public void ReadAll(CancellationToken cancellation, out long[] timestampsMs, out Histogram[] histograms, out long[] starts)
    {
        List<long> allMs = [];
        List<Histogram> all = [];
        List<long> allStarts = [];
        while (TryReadNext(cancellation, out long[] someMs, out Histogram[] some, out long[] someStarts))
        {
            allMs.AddRange(someMs);
            all.AddRange(some);
            allStarts.AddRange(someStarts);
        }

        (timestampsMs, histograms, starts) = ([.. allMs], [.. all], [.. allStarts]);
    }

    private int Distinct()
    {
        _read.Sort(static (a, b) => a.Ms != b.Ms ? a.Ms.CompareTo(b.Ms) : a.Rank.CompareTo(b.Rank));
        int kept = 0;
        for (int i = 0; i < _read.Count; i++)
        {
            if (kept == 0 || _read[i].Ms != _read[kept - 1].Ms)
            {
                _read[kept++] = _read[i];
            }
        }

        _read.RemoveRange(kept, _read.Count - kept);
        return kept;
    }

    private void Read(Run run, CancellationToken cancellation)
    {
        if (run.Open is { } open)
        {
            for (int i = 0; i < open.OpenCount; i++)
            {
                Add(run, open.OpenMs[i], open.Open[i], open.OpenStarts[i]);
            }

            return;
        }

        int count = run.Sealed?.Count ?? run.Chunk.Samples;
        long[] timestampsMs = new long[count];
        Histogram[] histograms = new Histogram[count];
        long[] starts = new long[count];
        if (run.Sealed is { } chunk)
        {
            chunk.Read(timestampsMs, histograms, starts);
        }
        else
        {
            using ChunkFetch fetch = new();
            int number = fetch.Add(run.Block!, run.Chunk);
            fetch.Read(cancellation);
            fetch.DecodeHistograms(number, timestampsMs, histograms);
            fetch.DecodeStarts(number, starts);
        }

        for (int i = 0; i < count; i++)
        {
            Add(run, timestampsMs[i], histograms[i], starts[i]);
        }
    }

    private void Add(Run run, long ms, Histogram histogram, long start)
    {
        if (ms >= range.MinMs && ms <= range.MaxMs)
        {
            _read.Add((ms, run.Rank, histogram, start));
        }
    }

    private readonly record struct Run(long MinMs, long MaxMs, int Rank)
    {
        public Block? Block { get; init; }

        public ChunkRef Chunk { get; init; }

        public SealedHistograms? Sealed { get; init; }

        public RichPart? Open { get; init; }
    }
}
