using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Plimsoll.Series.Encodings;

/// <summary>Undoes differences: of order 0 (from the first number), 1 (from the one before) or 2 (differences of differences).</summary>
internal static class RunningSums
{
    /// <summary>True if <see cref="Vectors{TForm}"/> can run here; otherwise <see cref="Portable{TForm}"/> gives the same bits.</summary>
    public static bool Vectorized => Avx2.IsSupported && Fma.IsSupported;

    /// <summary>
    /// Turns differences in place into numbers, and those into their form. Element 0 is <paramref name="first"/> whatever was there;
    /// all additions wrap.
    /// </summary>
    /// <param name="firstDelta">Of order 2: the difference that the first difference of differences is counted from.</param>
    public static void Apply<TForm>(Span<long> numbers, int order, long first, long firstDelta, TForm form)
        where TForm : struct, INumberForm
    {
        if (Vectorized)
        {
            Vectors(numbers, order, first, firstDelta, form);
        }
        else
        {
            Portable(numbers, order, first, firstDelta, form);
        }
    }

    internal static void Portable<TForm>(Span<long> numbers, int order, long first, long firstDelta, TForm form)
        where TForm : struct, INumberForm
    {
        if (numbers.Length == 0)
        {
            return;
        }

        numbers[0] = form.Bits(first);
        Continue(numbers, 1, order, first, first, firstDelta, form);
    }

    internal static void Vectors<TForm>(Span<long> numbers, int order, long first, long firstDelta, TForm form)
        where TForm : struct, INumberForm
    {
        if (numbers.Length == 0)
        {
            return;
        }

        numbers[0] = form.Bits(first);
        ref long at = ref MemoryMarshal.GetReference(numbers);
        int i = 1;
        long last = first;
        long delta = firstDelta;
        if (order == 0)
        {
            Vector256<long> origin = Vector256.Create(first);
            for (; i <= numbers.Length - 4; i += 4)
            {
                form.Bits(Vector256.LoadUnsafe(ref at, (nuint)i) + origin).StoreUnsafe(ref at, (nuint)i);
            }
        }
        else if (order == 1)
        {
            Vector256<long> carry = Vector256.Create(first);
            for (; i <= numbers.Length - 4; i += 4)
            {
                Vector256<long> sums = Within(Vector256.LoadUnsafe(ref at, (nuint)i));
                form.Bits(sums + carry).StoreUnsafe(ref at, (nuint)i);
                carry += Avx2.Permute4x64(sums, 0xFF);
            }

            last = carry.ToScalar();
        }
        else
        {
            Vector256<long> carry = Vector256.Create(first);
            Vector256<long> deltas = Vector256.Create(firstDelta);
            for (; i <= numbers.Length - 4; i += 4)
            {
                Vector256<long> steps = Within(Vector256.LoadUnsafe(ref at, (nuint)i));
                Vector256<long> sums = Within(steps + deltas);
                deltas += Avx2.Permute4x64(steps, 0xFF);
                form.Bits(sums + carry).StoreUnsafe(ref at, (nuint)i);
                carry += Avx2.Permute4x64(sums, 0xFF);
            }

            last = carry.ToScalar();
            delta = deltas.ToScalar();
        }

        Continue(numbers, i, order, first, last, delta, form);
    }

    private static void Continue<TForm>(Span<long> numbers, int from, int order, long first, long last, long delta, TForm form)
        where TForm : struct, INumberForm
    {
        for (int i = from; i < numbers.Length; i++)
        {
            long residual = numbers[i];
            if (order == 0)
            {
                last = first + residual;
            }
            else if (order == 1)
            {
                last += residual;
            }
            else
            {
                delta += residual;
                last += delta;
            }

            numbers[i] = form.Bits(last);
        }
    }

    /// <summary>a, b, c, d → a, a+b, a+b+c, a+b+c+d.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<long> Within(Vector256<long> numbers)
    {
        // Shifting by one lane crosses the halves of the register, hence the permutation with a zero blended in.
        Vector256<long> byOne = Avx2.Blend(Avx2.Permute4x64(numbers, 0b10_01_00_00).AsInt32(), Vector256<int>.Zero, 0b0000_0011).AsInt64();
        Vector256<long> pairs = numbers + byOne;
        return pairs + Avx2.Permute2x128(pairs, pairs, 0x08);
    }
}
