using System.Text.Json;

namespace Plimsoll.Client;

/// <summary>What the server answered to a PromQL query.</summary>
/// <param name="Data">Prometheus' <c>data</c> object as it was sent.</param>
/// <param name="Result">The same, typed.</param>
/// <param name="Warnings">What may make the result wrong, in the server's words.</param>
/// <param name="Infos">What is worth knowing about the expression.</param>
public sealed record QueryAnswer(
    JsonElement Data,
    QueryResult Result,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Infos);

/// <summary>A typed result; one of the four that PromQL has.</summary>
public abstract record QueryResult;

/// <summary>One sample per series at one instant.</summary>
public sealed record VectorResult(IReadOnlyList<VectorSample> Samples) : QueryResult;

/// <summary>Samples over time per series.</summary>
public sealed record MatrixResult(IReadOnlyList<MatrixSeries> Series) : QueryResult;

/// <summary>A number without labels.</summary>
public sealed record ScalarResult(QueryPoint Point) : QueryResult;

/// <summary>A string literal.</summary>
/// <param name="TimestampSeconds">Unix time.</param>
public sealed record StringResult(double TimestampSeconds, string Value) : QueryResult;

/// <summary>A series' value at the instant of the query.</summary>
public sealed record VectorSample(IReadOnlyList<KeyValuePair<string, string>> Labels, QueryPoint Point);

/// <summary>A series' values over a range, oldest first; steps without a value are absent.</summary>
public sealed record MatrixSeries(IReadOnlyList<KeyValuePair<string, string>> Labels, IReadOnlyList<QueryPoint> Points);

/// <summary>A value at a time.</summary>
/// <param name="TimestampSeconds">Unix time.</param>
/// <param name="Value">May be NaN or infinite.</param>
public readonly record struct QueryPoint(double TimestampSeconds, double Value);
