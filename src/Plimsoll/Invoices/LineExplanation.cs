using System.Globalization;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>One line opened: its arithmetic in a sentence, and the hours that add up to it.</summary>
internal static class LineExplanation
{
    public static void Write(UpcomingInvoice invoice, UpcomingInvoiceLine line, Shell shell)
    {
        TextWriter output = shell.Output;
        output.WriteLine(new Ink(shell.Color).Bold(Printable.Line($"Line {line.Number}: {line.Description} ({line.Id})")));
        output.WriteLine(Printable.Line(line.Derivation));
        output.WriteLine(Printable.Line($"Now at a pace of {line.QuantityPerHourNow} {line.Unit} per hour, {line.AmountPerHourNow} {invoice.Currency} per hour."));
        output.WriteLine(Printable.Line($"If it became final now: {line.AmountRounded} {invoice.Currency}."));
        output.WriteLine();
        if (line.Hours.Count == 0)
        {
            output.WriteLine("No hours yet.");
            return;
        }

        TextTable table = new(
            new TextColumn("hour (UTC)"),
            new TextColumn("machine", Flexible: true),
            new TextColumn($"quantity, {line.Unit}", Align.Decimal),
            new TextColumn($"amount, {invoice.Currency}", Align.Decimal),
            new TextColumn("observed", Align.Right),
            new TextColumn("gaps"));
        foreach (InvoiceHour hour in line.Hours)
        {
            table.Add(
                TimeText.Instant(hour.Start),
                hour.Machine,
                hour.Quantity,
                hour.Amount,
                Observation.Share(hour.ObservedSeconds, hour.Open),
                Observation.Gaps(hour.Gaps));
        }

        table.Add("Sum", "", line.Quantity, line.Amount, "", "");
        table.WriteTo(output, shell);
        output.WriteLine();
        output.WriteLine(Verdict(line));
        output.WriteLine(Printable.Line($"Samples: plimsoll invoice preview --explain {line.Id} --hour {line.Hours[^1].Start.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"));
    }

    /// <summary>Adds the hours again here, so that the sum shown is one that was checked by someone else than its author.</summary>
    private static string Verdict(UpcomingInvoiceLine line)
    {
        bool quantity = Sum(line.Hours.Select(hour => hour.Quantity)) == Number(line.Quantity);
        bool amount = Sum(line.Hours.Select(hour => hour.Amount)) == Number(line.Amount);
        return (quantity, amount) switch
        {
            (true, true) => "The hours add up to the line exactly.",
            (false, true) => "The hours' quantities do NOT add up to the line's.",
            (true, false) => "The hours' amounts do NOT add up to the line's.",
            _ => "The hours do NOT add up to the line.",
        };
    }

    private static decimal? Sum(IEnumerable<string> numbers)
    {
        decimal? sum = 0;
        foreach (string number in numbers)
        {
            sum += Number(number);
        }

        return sum;
    }

    private static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal number)
            ? number
            : null;
}
