namespace Plimsoll.Ledger;

/// <summary>An amount in a currency. Decimal, never binary floating point; amounts of two currencies don't add.</summary>
public readonly record struct Money(decimal Amount, Currency Currency)
{
    public static Money Zero(Currency currency) => new(0m, currency);

    public static Money operator +(Money left, Money right) => left.Currency == right.Currency
        ? new Money(left.Amount + right.Amount, left.Currency)
        : throw new InvalidOperationException($"{left.Currency} and {right.Currency} can't be added: convert one first.");

    public static Money Add(Money left, Money right) => left + right;

    /// <summary>The amount with nine decimals, such as <c>0.024691358</c>.</summary>
    public string Nine => Amount.ToString("0.000000000");

    /// <summary>The amount with the currency's decimals, such as <c>0.02</c>. The amount must have been rounded to them.</summary>
    public string Minor => Amount.ToString("F" + Currency.MinorDigits);

    /// <summary>With the currency's sign and nine decimals.</summary>
    public override string ToString() => Currency.Symbol + Nine;
}

/// <summary>What one unit of a meter costs, with the decimals that the price book wrote.</summary>
/// <param name="Amount">Zero or more, at most 12 decimals.</param>
public readonly record struct UnitPrice(decimal Amount, Currency Currency)
{
    /// <summary>The number as the price book wrote it, such as <c>0.0200</c>.</summary>
    public string Text => Amount.ToString();

    public override string ToString() => Currency.Symbol + Text;
}
