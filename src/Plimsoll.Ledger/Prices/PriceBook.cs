using System.Collections.Immutable;

namespace Plimsoll.Ledger;

/// <summary>A version of an organization's price book. Never changes.</summary>
/// <param name="Version">1, 2, 3, … within the organization.</param>
/// <param name="EffectiveFrom">The first hour that it prices. The first version prices all hours before it too.</param>
/// <param name="Yaml">The text as it was imported.</param>
public sealed record PriceBook(
    string Name,
    int Version,
    Currency Currency,
    DateTimeOffset ImportedAt,
    DateTimeOffset EffectiveFrom,
    ImmutableArray<Price> Prices,
    string Yaml)
{
    /// <summary>The price of a meter; null when this version, being older than the meter, has none.</summary>
    public Price? For(Meter meter) => Prices.FirstOrDefault(price => price.Meter == meter);
}

/// <summary>What one unit of a meter costs.</summary>
public sealed record Price(Meter Meter, string Description, UnitPrice UnitPrice);

/// <summary>What is wrong with a price book, and what to do; line and column count from 1.</summary>
public sealed record PriceBookProblem(int Line, int Column, string Message)
{
    public override string ToString() => $"line {Line}, column {Column}: {Message}";
}

/// <summary>What became of an import: a version, or the problems that kept it from being one.</summary>
/// <param name="Book">The version, null when there are problems.</param>
/// <param name="Created">False when the text is that of the latest version, which then stays the latest.</param>
/// <param name="Problems">In the order of the text; empty when there is a version.</param>
public sealed record PriceBookImport(PriceBook? Book, bool Created, ImmutableArray<PriceBookProblem> Problems);
