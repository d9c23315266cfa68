using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Plimsoll.Series.Encodings;

/// <summary>
/// How a whole number stands for 64 bits of output. A struct, so that each loop is compiled for its form; both methods must give the same bits.
/// </summary>
internal interface INumberForm
{
    long Bits(long number);

    Vector256<long> Bits(Vector256<long> numbers);
}

/// <summary>The number itself: timestamps and counts.</summary>
internal readonly struct PlainForm : INumberForm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Bits(long number) => number;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<long> Bits(Vector256<long> numbers) => numbers;
}

/// <summary>
/// The bits of a double in the order of the doubles: what is negative has all bits but the sign turned over, so that neighbouring
/// doubles are neighbouring numbers. It is its own inverse.
/// </summary>
internal readonly struct OrderedForm : INumberForm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Bits(long number) => number ^ ((number >> 63) & long.MaxValue);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<long> Bits(Vector256<long> numbers) =>
        numbers ^ (Vector256.LessThan(numbers, Vector256<long>.Zero) & Vector256.Create(long.MaxValue));
}

/// <summary>A whole number below 2^51 as a double.</summary>
internal readonly struct WholeForm : INumberForm
{
    // 1.5 · 2^52: added to the bits, a small number lands in the lowest bits of this double's fraction.
    internal const double Anchor = 6755399441055744.0;

    private static readonly long s_anchorBits = BitConverter.DoubleToInt64Bits(Anchor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Bits(long number) => BitConverter.DoubleToInt64Bits(ToDouble(number));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<long> Bits(Vector256<long> numbers) => ToDouble(numbers).AsInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double ToDouble(long number) => BitConverter.Int64BitsToDouble(unchecked(number + s_anchorBits)) - Anchor;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<double> ToDouble(Vector256<long> numbers) =>
        (numbers + Vector256.Create(s_anchorBits)).AsDouble() - Vector256.Create(Anchor);
}

/// <summary>A whole number below 2^51, divided by a power of ten and rounded to the nearest double: short decimals.</summary>
/// <remarks>
/// Division by multiplication with the reciprocal and one correction with fused multiply-add (Markstein). For divisors up to 10^22
/// the result is the correctly rounded quotient: the error before the last rounding is below 2^-52 units in the last place, and no
/// quotient lies closer than 2^-52 to the middle between two doubles.
/// </remarks>
internal readonly struct DecimalForm(double divisor) : INumberForm
{
    private readonly double _divisor = divisor;
    private readonly double _reciprocal = 1 / divisor;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Bits(long number) => BitConverter.DoubleToInt64Bits(Divide(WholeForm.ToDouble(number)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<long> Bits(Vector256<long> numbers) => Divide(WholeForm.ToDouble(numbers)).AsInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal double Divide(double whole)
    {
        double quotient = whole * _reciprocal;
        return Math.FusedMultiplyAdd(Math.FusedMultiplyAdd(-quotient, _divisor, whole), _reciprocal, quotient);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector256<double> Divide(Vector256<double> whole)
    {
        Vector256<double> reciprocal = Vector256.Create(_reciprocal);
        Vector256<double> quotient = whole * reciprocal;
        Vector256<double> remainder = Fma.MultiplyAddNegated(quotient, Vector256.Create(_divisor), whole);
        return Fma.MultiplyAdd(remainder, reciprocal, quotient);
    }
}
