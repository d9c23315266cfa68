using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Plimsoll.Series.Encodings;

/// <summary>Finds values that were decimals of few digits: v is the double nearest to n / 10^e, checked by dividing.</summary>
internal static class ShortDecimals
{
    /// <summary>The greatest power of ten that is a double exactly.</summary>
    public const int MaxExponent = 22;

    /// <summary>
    /// Numbers stay below this. Beyond it the arithmetic is no longer exact, and a NaN might come back by the ways in which one
    /// processor hands on payloads, but not on another.
    /// </summary>
    private const long Limit = 1L << 51;

    private const int Probes = 8;

    private static readonly double[] s_powers =
    [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    public static double Power(int exponent) => s_powers[exponent];

    /// <summary>The smallest exponent that a handful of the values agree on, or −1 if they are no short decimals.</summary>
    public static int Probe(ReadOnlySpan<double> values)
    {
        int exponent = 0;
        int refused = 0;
        int step = Math.Max(1, values.Length / Probes);
        for (int i = 0; i < values.Length; i += step)
        {
            int needed = ExponentOf(values[i], exponent);
            if (needed >= 0)
            {
                exponent = needed;
            }
            else if (double.IsFinite(values[i]) && ++refused > 1)
            {
                return -1;
            }
        }

        return exponent;
    }

    /// <summary>The smallest exponent, not below <paramref name="atLeast"/>, that gives the value back; −1 if none does.</summary>
    public static int ExponentOf(double value, int atLeast)
    {
        for (int exponent = atLeast; exponent <= MaxExponent && double.IsFinite(value); exponent++)
        {
            if (TryNumber(value, exponent, out _))
            {
                return exponent;
            }
        }

        return -1;
    }

    /// <summary>Turns values into the numbers n; where that loses a bit, the position goes to <paramref name="exceptions"/>.</summary>
    /// <returns>How many exceptions there are, or −1 as soon as they are more than fit.</returns>
    public static int ToNumbers(ReadOnlySpan<double> values, int exponent, Span<long> numbers, Span<ushort> exceptions)
    {
        double power = s_powers[exponent];
        DecimalForm form = new(power);
        int count = 0;
        int i = 0;
        if (RunningSums.Vectorized)
        {
            ref double source = ref MemoryMarshal.GetReference(values);
            ref long target = ref MemoryMarshal.GetReference(numbers);
            for (; i <= values.Length - 4; i += 4)
            {
                Vector256<double> four = Vector256.LoadUnsafe(ref source, (nuint)i);
                Vector256<double> anchored = (four * power) + Vector256.Create(WholeForm.Anchor);
                Vector256<long> whole = anchored.AsInt64() - Vector256.Create(BitConverter.DoubleToInt64Bits(WholeForm.Anchor));
                whole.StoreUnsafe(ref target, (nuint)i);
                Vector256<long> small = Vector256.LessThan(whole, Vector256.Create(Limit)) & Vector256.GreaterThan(whole, Vector256.Create(-Limit));
                uint same = (small & Vector256.Equals(form.Bits(whole), four.AsInt64())).ExtractMostSignificantBits();
                if (same != 0xF && !Collect(~same & 0xF, i, exceptions, ref count))
                {
                    return -1;
                }
            }
        }

        for (; i < values.Length; i++)
        {
            if (!TryNumber(values[i], exponent, out numbers[i]) && !Collect(1, i, exceptions, ref count))
            {
                return -1;
            }
        }

        return count;
    }

    internal static bool TryNumber(double value, int exponent, out long number)
    {
        double power = s_powers[exponent];
        number = unchecked(BitConverter.DoubleToInt64Bits((value * power) + WholeForm.Anchor) - BitConverter.DoubleToInt64Bits(WholeForm.Anchor));
        return number is > -Limit and < Limit && new DecimalForm(power).Bits(number) == BitConverter.DoubleToInt64Bits(value);
    }

    private static bool Collect(uint lanes, int from, Span<ushort> exceptions, ref int count)
    {
        for (; lanes != 0; lanes &= lanes - 1)
        {
            if (count == exceptions.Length)
            {
                return false;
            }

            exceptions[count++] = (ushort)(from + System.Numerics.BitOperations.TrailingZeroCount(lanes));
        }

        return true;
    }
}
