using System.Collections.Immutable;
using Plimsoll.Organizations;

namespace Plimsoll.Ledger;

/// <summary>A stretch of time that was not observed and is not billed. Start included, end not.</summary>
public readonly record struct Gap(DateTimeOffset From, DateTimeOffset To);

/// <summary>The quantity of one meter for one hour of one machine.</summary>
/// <param name="Start">A full hour, UTC.</param>
/// <param name="Quantity">Exact, in the meter's base unit.</param>
/// <param name="Observed">How much of the hour was observed, to the millisecond.</param>
/// <param name="Gaps">Ascending, without overlap, within the hour.</param>
/// <param name="Watermark">The newest sample that was counted in; it may lie a little after the hour's end.</param>
/// <param name="Complete">True once no further sample can change the hour.</param>
public sealed record UsageHour(
    OrganizationId Organization,
    Meter Meter,
    MachineId Machine,
    AppId App,
    DateTimeOffset Start,
    BaseQuantity Quantity,
    TimeSpan Observed,
    ImmutableArray<Gap> Gaps,
    DateTimeOffset Watermark,
    bool Complete)
{
    public DateTimeOffset End => Start.AddHours(1);

    /// <summary>Up to where the hour's quantity is known: its watermark, at most its end.</summary>
    public DateTimeOffset Until => Watermark < End ? Watermark : End;

    public Quantity Shown => Meter.Show(Quantity);
}

/// <summary>Which usage to list; null means all.</summary>
/// <param name="From">Hours that start at it or later.</param>
/// <param name="To">Hours that start before it.</param>
public sealed record UsageFilter(Meter? Meter = null, MachineId? Machine = null, DateTimeOffset? From = null, DateTimeOffset? To = null)
{
    public static UsageFilter Everything { get; } = new();
}
