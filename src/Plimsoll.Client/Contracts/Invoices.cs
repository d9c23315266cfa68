namespace Plimsoll.Client;

/// <summary>What a period costs so far. Amounts carry nine decimals; a line is rounded once, when it becomes final.</summary>
public sealed record UpcomingInvoice(
    string Org,
    string Currency,
    DateTimeOffset PeriodStart,
    DateTimeOffset PeriodEnd,
    DateTimeOffset UsageUntil,
    string PriceBook,
    int PriceBookVersion,
    string Total,
    string TotalPerHourNow,
    string? TotalIfContinued,
    IReadOnlyList<UpcomingInvoiceLine> Lines);

/// <summary>One line: quantity × price, with the hours that add up to it.</summary>
/// <param name="Id">Stable within the invoice; the meter's id.</param>
/// <param name="Amount">The sum of the hours' amounts, exactly.</param>
/// <param name="AmountRounded">What the line would be if it became final now, to the cent, half away from zero.</param>
/// <param name="QuantityPerHourNow">The pace of the last minutes, per hour.</param>
/// <param name="Derivation">The line in one sentence of arithmetic.</param>
public sealed record UpcomingInvoiceLine(
    string Id,
    int Number,
    string Meter,
    string Description,
    string Quantity,
    string Unit,
    string UnitPrice,
    string Amount,
    string AmountRounded,
    string QuantityPerHourNow,
    string AmountPerHourNow,
    string Derivation,
    IReadOnlyList<InvoiceHour> Hours);

/// <summary>One hour of one machine within a line.</summary>
public sealed record InvoiceHour(
    string Machine,
    string App,
    DateTimeOffset Start,
    string Quantity,
    string Amount,
    string ObservedSeconds,
    IReadOnlyList<UsageGap> Gaps,
    bool Open);
