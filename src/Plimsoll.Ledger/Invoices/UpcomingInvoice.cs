using System.Collections.Immutable;
using Plimsoll.Organizations;

namespace Plimsoll.Ledger;

/// <summary>What a month costs so far. Amounts carry nine decimals; hours add up to their line, and lines to the total, exactly.</summary>
/// <param name="UsageUntil">The newest sample that is counted in; the period's start when there is none.</param>
/// <param name="PriceBook">The version in force now.</param>
/// <param name="TotalPerHourNow">The pace of the last minutes, per hour.</param>
/// <param name="TotalIfContinued">The total at the period's end if that pace stayed; null when no pace is known.</param>
public sealed record UpcomingInvoice(
    OrganizationId Organization,
    Currency Currency,
    DateTimeOffset PeriodStart,
    DateTimeOffset PeriodEnd,
    DateTimeOffset UsageUntil,
    PriceBook PriceBook,
    Money Total,
    Money TotalPerHourNow,
    Money? TotalIfContinued,
    ImmutableArray<InvoiceLine> Lines);

/// <summary>One meter under one version of the price book.</summary>
/// <param name="Id">The meter's id; with <c>@version</c> when an earlier version of the book priced earlier hours of the month.</param>
/// <param name="Number">1, 2, 3, … in the order shown.</param>
/// <param name="AmountRounded">What the line would be if it became final now: rounded once, from the exact product, half away from zero.</param>
/// <param name="Derivation">The line in one sentence of arithmetic.</param>
public sealed record InvoiceLine(
    string Id,
    int Number,
    Meter Meter,
    string Description,
    int PriceBookVersion,
    BaseQuantity BaseQuantity,
    Quantity Quantity,
    UnitPrice UnitPrice,
    Money Amount,
    Money AmountRounded,
    Quantity QuantityPerHourNow,
    Money AmountPerHourNow,
    string Derivation,
    ImmutableArray<InvoiceHour> Hours);

/// <summary>One hour of one machine within a line.</summary>
/// <param name="Open">True while samples can still change it.</param>
public sealed record InvoiceHour(
    MachineId Machine,
    AppId App,
    DateTimeOffset Start,
    Quantity Quantity,
    Money Amount,
    TimeSpan Observed,
    ImmutableArray<Gap> Gaps,
    bool Open);

/// <summary>What one machine used of a meter within the last minutes.</summary>
/// <param name="Observed">How much time the quantity was observed over; above zero.</param>
public readonly record struct MeterPace(Meter Meter, MachineId Machine, BaseQuantity Quantity, TimeSpan Observed);
