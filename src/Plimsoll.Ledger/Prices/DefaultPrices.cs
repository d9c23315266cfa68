namespace Plimsoll.Ledger;

/// <summary>The price book that a new installation starts with.</summary>
public static class DefaultPrices
{
    public static string Yaml { get; } = Load();

    private static string Load()
    {
        using Stream stream = typeof(DefaultPrices).Assembly.GetManifestResourceStream("Plimsoll.Ledger.Prices.default.yaml")
            ?? throw new InvalidOperationException("The default price book is missing from the assembly: build it again from a whole source tree.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
