using Plimsoll.Series.Encodings;

namespace Plimsoll.Series.Head;

/// <summary>
/// What few series have: native histograms, ascending by time in open columns that are packed from time to time, and the
/// starts of counters. Snapshots share the columns; what would change them then works on a copy.
/// </summary>
internal sealed class RichSamples
{
    /// <summary>So many open histograms are packed.</summary>
    public const int SealAt = 120;

    private long[] _ms = [];
    private Histogram[] _histograms = [];
    private long[] _starts = [];
    private SealedHistograms[] _chunks = [];
    private bool _shared;
    private long _openBytes;
    private long _chunkBytes;

    /// <summary>Histograms here.</summary>
    public int Count { get; private set; }

    public int OpenCount { get; private set; }

    public StartSteps Starts { get; set; } = StartSteps.None;

    /// <summary>The newest histogram that the series has had, here or in blocks.</summary>
    public long NewestMs { get; set; } = long.MinValue;

    public bool IsEmpty => Count == 0;

    /// <summary>The oldest histogram here; <see cref="long.MaxValue"/> when there is none.</summary>
    public long OldestMs
    {
        get
        {
            long oldestMs = OpenCount > 0 ? _ms[0] : long.MaxValue;
            foreach (SealedHistograms chunk in _chunks)
            {
                oldestMs = Math.Min(oldestMs, chunk.MinMs);
            }

            return oldestMs;
        }
    }

    /// <summary>Bytes held, about.</summary>
    public long Bytes => 200 + _openBytes + _chunkBytes + (16 * Starts.Count);

    public bool TryFind(long ms, out Histogram? known)
    {
        int at = _ms.AsSpan(0, OpenCount).BinarySearch(ms);
        if (at >= 0)
        {
            known = _histograms[at];
            return true;
        }

        foreach (SealedHistograms chunk in _chunks)
        {
            if (chunk.Holds(ms))
            {
                (long[] timestampsMs, Histogram[] histograms, _) = Decode(chunk);
                known = histograms[timestampsMs.AsSpan().BinarySearch(ms)];
                return true;
            }
        }

        known = null;
        return false;
    }

    /// <summary>Adds a histogram at an instant that has none.</summary>
    public void Insert(long ms, Histogram histogram, long startMs)
    {
        if (OpenCount >= SealAt)
        {
            Seal();
        }

        int at = OpenCount == 0 || _ms[OpenCount - 1] < ms ? OpenCount : ~_ms.AsSpan(0, OpenCount).BinarySearch(ms);
        if (OpenCount == _ms.Length || (_shared && at < OpenCount))
        {
            Copy(Math.Max(8, OpenCount == _ms.Length ? 2 * OpenCount : _ms.Length));
        }

        if (at < OpenCount)
        {
            Array.Copy(_ms, at, _ms, at + 1, OpenCount - at);
            Array.Copy(_histograms, at, _histograms, at + 1, OpenCount - at);
            Array.Copy(_starts, at, _starts, at + 1, OpenCount - at);
        }

        _ms[at] = ms;
        _histograms[at] = histogram;
        _starts[at] = startMs;
        OpenCount++;
        Count++;
        _openBytes += SizeOf(histogram);
        NewestMs = Math.Max(NewestMs, ms);
    }

    /// <summary>Takes packed histograms as they are; none of their instants has one yet.</summary>
    public void Add(SealedHistograms chunk)
    {
        _chunks = [.. _chunks, chunk];
        _chunkBytes += SizeOf(chunk);
        Count += chunk.Count;
        NewestMs = Math.Max(NewestMs, chunk.MaxMs);
    }

    public RichPart Share()
    {
        _shared = true;
        return new RichPart(_chunks, _ms, _histograms, _starts, OpenCount, Starts, NewestMs);
    }

    /// <summary>Drops the histograms before an instant that a cut took: those of its first packs, and those at the instants that were open then.</summary>
    /// <returns>How many.</returns>
    public int Drop(int chunks, long[] openMs, long beforeMs)
    {
        int before = Count;
        List<(long Ms, Histogram Histogram, long Start)> kept = [];
        List<SealedHistograms> keptChunks = [];
        for (int i = 0; i < _chunks.Length; i++)
        {
            SealedHistograms chunk = _chunks[i];
            if (chunk.MinMs >= beforeMs || (i >= chunks && openMs.Length == 0))
            {
                keptChunks.Add(chunk);
            }
            else if (i >= chunks || chunk.MaxMs >= beforeMs)
            {
                (long[] timestampsMs, Histogram[] histograms, long[] starts) = Decode(chunk);
                for (int at = 0; at < timestampsMs.Length; at++)
                {
                    if (timestampsMs[at] >= beforeMs || (i >= chunks && openMs.AsSpan().BinarySearch(timestampsMs[at]) < 0))
                    {
                        kept.Add((timestampsMs[at], histograms[at], starts[at]));
                    }
                }
            }
        }

        for (int at = 0; at < OpenCount; at++)
        {
            if (_ms[at] >= beforeMs || openMs.AsSpan().BinarySearch(_ms[at]) < 0)
            {
                kept.Add((_ms[at], _histograms[at], _starts[at]));
            }
        }

        _chunks = [.. keptChunks];
        _chunkBytes = _chunks.Sum(SizeOf);
        Count = _chunks.Sum(static chunk => chunk.Count);
        (_ms, _histograms, _starts, OpenCount, _openBytes, _shared) = ([], [], [], 0, 0, false);
        long newestMs = NewestMs;
        kept.Sort(static (a, b) => a.Ms.CompareTo(b.Ms));
        foreach ((long ms, Histogram histogram, long start) in kept)
        {
            Insert(ms, histogram, start);
        }

        NewestMs = newestMs;
        return before - Count;
    }

    private void Seal()
    {
        ReadOnlySpan<long> ms = _ms.AsSpan(0, OpenCount);
        ReadOnlySpan<Histogram> histograms = _histograms.AsSpan(0, OpenCount);
        List<SealedHistograms> chunks = [.. _chunks];
        for (int at = 0; at < OpenCount;)
        {
            int count = Math.Max(1, HistogramChunk.Fitting(histograms[at..]));
            SealedHistograms chunk = SealedHistograms.Of(ms.Slice(at, count), histograms.Slice(at, count), _starts.AsSpan(at, count));
            chunks.Add(chunk);
            _chunkBytes += SizeOf(chunk);
            at += count;
        }

        _chunks = [.. chunks];
        (_ms, _histograms, _starts, OpenCount, _openBytes, _shared) = ([], [], [], 0, 0, false);
    }

    private void Copy(int capacity)
    {
        long[] ms = new long[capacity];
        Histogram[] histograms = new Histogram[capacity];
        long[] starts = new long[capacity];
        Array.Copy(_ms, ms, OpenCount);
        Array.Copy(_histograms, histograms, OpenCount);
        Array.Copy(_starts, starts, OpenCount);
        (_ms, _histograms, _starts, _shared) = (ms, histograms, starts, false);
    }

    private static (long[] TimestampsMs, Histogram[] Histograms, long[] Starts) Decode(SealedHistograms chunk)
    {
        long[] timestampsMs = new long[chunk.Count];
        Histogram[] histograms = new Histogram[chunk.Count];
        long[] starts = new long[chunk.Count];
        chunk.Read(timestampsMs, histograms, starts);
        return (timestampsMs, histograms, starts);
    }

    private static long SizeOf(SealedHistograms chunk) => 100 + chunk.Bytes.Length + (8L * (chunk.Starts?.Length ?? 0));

    private static long SizeOf(Histogram histogram) => 160 + (8L * (histogram.PositiveBits.Length + histogram.NegativeBits.Length));
}
