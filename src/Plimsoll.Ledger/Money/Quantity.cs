using System.Numerics;

namespace Plimsoll.Ledger;

/// <summary>A quantity in a meter's unit, rounded to nine decimals: what people read and invoices show.</summary>
public readonly record struct Quantity(decimal Value, string Unit)
{
    /// <summary>With nine decimals, such as <c>1.234567890</c>.</summary>
    public string Nine => Value.ToString("0.000000000");

    public override string ToString() => $"{Nine} {Unit}";
}

/// <summary>
/// An exact quantity in a meter's base unit, such as vCPU-milliseconds: what is stored and added up.
/// </summary>
/// <remarks>
/// 128 bits, since a month of a machine with 24 TB is 6.4·10²² byte-milliseconds, beyond a long. Never negative; overflow throws.
/// </remarks>
public readonly record struct BaseQuantity : IComparable<BaseQuantity>
{
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public BaseQuantity(Int128 value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, Int128.Zero);
        Value = value;
    }

    public static BaseQuantity Zero => default;

    public Int128 Value { get; }

    public BigInteger ToBigInteger() => (BigInteger)Value;

    /// <exception cref="FormatException">The text is no whole number of zero or more.</exception>
    public static BaseQuantity Parse(string text) => Int128.TryParse(text, System.Globalization.NumberStyles.None, null, out Int128 value)
        ? new BaseQuantity(value)
        : throw new FormatException($"'{text}' is no base quantity: a whole number of zero or more is.");

    public static BaseQuantity operator +(BaseQuantity left, BaseQuantity right) => new(checked(left.Value + right.Value));

    public static BaseQuantity Add(BaseQuantity left, BaseQuantity right) => left + right;

    public static bool operator <(BaseQuantity left, BaseQuantity right) => left.Value < right.Value;

    public static bool operator >(BaseQuantity left, BaseQuantity right) => left.Value > right.Value;

    public static bool operator <=(BaseQuantity left, BaseQuantity right) => left.Value <= right.Value;

    public static bool operator >=(BaseQuantity left, BaseQuantity right) => left.Value >= right.Value;

    public int CompareTo(BaseQuantity other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString();
}
