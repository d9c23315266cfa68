using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>What each meter's unit costs.</summary>
internal static class PriceTable
{
    public static void Write(PriceBook book, Shell shell)
    {
        shell.Output.WriteLine(new Ink(shell.Color).Bold(Printable.Line($"Price book {book.Name}, version {book.Version}, in {book.Currency}")));
        string hours = book.EffectiveFrom > DateTimeOffset.UnixEpoch ? $"hours from {TimeText.Instant(book.EffectiveFrom)} UTC on" : "all hours";
        shell.Output.WriteLine($"Imported {TimeText.Instant(book.ImportedAt)} UTC, prices {hours}");
        shell.Output.WriteLine();
        TextTable table = new(
            new TextColumn("meter"),
            new TextColumn("description", Flexible: true),
            new TextColumn("unit"),
            new TextColumn("unit price", Align.Decimal));
        foreach (Price price in book.Prices)
        {
            table.Add(price.Meter, price.Description, price.Unit, price.UnitPrice);
        }

        table.WriteTo(shell.Output, shell);
    }
}
