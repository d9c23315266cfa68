namespace Plimsoll.Series;

/// <summary>What makes a tenant's head large: what Prometheus' <c>/api/v1/status/tsdb</c> tells, with growth.</summary>
/// <param name="Series">Series in the head.</param>
/// <param name="LabelPairs">Distinct pairs of a label name and value.</param>
/// <param name="LabelNames">Distinct label names.</param>
/// <param name="GrowthSinceMs">The instant from which <see cref="MetricsByGrowth"/> counts; about an hour ago, later after a start.</param>
/// <param name="NewSeries">Series that began since then and are still there.</param>
public sealed record CardinalityReport(int Series, int LabelPairs, int LabelNames, long GrowthSinceMs, int NewSeries)
{
    /// <summary>The oldest sample of the head, milliseconds since 1970; null when it is empty.</summary>
    public long? OldestMs { get; init; }

    /// <summary>The newest sample of the head; null when it is empty.</summary>
    public long? NewestMs { get; init; }

    /// <summary>Metrics with the most series.</summary>
    public required IReadOnlyList<CardinalityCount> MetricsBySeries { get; init; }

    /// <summary>Label names with the most distinct values.</summary>
    public required IReadOnlyList<CardinalityCount> LabelsByValues { get; init; }

    /// <summary>Label names whose values, repeated for each series, take the most bytes.</summary>
    public required IReadOnlyList<CardinalityCount> LabelsByBytes { get; init; }

    /// <summary>Pairs <c>name=value</c> with the most series.</summary>
    public required IReadOnlyList<CardinalityCount> PairsBySeries { get; init; }

    /// <summary>Metrics with the most new series.</summary>
    public required IReadOnlyList<CardinalityCount> MetricsByGrowth { get; init; }
}

/// <summary>A name and how many.</summary>
public readonly record struct CardinalityCount(string Name, long Count);
