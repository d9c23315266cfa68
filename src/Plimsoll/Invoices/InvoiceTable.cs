using System.Globalization;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>The invoice as a table: every line, zero lines too, and the total that they add up to.</summary>
internal static class InvoiceTable
{
    public static void Write(UpcomingInvoice invoice, Shell shell)
    {
        TextWriter output = shell.Output;
        Ink ink = new(shell.Color);
        output.WriteLine(ink.Bold(Printable.Line($"Upcoming invoice of {invoice.Org}")));
        output.WriteLine($"Period      {TimeText.Instant(invoice.PeriodStart)} to {TimeText.Instant(invoice.PeriodEnd)} UTC");
        output.WriteLine($"Usage until {TimeText.Instant(invoice.UsageUntil)} UTC");
        output.WriteLine(Printable.Line($"Prices      {invoice.PriceBook}, version {invoice.PriceBookVersion}, in {invoice.Currency}"));
        output.WriteLine();

        TextTable table = new(
            new TextColumn("#", Align.Right),
            new TextColumn("line", Flexible: true),
            new TextColumn("quantity", Align.Decimal),
            new TextColumn("unit"),
            new TextColumn("unit price", Align.Decimal),
            new TextColumn("amount", Align.Decimal));
        foreach (UpcomingInvoiceLine line in invoice.Lines)
        {
            table.Add(line.Number.ToString(CultureInfo.InvariantCulture), line.Description, line.Quantity, line.Unit, line.UnitPrice, line.Amount);
        }

        table.Add("", "Total", "", invoice.Currency, "", invoice.Total);
        table.WriteTo(output, shell);
        output.WriteLine();
        output.WriteLine(Printable.Line($"Now at a pace of {invoice.TotalPerHourNow} {invoice.Currency} per hour"
            + (invoice.TotalIfContinued is { } continued ? $"; {continued} {invoice.Currency} for the period if it goes on like this." : ".")));
        output.WriteLine("Why: plimsoll invoice preview --explain LINE");
    }
}
