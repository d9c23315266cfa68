namespace Plimsoll.Client;

/// <summary>How deep a resource of a machine sits against the line that it may be loaded to.</summary>
/// <param name="Id">Such as <c>cpu</c>, <c>memory</c>, <c>disk:/</c>, <c>network:eth0</c>.</param>
/// <param name="Resource"><c>cpu</c>, <c>memory</c>, <c>disk</c> or <c>network</c>.</param>
/// <param name="Instance">The mount point or device, or null.</param>
/// <param name="DepthRatio">Demand now ÷ capacity, 0–1 and above; null when unknown.</param>
/// <param name="LineRatio">The line's share of capacity, such as 0.8; null when the capacity is unknown.</param>
/// <param name="OfLineRatio">Demand now ÷ line: 1 is at the line.</param>
/// <param name="State"><c>clear</c>, <c>near</c> (within 10% of the line), <c>over</c> or <c>unknown</c>.</param>
/// <param name="Reason">Why it is unknown, or why the day of reaching is.</param>
/// <param name="Unit">The unit of <paramref name="Demand"/> and <paramref name="Capacity"/>: cores, bytes, bits_per_second.</param>
/// <param name="Query">The PromQL expression of demand.</param>
/// <param name="History">Demand ÷ capacity over the last week, oldest first, evenly spaced; null where there is no data.</param>
public sealed record LoadLine(
    string Id,
    string Machine,
    string Resource,
    string? Instance,
    double? Demand,
    double? Capacity,
    string Unit,
    double? DepthRatio,
    double? LineRatio,
    double? OfLineRatio,
    string State,
    string? Reason,
    LoadLineReach? Reach,
    string Query,
    IReadOnlyList<double?> History);

/// <summary>When the line will be reached if demand goes on as it did.</summary>
/// <param name="Days">The middle estimate; null when demand does not rise.</param>
/// <param name="EarliestDays">The early end of the 80% interval.</param>
/// <param name="LatestDays">The late end; null when it may never be reached.</param>
public sealed record LoadLineReach(double? Days, double? EarliestDays, double? LatestDays, string Sentence);
