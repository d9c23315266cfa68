namespace Plimsoll.Client;

/// <summary>A definition of something billable.</summary>
/// <param name="Unit">The unit that prices and quantities are in, such as <c>vCPU-hour</c>.</param>
/// <param name="Query">The PromQL expression that shows the series behind it for the local machine.</param>
public sealed record Meter(string Id, string Name, string Unit, string Aggregation, string Query);

/// <summary>The quantity of one meter for one hour of one machine.</summary>
/// <param name="Quantity">In <paramref name="Unit"/>, nine decimals.</param>
/// <param name="ObservedSeconds">How much of the hour was observed; the rest is an unbilled gap.</param>
public sealed record UsageHour(
    string Meter,
    string Machine,
    string App,
    DateTimeOffset Start,
    string Quantity,
    string Unit,
    string ObservedSeconds,
    IReadOnlyList<UsageGap> Gaps,
    bool Open);

/// <summary>A stretch of time that was not observed and is not billed.</summary>
public sealed record UsageGap(DateTimeOffset From, DateTimeOffset To);

/// <summary>How an hour's quantity follows from samples: the last step from a cent down.</summary>
/// <param name="Query">The PromQL selector of the series behind it.</param>
/// <param name="BaseQuantity">Integer, in <paramref name="BaseUnit"/> (such as vCPU-milliseconds): the exact sum of the parts.</param>
/// <param name="AddsUp">True when the parts, added again now, give the stored quantity exactly.</param>
/// <param name="PartsLeftOut">How many parts more there are; they are in the sum.</param>
/// <param name="SamplesExpired">True when retention removed the samples; the stored quantity stays.</param>
public sealed record UsageReceipt(
    string Meter,
    string Machine,
    DateTimeOffset Start,
    DateTimeOffset End,
    string Query,
    string Quantity,
    string Unit,
    string BaseQuantity,
    string BaseUnit,
    bool AddsUp,
    bool SamplesExpired,
    IReadOnlyList<ReceiptPart> Parts,
    int PartsLeftOut,
    IReadOnlyList<UsageGap> Gaps);

/// <summary>The share of one stretch between two samples.</summary>
/// <param name="Series">The series' labels in PromQL's notation.</param>
/// <param name="Value">The sample's value as it was stored.</param>
/// <param name="BaseQuantity">What the stretch adds, in the receipt's base unit.</param>
/// <param name="Note">Such as <c>counter restarted, counted from 0</c>, or null.</param>
public sealed record ReceiptPart(
    string Series,
    DateTimeOffset From,
    DateTimeOffset To,
    string Value,
    string BaseQuantity,
    string? Note);
