namespace Plimsoll.Client;

/// <summary>The version that holds an imported text.</summary>
/// <param name="Created">False where the newest version had that very text already: nothing changed.</param>
public sealed record ImportedPriceBook(PriceBook Book, bool Created);
