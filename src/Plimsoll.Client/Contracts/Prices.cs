namespace Plimsoll.Client;

/// <summary>A version of a price book.</summary>
/// <param name="EffectiveFrom">The first hour that it prices; the first version prices all hours before as well.</param>
/// <param name="Yaml">The text as it was imported.</param>
public sealed record PriceBook(
    string Name,
    int Version,
    string Currency,
    DateTimeOffset ImportedAt,
    DateTimeOffset EffectiveFrom,
    IReadOnlyList<Price> Prices,
    string Yaml);

/// <summary>What one unit of a meter costs.</summary>
public sealed record Price(string Meter, string Description, string Unit, string UnitPrice);

/// <summary>A price book to be imported as a new version.</summary>
public sealed record PriceBookImport(string Yaml);
