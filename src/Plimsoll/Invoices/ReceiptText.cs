using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>An hour opened to its samples: what each stretch between two of them added.</summary>
internal static class ReceiptText
{
    public static void Write(UsageReceipt receipt, Shell shell)
    {
        TextWriter output = shell.Output;
        output.WriteLine(new Ink(shell.Color).Bold(Printable.Line(
            $"{receipt.Meter} of {receipt.Machine}, {TimeText.Instant(receipt.Start)} to {TimeText.Instant(receipt.End)} UTC")));
        output.WriteLine(Printable.Line($"Series   {receipt.Query}"));
        output.WriteLine(Printable.Line($"Quantity {receipt.Quantity} {receipt.Unit} = {receipt.BaseQuantity} {receipt.BaseUnit}"));
        output.WriteLine($"Gaps     {Observation.Gaps(receipt.Gaps)}");
        output.WriteLine();
        if (receipt.SamplesExpired)
        {
            output.WriteLine("The samples behind it are older than the retention and gone; the quantity stays.");
            return;
        }

        TextTable table = new(
            new TextColumn("from (UTC)"),
            new TextColumn("to"),
            new TextColumn("series", Flexible: true),
            new TextColumn("value", Align.Decimal),
            new TextColumn($"adds, {receipt.BaseUnit}", Align.Decimal),
            new TextColumn("note"));
        foreach (ReceiptPart part in receipt.Parts)
        {
            table.Add(
                TimeText.Second(part.From),
                TimeText.Clock(part.To),
                part.Series,
                part.Value,
                part.BaseQuantity,
                part.Note ?? "");
        }

        table.WriteTo(output, shell);
        output.WriteLine();
        if (receipt.PartsLeftOut > 0)
        {
            output.WriteLine($"{receipt.PartsLeftOut} more stretches are not shown; they are in the sum.");
        }

        output.WriteLine(receipt.AddsUp
            ? $"The {receipt.Parts.Count + receipt.PartsLeftOut} stretches add up to the quantity exactly."
            : "The stretches, added again now, do NOT give the stored quantity: samples were removed or came late.");
    }
}
