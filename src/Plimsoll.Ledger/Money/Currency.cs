using System.Collections.Frozen;

namespace Plimsoll.Ledger;

/// <summary>A currency of ISO 4217 that prices may be in.</summary>
public readonly record struct Currency
{
    private static readonly FrozenDictionary<string, (int MinorDigits, string Symbol)> Known = new Dictionary<string, (int, string)>
    {
        ["AUD"] = (2, "A$"),
        ["BRL"] = (2, "R$"),
        ["CAD"] = (2, "CA$"),
        ["CHF"] = (2, "CHF "),
        ["EUR"] = (2, "€"),
        ["GBP"] = (2, "£"),
        ["INR"] = (2, "₹"),
        ["JPY"] = (0, "¥"),
        ["NZD"] = (2, "NZ$"),
        ["SGD"] = (2, "S$"),
        ["USD"] = (2, "$"),
        ["ZAR"] = (2, "R "),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly string? _code;

    /// <exception cref="ArgumentException">The code is not one that Plimsoll bills in.</exception>
    public Currency(string code) =>
        _code = IsKnown(code) ? code : throw new ArgumentException($"'{code}' is no currency that Plimsoll bills in: {KnownCodes}.", nameof(code));

    public static Currency Usd { get; } = new("USD");

    /// <summary>The codes that Plimsoll bills in, for messages.</summary>
    public static string KnownCodes { get; } = string.Join(", ", Known.Keys.Order(StringComparer.Ordinal));

    public string Code => _code ?? throw new InvalidOperationException("A default Currency names no currency.");

    /// <summary>Decimals of the smallest amount that can be paid.</summary>
    public int MinorDigits => Known[Code].MinorDigits;

    public string Symbol => Known[Code].Symbol;

    public static bool IsKnown(string code) => Known.ContainsKey(code);

    public override string ToString() => Code;
}
