using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Plimsoll.Series.Encodings;

/// <summary>
/// Turns a column of whole numbers into small residuals by trying: differences of order 0, 1 or 2, a common divisor, outliers set
/// apart. It writes the prefix that a reader needs to undo that and leaves the residuals for one of the <see cref="ResidualMode"/>s.
/// </summary>
internal static class ResidualPlanner
{
    /// <summary>An outlier costs its place, about a byte and a half, beside its own bits.</summary>
    private const int OutlierBits = 14;

    /// <param name="numbers">At least one. On return, element 0 means nothing and the others are the residuals.</param>
    [SkipLocalsInit]
    public static ResidualPlan Plan(scoped Span<long> numbers, ref ByteSink sink)
    {
        int headAt = sink.Length;
        sink.Byte(0);
        sink.Zigzag(numbers[0]);
        if (numbers.Length == 1)
        {
            return new ResidualPlan(headAt, ResidualMode.Constant, 0, 0, 0);
        }

        Span<long> mins = stackalloc long[3 * ResidualCosts.MaxMiniBlocks];
        Span<long> maxs = stackalloc long[3 * ResidualCosts.MaxMiniBlocks];
        int order = ChooseOrder(numbers, mins, maxs);
        if (order == 2)
        {
            sink.Zigzag(numbers[1] - numbers[0]);
        }

        Differences(numbers, order);
        Span<long> residuals = numbers[1..];
        int flags = order;
        ResidualCosts costs = ResidualCosts.Measure(residuals, mins, maxs);
        if (MayHaveOutliers(costs, residuals.Length) && SetOutliersApart(residuals, costs.Best().Bits, ref sink))
        {
            flags |= IntegerColumn.HasOutliers;
            costs = ResidualCosts.Measure(residuals, mins, maxs);
        }

        if (costs.Min != costs.Max)
        {
            ulong divisor = CommonDivisor(residuals, costs.AnyBits);
            if (divisor > 1)
            {
                flags |= IntegerColumn.HasDivisor;
                WriteDivisor(divisor, ref sink);
                Divide(residuals, divisor);
                costs = ResidualCosts.Measure(residuals, mins, maxs);
            }
        }

        sink[headAt] = (byte)flags;
        long min = costs.Min;
        long max = costs.Max;
        if (min == max)
        {
            return new ResidualPlan(headAt, ResidualMode.Constant, min, max, 0);
        }

        (ResidualMode mode, long bits) = costs.Best();
        long sparse = SparseBits(costs, residuals.Length);
        return sparse < bits
            ? new ResidualPlan(headAt, ResidualMode.Sparse, min, max, sparse)
            : new ResidualPlan(headAt, mode, min, max, bits);
    }

    /// <summary>Measures all three orders in one pass over the numbers.</summary>
    [SkipLocalsInit]
    private static int ChooseOrder(ReadOnlySpan<long> numbers, Span<long> mins, Span<long> maxs)
    {
        const int Blocks = ResidualCosts.MaxMiniBlocks;
        ref long at = ref MemoryMarshal.GetReference(numbers);
        Vector256<long> first = Vector256.Create(numbers[0]);
        for (int block = 0, i = 1; i < numbers.Length; block++)
        {
            int end = Math.Min(i + ResidualCosts.MiniBlock, numbers.Length);

            Vector256<long> low0 = Vector256.Create(long.MaxValue), low1 = low0, low2 = low0;
            Vector256<long> high0 = Vector256.Create(long.MinValue), high1 = high0, high2 = high0;
            if (i == 1)
            {
                // The very first change of a difference counts as zero: that difference is stored.
                low0 = high0 = Vector256.Create(numbers[1] - numbers[0]);
                low1 = high1 = low0;
                low2 = high2 = Vector256<long>.Zero;
                i = 2;
            }

            for (; i <= end - 4; i += 4)
            {
                Vector256<long> four = Vector256.LoadUnsafe(ref at, (nuint)i);
                Vector256<long> before = Vector256.LoadUnsafe(ref at, (nuint)(i - 1));
                Vector256<long> distance = four - first;
                Vector256<long> delta = four - before;
                Vector256<long> change = delta - (before - Vector256.LoadUnsafe(ref at, (nuint)(i - 2)));
                low0 = Vector256.Min(low0, distance);
                high0 = Vector256.Max(high0, distance);
                low1 = Vector256.Min(low1, delta);
                high1 = Vector256.Max(high1, delta);
                low2 = Vector256.Min(low2, change);
                high2 = Vector256.Max(high2, change);
            }

            (long min0, long max0) = (ResidualCosts.Least(low0), ResidualCosts.Greatest(high0));
            (long min1, long max1) = (ResidualCosts.Least(low1), ResidualCosts.Greatest(high1));
            (long min2, long max2) = (ResidualCosts.Least(low2), ResidualCosts.Greatest(high2));
            for (; i < end; i++)
            {
                long distance = numbers[i] - numbers[0];
                long delta = numbers[i] - numbers[i - 1];
                long change = delta - (numbers[i - 1] - numbers[i - 2]);
                (min0, max0) = (Math.Min(min0, distance), Math.Max(max0, distance));
                (min1, max1) = (Math.Min(min1, delta), Math.Max(max1, delta));
                (min2, max2) = (Math.Min(min2, change), Math.Max(max2, change));
            }

            (mins[block], maxs[block]) = (min0, max0);
            (mins[Blocks + block], maxs[Blocks + block]) = (min1, max1);
            (mins[(2 * Blocks) + block], maxs[(2 * Blocks) + block]) = (min2, max2);
        }

        int count = numbers.Length - 1;
        int best = 1;
        long bestBits = new ResidualCosts(mins[Blocks..], maxs[Blocks..], count).Best().Bits;
        long zero = new ResidualCosts(mins, maxs, count).Best().Bits;
        if (zero < bestBits)
        {
            (best, bestBits) = (0, zero);
        }

        // The second order has one number more to store.
        long second = 32 + new ResidualCosts(mins[(2 * Blocks)..], maxs[(2 * Blocks)..], count).Best().Bits;
        return second < bestBits ? 2 : best;
    }

    /// <summary>From the last to the first, so that each still finds those before it as they were.</summary>
    private static void Differences(Span<long> numbers, int order)
    {
        ref long at = ref MemoryMarshal.GetReference(numbers);
        Vector256<long> first = Vector256.Create(numbers[0]);
        long second = numbers[1];
        int i = numbers.Length - 4;
        for (; i >= 2; i -= 4)
        {
            Vector256<long> four = Vector256.LoadUnsafe(ref at, (nuint)i);
            Vector256<long> before = order == 0 ? first : Vector256.LoadUnsafe(ref at, (nuint)(i - 1));
            Vector256<long> residuals = four - before;
            if (order == 2)
            {
                residuals -= before - Vector256.LoadUnsafe(ref at, (nuint)(i - 2));
            }

            residuals.StoreUnsafe(ref at, (nuint)i);
        }

        for (i += 3; i >= 2; i--)
        {
            numbers[i] = order switch
            {
                0 => numbers[i] - numbers[0],
                1 => numbers[i] - numbers[i - 1],
                _ => numbers[i] - numbers[i - 1] - (numbers[i - 1] - numbers[i - 2]),
            };
        }

        numbers[1] = order == 2 ? 0 : second - numbers[0];
    }

    /// <summary>Not if the greatest residual is about as great as the others: looking closer would cost more than anything else here.</summary>
    private static bool MayHaveOutliers(ResidualCosts costs, int count)
    {
        ulong greatest = Math.Max(Magnitude(costs.Min), Magnitude(costs.Max)) >> 1;
        return BitPacking.WidthOf(greatest) > 48 || greatest * (ulong)count > 5 * costs.Magnitudes;
    }

    /// <summary>Takes out the few residuals that would widen all others: their neighbour stands in their place, the prefix gets places and corrections.</summary>
    private static bool SetOutliersApart(scoped Span<long> residuals, long packedBits, ref ByteSink sink)
    {
        Span<int> ofWidth = stackalloc int[65];
        ofWidth.Clear();
        foreach (long residual in residuals)
        {
            ofWidth[BitPacking.WidthOf(Magnitude(residual))]++;
        }

        int widest = 64;
        while (widest > 0 && ofWidth[widest] == 0)
        {
            widest--;
        }

        long most = residuals.Length / 32;
        long bestCost = Math.Min(packedBits, (long)widest * residuals.Length);
        long mustSave = 48;
        int limit = widest;
        int outliers = 0;
        int apart = 0;
        long apartBits = 0;
        for (int width = widest; width > 0; width--)
        {
            apart += ofWidth[width];
            apartBits += (long)ofWidth[width] * (width + OutlierBits);
            if (apart > most)
            {
                break;
            }

            long cost = ((long)(width - 1) * residuals.Length) + apartBits;
            if (cost + mustSave < bestCost)
            {
                (bestCost, limit, outliers) = (cost, width - 1, apart);
            }
        }

        if (outliers == 0)
        {
            return false;
        }

        sink.Varint((ulong)outliers);
        long usual = 0;
        foreach (long residual in residuals)
        {
            if (BitPacking.WidthOf(Magnitude(residual)) <= limit)
            {
                usual = residual;
                break;
            }
        }

        int next = 0;
        for (int i = 0; i < residuals.Length; i++)
        {
            if (BitPacking.WidthOf(Magnitude(residuals[i])) > limit)
            {
                sink.Varint((ulong)(i - next));
                sink.Zigzag(residuals[i] - usual);
                residuals[i] = usual;
                next = i + 1;
            }
            else
            {
                usual = residuals[i];
            }
        }

        return true;
    }

    private static ulong CommonDivisor(ReadOnlySpan<long> residuals, ulong any)
    {
        int shift = BitOperations.TrailingZeroCount(any);
        ulong odd = 0;
        foreach (long residual in residuals)
        {
            if (residual != 0)
            {
                odd = Gcd(odd, (ulong)(residual < 0 ? -residual : residual) >> shift);
                if (odd == 1)
                {
                    break;
                }
            }
        }

        // Without its powers of two, because the numbers may not all have the same.
        return (odd >> BitOperations.TrailingZeroCount(odd)) << shift;
    }

    private static ulong Gcd(ulong one, ulong other)
    {
        while (other != 0)
        {
            (one, other) = (other, one % other);
        }

        return one;
    }

    private static void WriteDivisor(ulong divisor, ref ByteSink sink)
    {
        if (BitOperations.IsPow2(divisor))
        {
            sink.Byte((byte)BitOperations.TrailingZeroCount(divisor));
        }
        else
        {
            sink.Byte(IntegerColumn.AnyDivisor);
            sink.Varint(divisor);
        }
    }

    /// <summary>Exact division: shift out the powers of two, multiply with the inverse of the rest modulo 2^64.</summary>
    private static void Divide(Span<long> residuals, ulong divisor)
    {
        int shift = BitOperations.TrailingZeroCount(divisor);
        ulong odd = divisor >> shift;
        ulong inverse = odd;
        for (int i = 0; i < 5; i++)
        {
            inverse *= 2 - (odd * inverse);
        }

        foreach (ref long residual in residuals)
        {
            residual = (residual >> shift) * (long)inverse;
        }
    }

    /// <returns>About what a bitmap and the packed rest cost; more than anything else if few are zero.</returns>
    private static long SparseBits(ResidualCosts costs, int count)
    {
        long present = count - costs.Zeros;
        return present * 2 > count
            ? long.MaxValue
            : 8 + count + (8 * 6) + (present * BitPacking.WidthOf((ulong)(costs.Max - costs.Min)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Magnitude(long residual) => (ulong)((residual << 1) ^ (residual >> 63));
}
