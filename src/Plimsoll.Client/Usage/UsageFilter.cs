namespace Plimsoll.Client;

/// <summary>Which hours of usage; null means every one.</summary>
/// <param name="From">Hours that start at or after it.</param>
/// <param name="To">Hours that start before it.</param>
/// <param name="PageSize">Hours in one answer; null leaves it to the server.</param>
public sealed record UsageFilter(
    string? Meter = null,
    string? Machine = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    int? PageSize = null);
