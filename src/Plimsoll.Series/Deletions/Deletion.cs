namespace Plimsoll.Series.Deletions;

/// <summary>
/// Samples that were asked to go. They are hidden at once; within the grace period they can be had back, after it they are
/// written out of the blocks.
/// </summary>
/// <param name="Id">Names it within its store; given once.</param>
/// <param name="Matchers">All must match.</param>
/// <param name="Range">Ends at the instant of the request at the latest, so that what is written later stays.</param>
/// <param name="CreatedMs">When it was asked for, milliseconds since 1970.</param>
internal sealed record Deletion(ulong Id, TenantId Tenant, IReadOnlyList<LabelMatcher> Matchers, TimeRange Range, long CreatedMs);
