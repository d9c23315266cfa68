using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>What each meter's unit costs.</summary>
internal static class PriceTable
{
    /// <param name="newest">The version that follows <paramref name="book"/>, or that one itself.</param>
    public static void Write(PriceBook book, PriceBook newest, Shell shell)
    {
        shell.Output.WriteLine(new Ink(shell.Color).Bold(Printable.Line($"Price book {book.Name}, version {book.Version}, in {book.Currency}")));
        shell.Output.WriteLine($"Imported {TimeText.Instant(book.ImportedAt)} UTC, prices {Hours(book, newest)}");
        if (newest.Version != book.Version)
        {
            shell.Output.WriteLine($"From {TimeText.Instant(newest.EffectiveFrom)} UTC: version {newest.Version}");
        }

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

    private static string Hours(PriceBook book, PriceBook newest)
    {
        string from = TimeText.Instant(book.EffectiveFrom);
        string to = TimeText.Instant(newest.EffectiveFrom);

        // The first version prices the hours before it too.
        return (First: book.Version == 1, Last: book.Version == newest.Version) switch
        {
            (true, true) => "all hours",
            (true, false) => $"all hours before {to} UTC",
            (false, true) => $"hours from {from} UTC on",
            _ => $"hours from {from} to {to} UTC",
        };
    }
}
