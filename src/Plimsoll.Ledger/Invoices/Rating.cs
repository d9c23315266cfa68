using System.Collections.Immutable;
using System.Numerics;

namespace Plimsoll.Ledger;

/// <summary>
/// Prices usage exactly: a line is one exact fraction, rounded once; its hours take the differences of the rounded
/// running sum in time order, so they add up to the line without a remainder that someone must carry.
/// </summary>
internal static class Rating
{
    /// <summary>The exact price of a base quantity is this numerator over this denominator.</summary>
    private readonly record struct Fraction(BigInteger Numerator, BigInteger Denominator)
    {
        public decimal Of(BigInteger quantity, int decimals) => Exact.Round(quantity * Numerator, Denominator, decimals);
    }

    /// <summary>One line from the hours that its version of the book prices.</summary>
    /// <param name="hours">Of one meter, in time order and by machine within an hour.</param>
    public static InvoiceLine Line(string id, Meter meter, PriceBook book, IReadOnlyList<UsageHour> hours, Pace pace)
    {
        Price price = book.For(meter) ?? new Price(meter, $"{meter.Name} (no price in version {book.Version})", new UnitPrice(0m, book.Currency));
        Fraction amount = Amount(meter, price.UnitPrice);
        Fraction quantity = new(BigInteger.One, meter.Scale);

        ImmutableArray<InvoiceHour>.Builder rated = ImmutableArray.CreateBuilder<InvoiceHour>(hours.Count);
        BigInteger total = BigInteger.Zero;
        decimal quantityBefore = 0m;
        decimal amountBefore = 0m;
        foreach (UsageHour hour in hours)
        {
            total += hour.Quantity.ToBigInteger();
            decimal quantityAfter = quantity.Of(total, Exact.UpcomingDecimals);
            decimal amountAfter = amount.Of(total, Exact.UpcomingDecimals);
            rated.Add(new InvoiceHour(
                hour.Machine, hour.App, hour.Start,
                new Quantity(quantityAfter - quantityBefore, meter.Unit),
                new Money(amountAfter - amountBefore, book.Currency),
                hour.Observed, hour.Gaps, Open: !hour.Complete));
            (quantityBefore, amountBefore) = (quantityAfter, amountAfter);
        }

        Quantity shown = new(quantityBefore, meter.Unit);
        Money charged = new(amountBefore, book.Currency);
        return new InvoiceLine(
            id, Number: 0, meter, price.Description, book.Version,
            new BaseQuantity((Int128)total), shown, price.UnitPrice, charged,
            new Money(amount.Of(total, book.Currency.MinorDigits), book.Currency),
            pace.QuantityPerHour(meter), pace.AmountPerHour(meter, price.UnitPrice),
            Derivation(meter, total, shown, price.UnitPrice, charged),
            rated.MoveToImmutable());
    }

    /// <summary>The price of a rate of use: base units per millisecond, over a number of milliseconds.</summary>
    public static decimal AmountOf(Meter meter, UnitPrice price, BigInteger quantity, BigInteger divisor)
    {
        Fraction amount = Amount(meter, price);
        return Exact.Round(quantity * amount.Numerator, amount.Denominator * divisor, Exact.UpcomingDecimals);
    }

    private static Fraction Amount(Meter meter, UnitPrice price)
    {
        (BigInteger numerator, BigInteger denominator) = Exact.Fraction(price.Amount);
        return new Fraction(numerator, denominator * meter.Scale);
    }

    /// <summary>
    /// The arithmetic in shown numbers where they give the amount to the last digit; else from base units, so that
    /// whoever checks the sentence with a calculator gets what it says.
    /// </summary>
    private static string Derivation(Meter meter, BigInteger total, Quantity quantity, UnitPrice price, Money amount)
    {
        (BigInteger quantityNumerator, BigInteger quantityDenominator) = Exact.Fraction(quantity.Value);
        (BigInteger priceNumerator, BigInteger priceDenominator) = Exact.Fraction(price.Amount);
        decimal again = Exact.Round(quantityNumerator * priceNumerator, quantityDenominator * priceDenominator, Exact.UpcomingDecimals);
        return again == amount.Amount
            ? $"{quantity} × {price} = {amount}"
            : $"{total} {meter.BaseUnit} ÷ {meter.Scale} × {price} = {amount}";
    }
}
