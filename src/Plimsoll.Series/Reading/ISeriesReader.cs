namespace Plimsoll.Series;

/// <summary>
/// What a reader sees of one tenant's series: select by matchers and time, then read series by series, in blocks of
/// samples copied into the caller's spans. Safe for use by several threads; each selection belongs to one.
/// </summary>
public interface ISeriesReader
{
    /// <summary>Finds the series that match and have samples in the range, and pins their samples until disposed.</summary>
    /// <param name="matchers">All must match; a missing label reads as the empty string. Empty means every series.</param>
    /// <param name="range">Milliseconds since 1970, both ends included.</param>
    /// <param name="limits">What the caller can bear.</param>
    /// <returns>The series in ascending order of their labels.</returns>
    /// <exception cref="SeriesLimitException">More series match than <paramref name="limits"/> allow.</exception>
    ISeriesSelection Select(IReadOnlyList<LabelMatcher> matchers, TimeRange range, SelectLimits limits, CancellationToken cancellation);

    /// <summary>The distinct label names of the matching series, ascending by ordinal.</summary>
    IReadOnlyList<string> LabelNames(IReadOnlyList<LabelMatcher> matchers, TimeRange range, int limit, CancellationToken cancellation);

    /// <summary>The distinct values of one label over the matching series, ascending by ordinal.</summary>
    IReadOnlyList<string> LabelValues(string name, IReadOnlyList<LabelMatcher> matchers, TimeRange range, int limit, CancellationToken cancellation);

    /// <summary>The exemplars within a range of the series that one of the selectors matches, series by series in the order of their labels. Only the newest are kept.</summary>
    /// <param name="selectors">Each a list of matchers that must all match.</param>
    /// <exception cref="SeriesLimitException">There are more than <paramref name="limit"/>.</exception>
    IReadOnlyList<SeriesExemplars> Exemplars(IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, TimeRange range, int limit, CancellationToken cancellation) => [];

    /// <summary>What is known of metric families, by name.</summary>
    /// <param name="family">Null for all.</param>
    IReadOnlyList<MetricDescription> Metadata(string? family, int limit) => [];
}

/// <summary>The series that a selection found. Not safe for use by several threads at once.</summary>
public interface ISeriesSelection : IDisposable
{
    int Count { get; }

    LabelSet Labels(int index);

    /// <summary>Opens the samples of one series, from the oldest in the range.</summary>
    ISampleCursor Open(int index);

    /// <summary>Opens the native histograms of one series, from the oldest in the range.</summary>
    IHistogramCursor OpenHistograms(int index) => NoHistograms.Instance;
}

/// <summary>Reads one series forward, a block at a time.</summary>
public interface ISampleCursor
{
    /// <summary>
    /// Copies the next samples into both spans (of equal length, at least <see cref="SampleBlock.MinSpan"/>).
    /// </summary>
    /// <returns>How many were copied; zero once, at the end. Timestamps ascend strictly, over all blocks.</returns>
    int Read(Span<long> timestampsMs, Span<double> values);

    /// <summary>As the other, with when the counter of each sample began: 0 where that is not known.</summary>
    int Read(Span<long> timestampsMs, Span<double> values, Span<long> startTimestampsMs)
    {
        startTimestampsMs.Clear();
        return Read(timestampsMs, values);
    }
}

/// <summary>Sizes that readers and the engine agree on.</summary>
public static class SampleBlock
{
    /// <summary>The smallest span that a caller may hand to a cursor.</summary>
    public const int MinSpan = 1;

    /// <summary>A span of this many samples lets a cursor decode whole blocks without a copy in between.</summary>
    public const int PreferredSpan = 512;

    /// <summary>The bits of the NaN that says "this series ended here"; kept apart from every other NaN.</summary>
    public const long StaleBits = 0x7ff0000000000002;

    /// <summary>The stale marker as a value.</summary>
    public static double Stale => BitConverter.Int64BitsToDouble(StaleBits);

    /// <summary>True for the stale marker alone, not for other NaNs.</summary>
    public static bool IsStale(double value) => BitConverter.DoubleToInt64Bits(value) == StaleBits;
}

/// <summary>A closed range of time in milliseconds since 1970.</summary>
public readonly record struct TimeRange(long MinMs, long MaxMs)
{
    public static TimeRange All { get; } = new(long.MinValue, long.MaxValue);

    public bool Overlaps(long minMs, long maxMs) => minMs <= MaxMs && maxMs >= MinMs;
}

/// <summary>Upper bounds of a selection; exceeding one is refused before it hurts anyone else.</summary>
public readonly record struct SelectLimits(int MaxSeries)
{
    public static SelectLimits Default { get; } = new(1_000_000);
}

/// <summary>A selection touched more series than its caller allowed.</summary>
public sealed class SeriesLimitException(int limit) : Exception(
    $"The selection matches more than {limit} series. Add a matcher that leaves fewer.")
{
    public int Limit { get; } = limit;
}
