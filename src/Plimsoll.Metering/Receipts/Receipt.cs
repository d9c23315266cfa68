using System.Collections.Immutable;
using Plimsoll.Ledger;

namespace Plimsoll.Metering;

/// <summary>How an hour's quantity follows from samples: the last step from a cent down.</summary>
/// <param name="Stored">The hour as the ledger has it.</param>
/// <param name="Query">The PromQL selector of the series behind it.</param>
/// <param name="Sum">All parts added again now; equal to the stored quantity when <paramref name="AddsUp"/>.</param>
/// <param name="Parts">By series, then by time; at most <see cref="Receipts.MaxParts"/>.</param>
/// <param name="PartsLeftOut">How many parts more there are; they are in the sum.</param>
/// <param name="AddsUp">True when the sum equals the stored quantity exactly.</param>
/// <param name="SamplesExpired">True when samples behind the hour are no longer there; the stored quantity stays.</param>
public sealed record Receipt(
    UsageHour Stored,
    string Query,
    BaseQuantity Sum,
    ImmutableArray<ReceiptPart> Parts,
    int PartsLeftOut,
    bool AddsUp,
    bool SamplesExpired);

/// <summary>The share of one stretch between two samples, or of several alike that adjoin.</summary>
/// <param name="Series">The series' labels in PromQL's notation.</param>
/// <param name="From">The earlier sample, or the hour's start where it lies before.</param>
/// <param name="To">The later sample, or the hour's end where it lies after.</param>
/// <param name="Value">The sample's value as it was stored.</param>
/// <param name="Quantity">In the meter's base unit.</param>
/// <param name="Note">Such as <c>counter restarted: counted from 0</c>, or null.</param>
public sealed record ReceiptPart(string Series, DateTimeOffset From, DateTimeOffset To, double Value, BaseQuantity Quantity, string? Note);
