using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>The native histograms of one series, read to the end; a marker of staleness among them is null. Reused from series to series.</summary>
internal sealed class HistogramReading
{
    private const int BlockSize = 64;

    // What a histogram holds besides buckets: schema, threshold, zero count, count, sum, hint.
    private const int FixedWeight = 6;

    private readonly long[] _timestamps = new long[BlockSize];
    private readonly Histogram[] _block = new Histogram[BlockSize];
    private readonly long[] _starts = new long[BlockSize];

    public List<long> Timestamps { get; } = [];

    public List<FloatHistogram?> Histograms { get; } = [];

    /// <summary>When the counters of each began, 0 where that is not known.</summary>
    public List<long> Starts { get; } = [];

    public int Count => Timestamps.Count;

    /// <summary>How many numbers they hold.</summary>
    public long Weight { get; private set; }

    /// <returns>How many the store gave.</returns>
    public long Load(IHistogramCursor cursor, bool keepStale, long max)
    {
        Timestamps.Clear();
        Histograms.Clear();
        Starts.Clear();
        Weight = 0;
        long read = 0;
        for (int got = Next(cursor); got > 0 && Weight <= max; got = Next(cursor))
        {
            read += got;
            for (int i = 0; i < got; i++)
            {
                Add(_timestamps[i], _block[i], _starts[i], keepStale);
            }
        }

        return read;
    }

    /// <summary>
    /// A sender that says "it counts on" speaks of the histogram that it had before, which may never have come here: what it says is
    /// held against the one that did.
    /// </summary>
    private FloatHistogram Checked(FloatHistogram histogram)
    {
        if (histogram.Hint != CounterResetHint.NoReset || Histograms.Count == 0 || Histograms[^1] is not { } before)
        {
            return histogram;
        }

        FloatHistogram silent = histogram with { Hint = CounterResetHint.Unknown };
        return silent.IsResetAfter(before) ? silent : histogram;
    }

    private int Next(IHistogramCursor cursor) => cursor.Read(_timestamps, _block, _starts);

    private void Add(long timestampMs, Histogram stored, long startMs, bool keepStale)
    {
        if (stored.IsStale && !keepStale)
        {
            return;
        }

        FloatHistogram? histogram = stored.IsStale ? null : Checked(FloatHistogram.Of(stored));
        Timestamps.Add(timestampMs);
        Histograms.Add(histogram);
        Starts.Add(startMs);
        Weight += histogram is null ? 0 : FixedWeight + (2 * (histogram.Positive.Length + histogram.Negative.Length)) + histogram.Bounds.Length;
    }
}
