using System.Globalization;
using Plimsoll.Client;
using Plimsoll.Metering;

namespace Plimsoll.Server.PublicApi;

/// <summary>From the rooms' records to those of the API's contract.</summary>
internal static class Contract
{
    public static App Of(Organizations.App app) => new(app.Id.Value, app.Name, app.CreatedAt);

    public static Machine Of(Organizations.Machine machine, DateTimeOffset now, TimeSpan staleAfter) => new(
        machine.Id.Value,
        machine.App.Value,
        machine.Name,
        machine.Region,
        machine.LastObservedAt is { } last && now - last <= staleAfter ? "running" : "unobserved",
        machine.Vcpus,
        machine.MemoryBytes?.ToString(CultureInfo.InvariantCulture),
        machine.CreatedAt,
        machine.LastObservedAt);

    public static Meter Of(Ledger.Meter meter, Organizations.MachineId machine) =>
        new(meter.Id, meter.Name, meter.Unit, meter.Aggregation, Receipts.Query(meter, Organizations.AppId.Host, machine));

    public static UsageHour Of(Ledger.UsageHour hour) => new(
        hour.Meter.Id,
        hour.Machine.Value,
        hour.App.Value,
        hour.Start,
        hour.Shown.Nine,
        hour.Meter.Unit,
        Seconds(hour.Observed),
        Of(hour.Gaps),
        !hour.Complete);

    public static UsageReceipt Of(Receipt receipt) => new(
        receipt.Stored.Meter.Id,
        receipt.Stored.Machine.Value,
        receipt.Stored.Start,
        receipt.Stored.End,
        receipt.Query,
        receipt.Stored.Shown.Nine,
        receipt.Stored.Meter.Unit,
        receipt.Stored.Quantity.ToString(),
        receipt.Stored.Meter.BaseUnit,
        receipt.AddsUp,
        receipt.SamplesExpired,
        [.. receipt.Parts.Select(part => new Client.ReceiptPart(
            part.Series, part.From, part.To, PrometheusApi.FloatText.ToText(part.Value), part.Quantity.ToString(), part.Note))],
        receipt.PartsLeftOut,
        Of(receipt.Stored.Gaps));

    public static PriceBook Of(Ledger.PriceBook book) => new(
        book.Name,
        book.Version,
        book.Currency.Code,
        book.ImportedAt,
        book.EffectiveFrom,
        [.. book.Prices.Select(price => new Price(price.Meter.Id, price.Description, price.Meter.Unit, price.UnitPrice.Text))],
        book.Yaml);

    public static UpcomingInvoice Of(Ledger.UpcomingInvoice invoice) => new(
        invoice.Organization.Value,
        invoice.Currency.Code,
        invoice.PeriodStart,
        invoice.PeriodEnd,
        invoice.UsageUntil,
        invoice.PriceBook.Name,
        invoice.PriceBook.Version,
        invoice.Total.Nine,
        invoice.TotalPerHourNow.Nine,
        invoice.TotalIfContinued?.Nine,
        [.. invoice.Lines.Select(Of)]);

    private static UpcomingInvoiceLine Of(Ledger.InvoiceLine line) => new(
        line.Id,
        line.Number,
        line.Meter.Id,
        line.Description,
        line.Quantity.Nine,
        line.Meter.Unit,
        line.UnitPrice.Text,
        line.Amount.Nine,
        line.AmountRounded.Minor,
        line.QuantityPerHourNow.Nine,
        line.AmountPerHourNow.Nine,
        line.Derivation,
        [.. line.Hours.Select(hour => new InvoiceHour(
            hour.Machine.Value, hour.App.Value, hour.Start, hour.Quantity.Nine, hour.Amount.Nine, Seconds(hour.Observed), Of(hour.Gaps), hour.Open))]);

    private static IReadOnlyList<UsageGap> Of(IEnumerable<Ledger.Gap> gaps) => [.. gaps.Select(gap => new UsageGap(gap.From, gap.To))];

    private static string Seconds(TimeSpan observed) => ((decimal)observed.Ticks / TimeSpan.TicksPerSecond).ToString("0.###", CultureInfo.InvariantCulture);
}
