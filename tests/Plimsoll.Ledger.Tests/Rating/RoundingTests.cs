using System.Numerics;
using CsCheck;

namespace Plimsoll.Ledger.Tests;

public sealed class RoundingTests
{
    [Theory]
    [InlineData(1, 2, 0, "1")]
    [InlineData(-1, 2, 0, "-1")]
    [InlineData(5, 1000, 2, "0.01")]
    [InlineData(4999, 1000000, 2, "0.00")]
    [InlineData(1, 3, 9, "0.333333333")]
    [InlineData(2, 3, 9, "0.666666667")]
    public void A_half_rounds_away_from_zero(long numerator, long denominator, int decimals, string expected) =>
        Assert.Equal(expected, Exact.Round(numerator, denominator, decimals).ToString());

    [Fact]
    public void A_decimal_is_the_fraction_that_it_writes() =>
        Gen.Decimal.Sample(value =>
        {
            (BigInteger numerator, BigInteger denominator) = Exact.Fraction(value);
            Assert.Equal(value, (decimal)numerator / (decimal)denominator, 9);
        }, iter: 200, print: value => value.ToString());

    [Fact]
    public void Rounding_an_exact_decimal_again_changes_nothing() =>
        Gen.Select(Gen.Long[-1_000_000_000_000, 1_000_000_000_000], Gen.Int[0, 9]).Sample((units, decimals) =>
        {
            decimal value = Exact.OfUnits(units, decimals);
            (BigInteger numerator, BigInteger denominator) = Exact.Fraction(value);
            Assert.Equal(value, Exact.Round(numerator, denominator, 9));
        }, iter: 500);

    [Fact]
    public void A_result_beyond_a_decimal_is_refused_by_name() =>
        Assert.Throws<OverflowException>(() => Exact.Round(BigInteger.Pow(10, 29), 1, 9));

    [Fact]
    public void A_month_of_a_machine_with_24_TB_is_counted_to_the_byte()
    {
        Int128 month = (Int128)24_000_000_000_000 * 744 * 3_600_000;
        BaseQuantity quantity = new(month);
        Assert.Equal(quantity, BaseQuantity.Parse(quantity.ToString()));
        Assert.Equal(16629695.892333984m, Meters.Memory.Show(quantity).Value);
    }

    [Fact]
    public void Amounts_of_two_currencies_do_not_add() =>
        Assert.Throws<InvalidOperationException>(() => new Money(1m, Currency.Usd) + new Money(1m, new Currency("EUR")));

    [Fact]
    public void A_yen_has_no_decimals() => Assert.Equal("12", new Money(12m, new Currency("JPY")).Minor);
}
