namespace Plimsoll.PromQL;

/// <summary>What holds for all queries of one engine.</summary>
public sealed record EngineOptions
{
    /// <summary>How old the newest sample may be to count as current: samples in (t − lookback, t].</summary>
    public TimeSpan Lookback { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The step of subqueries that name none.</summary>
    public TimeSpan DefaultSubqueryStep { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Allows functions and aggregations that Prometheus keeps behind <c>promql-experimental-functions</c>.</summary>
    public bool ExperimentalFunctions { get; init; } = true;

    /// <summary>Allows <c>anchored</c> and <c>smoothed</c>: <c>promql-extended-range-selectors</c>.</summary>
    public bool ExtendedRangeSelectors { get; init; } = true;

    /// <summary>Allows <c>fill</c>, <c>fill_left</c> and <c>fill_right</c>: <c>promql-binop-fill-modifiers</c>.</summary>
    public bool BinopFillModifiers { get; init; } = true;

    /// <summary>
    /// <c>use-start-timestamps</c>: <c>rate</c>, <c>irate</c>, <c>increase</c> and <c>resets</c> take counters' starts as
    /// resets, and <c>start_timestamp()</c> gives them. Off by default, because it changes what stable queries answer.
    /// </summary>
    public bool UseStartTimestamps { get; init; }

    /// <summary>
    /// <c>promql-delayed-name-removal</c>: names of metrics that an operation makes wrong are dropped at the end of the query. Off by
    /// default, as it changes what stable queries answer.
    /// </summary>
    public bool DelayedNameRemoval { get; init; }

    /// <summary>Measures the phases of queries.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

/// <summary>The most that one query may take; more is a <see cref="QueryLimitException"/>.</summary>
public sealed record QueryLimits
{
    public static QueryLimits Default { get; } = new();

    /// <summary>Samples and result values held in memory at once.</summary>
    public long MaxSamples { get; init; } = 50_000_000;

    /// <summary>Series that one selector may match.</summary>
    public int MaxSeries { get; init; } = 500_000;

    /// <summary>Points per series of a range query.</summary>
    public int MaxSteps { get; init; } = 11_000;

    /// <summary>Overrides <see cref="EngineOptions.Lookback"/> for this query.</summary>
    public TimeSpan? Lookback { get; init; }
}
