using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>What a query gave, with what its reader should know besides.</summary>
public abstract class QueryResult
{
    /// <summary>Things that make the result doubtful, each with its place in the query as (line:column).</summary>
    public IReadOnlyList<string> Warnings { get; internal set; } = [];

    /// <summary>Things worth knowing that don't make it wrong.</summary>
    public IReadOnlyList<string> Infos { get; internal set; } = [];

    public QueryStatistics Statistics { get; internal set; } = new(0, 0, 0, 0, 0);
}

/// <summary>What a query cost.</summary>
/// <param name="Series">Series selected, each time that they were.</param>
/// <param name="SamplesRead">Samples decoded from the store.</param>
/// <param name="PeakSamples">The most samples and values held at once.</param>
/// <param name="SelectMs">Milliseconds spent to find and read series.</param>
/// <param name="EvaluateMs">Milliseconds of the rest.</param>
public sealed record QueryStatistics(long Series, long SamplesRead, long PeakSamples, double SelectMs, double EvaluateMs);

/// <summary>One number at one time.</summary>
public sealed class ScalarResult(long timestampMs, double value) : QueryResult
{
    public long TimestampMs { get; } = timestampMs;

    public double Value { get; } = value;
}

/// <summary>One string at one time.</summary>
public sealed class StringResult(long timestampMs, string value) : QueryResult
{
    public long TimestampMs { get; } = timestampMs;

    public string Value { get; } = value;
}

/// <summary>One value per series at one time; in the order that the query asks for, else by labels.</summary>
public sealed class VectorResult(long timestampMs, LabelSet[] labels, double[] values) : QueryResult
{
    public long TimestampMs { get; } = timestampMs;

    public LabelSet[] Labels { get; } = labels;

    /// <summary>Parallel to <see cref="Labels"/>; the stale marker where a native histogram stands instead.</summary>
    public double[] Values { get; } = values;

    /// <summary>Parallel to <see cref="Labels"/>; null where there is a number.</summary>
    public FloatHistogram?[] Histograms { get; init; } = new FloatHistogram?[values.Length];
}

/// <summary>The samples themselves, of a query such as <c>up[5m]</c>.</summary>
public sealed class MatrixResult(long timestampMs, LabelSet[] labels, SampleRun[] samples) : QueryResult
{
    public long TimestampMs { get; } = timestampMs;

    public LabelSet[] Labels { get; } = labels;

    /// <summary>Parallel to <see cref="Labels"/>.</summary>
    public SampleRun[] Samples { get; } = samples;
}

/// <summary>Samples of one series, ascending by time.</summary>
public sealed record SampleRun(long[] TimestampsMs, double[] Values)
{
    /// <summary>Parallel to <see cref="Values"/>, which then hold the stale marker; null for a series of numbers alone.</summary>
    public FloatHistogram?[]? Histograms { get; init; }
}

/// <summary>
/// A range query's answer in columns: per series one value per step. A step without a value holds
/// <see cref="SampleBlock.Stale"/>, which is told from every other NaN by <see cref="SampleBlock.IsStale"/>.
/// </summary>
public sealed class RangeResult(long startMs, long stepMs, int steps, LabelSet[] labels, double[][] values) : QueryResult
{
    public long StartMs { get; } = startMs;

    public long StepMs { get; } = stepMs;

    public int Steps { get; } = steps;

    /// <summary>Ascending.</summary>
    public LabelSet[] Labels { get; } = labels;

    /// <summary>Parallel to <see cref="Labels"/>; each of <see cref="Steps"/> values, the stale marker where a histogram stands instead.</summary>
    public double[][] Values { get; } = values;

    /// <summary>Parallel to <see cref="Labels"/>; null for a series of numbers alone.</summary>
    public FloatHistogram?[]?[] Histograms { get; init; } = new FloatHistogram?[]?[values.Length];

    public long TimestampMs(int step) => StartMs + (step * StepMs);

    public static bool IsPresent(double value) => !SampleBlock.IsStale(value);
}
