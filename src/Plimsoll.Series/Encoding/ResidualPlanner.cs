using System.Numerics;
using System.Runtime.CompilerServices;

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
        if (SetOutliersApart(residuals, ref sink))
        {
            flags |= IntegerColumn.HasOutliers;
        }

        ResidualCosts costs = ResidualCosts.Measure(residuals, mins, maxs);
        if (costs.Min != costs.Max)
        {
            ulong divisor = CommonDivisor(residuals);
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
        long sparse = SparseBits(residuals);
        return sparse < bits
            ? new ResidualPlan(headAt, ResidualMode.Sparse, min, max, sparse)
            : new ResidualPlan(headAt, mode, min, max, bits);
    }

    /// <summary>Measures all three orders in one pass over the numbers.</summary>
    [SkipLocalsInit]
    private static int ChooseOrder(ReadOnlySpan<long> numbers, Span<long> mins, Span<long> maxs)
    {
        const int Blocks = ResidualCosts.MaxMiniBlocks;
        long first = numbers[0];
        long last = first;
        long lastDelta = numbers[1] - first;
        int block = 0;
        for (int from = 1; from < numbers.Length; block++, from += ResidualCosts.MiniBlock)
        {
            long min0 = long.MaxValue, max0 = long.MinValue, min1 = long.MaxValue, max1 = long.MinValue, min2 = long.MaxValue, max2 = long.MinValue;
            foreach (long number in numbers.Slice(from, Math.Min(ResidualCosts.MiniBlock, numbers.Length - from)))
            {
                long distance = number - first;
                long delta = number - last;
                long change = delta - lastDelta;
                last = number;
                lastDelta = delta;
                min0 = Math.Min(min0, distance);
                max0 = Math.Max(max0, distance);
                min1 = Math.Min(min1, delta);
                max1 = Math.Max(max1, delta);
                min2 = Math.Min(min2, change);
                max2 = Math.Max(max2, change);
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

    private static void Differences(Span<long> numbers, int order)
    {
        if (order == 0)
        {
            long first = numbers[0];
            foreach (ref long number in numbers[1..])
            {
                number -= first;
            }

            return;
        }

        long last = numbers[0];
        long lastDelta = order == 2 ? numbers[1] - last : 0;
        foreach (ref long number in numbers[1..])
        {
            long delta = number - last;
            last = number;
            if (order == 2)
            {
                number = delta - lastDelta;
                lastDelta = delta;
            }
            else
            {
                number = delta;
            }
        }
    }

    /// <summary>Takes out the few residuals that would widen all others: their neighbour stands in their place, the prefix gets places and corrections.</summary>
    private static bool SetOutliersApart(scoped Span<long> residuals, ref ByteSink sink)
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
        long bestCost = (long)widest * residuals.Length;
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

    private static ulong CommonDivisor(ReadOnlySpan<long> residuals)
    {
        ulong any = 0;
        foreach (long residual in residuals)
        {
            any |= (ulong)residual;
        }

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

    /// <returns>What a bitmap and the packed rest cost; more than anything else if few are zero.</returns>
    private static long SparseBits(ReadOnlySpan<long> residuals)
    {
        long min = long.MaxValue;
        long max = long.MinValue;
        int present = 0;
        foreach (long residual in residuals)
        {
            if (residual != 0)
            {
                min = Math.Min(min, residual);
                max = Math.Max(max, residual);
                present++;
            }
        }

        return present * 2 > residuals.Length
            ? long.MaxValue
            : 8 + residuals.Length + (8 * 6) + ((long)present * BitPacking.WidthOf((ulong)(max - min)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Magnitude(long residual) => (ulong)((residual << 1) ^ (residual >> 63));
}
