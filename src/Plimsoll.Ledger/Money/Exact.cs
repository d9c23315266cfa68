using System.Numerics;

namespace Plimsoll.Ledger;

/// <summary>Rounding of exact fractions, the only place where money and quantities lose digits.</summary>
internal static class Exact
{
    /// <summary>Decimals of quantities and of amounts that are not final.</summary>
    public const int UpcomingDecimals = 9;

    private static readonly BigInteger LargestDecimal = new(decimal.MaxValue);

    /// <summary>numerator ÷ denominator to a number of decimals, half away from zero.</summary>
    /// <exception cref="OverflowException">The result has more digits than a decimal holds.</exception>
    public static decimal Round(BigInteger numerator, BigInteger denominator, int decimals)
    {
        if (denominator.Sign <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(denominator), "The denominator of an exact fraction must be above zero.");
        }

        BigInteger scaled = BigInteger.Abs(numerator) * BigInteger.Pow(10, decimals);
        BigInteger rounded = ((2 * scaled) + denominator) / (2 * denominator);
        if (rounded > LargestDecimal)
        {
            throw new OverflowException($"{numerator} ÷ {denominator} with {decimals} decimals does not fit a decimal of 28 digits.");
        }

        return OfUnits(numerator.Sign < 0 ? -rounded : rounded, decimals);
    }

    /// <summary>An integer number of 10^−decimals as a decimal, without loss.</summary>
    public static decimal OfUnits(BigInteger units, int decimals)
    {
        BigInteger magnitude = BigInteger.Abs(units);
        return new decimal(
            (int)(uint)(magnitude & uint.MaxValue),
            (int)(uint)((magnitude >> 32) & uint.MaxValue),
            (int)(uint)((magnitude >> 64) & uint.MaxValue),
            units.Sign < 0,
            (byte)decimals);
    }

    /// <summary>A decimal as an exact fraction.</summary>
    public static (BigInteger Numerator, BigInteger Denominator) Fraction(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        BigInteger magnitude = ((BigInteger)(uint)bits[2] << 64) | ((BigInteger)(uint)bits[1] << 32) | (uint)bits[0];
        int scale = (bits[3] >> 16) & 0xff;
        return (bits[3] < 0 ? -magnitude : magnitude, BigInteger.Pow(10, scale));
    }
}
