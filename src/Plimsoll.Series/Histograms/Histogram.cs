namespace Plimsoll.Series;

/// <summary>What a sender says about whether a histogram counts on from the one before.</summary>
public enum CounterResetHint
{
    /// <summary>Nothing is said: compare with the one before.</summary>
    Unknown = 0,

    /// <summary>It began anew.</summary>
    Reset = 1,

    /// <summary>It counts on.</summary>
    NoReset = 2,

    /// <summary>It is no counter: a gauge histogram.</summary>
    Gauge = 3,
}

/// <summary>
/// One native histogram: how many observations fell in which bucket, and their sum. Immutable, and sound by the rules of
/// <see cref="Validate"/>, or it could not be made.
/// </summary>
/// <remarks>
/// An integer histogram counts in whole observations up to 2^64 − 1; a float histogram (the result of rates and recording rules)
/// counts in doubles. Counts are absolute, one for each bucket of the layout's spans, in order.
/// </remarks>
public sealed class Histogram
{
    private readonly ulong[] _positive;
    private readonly ulong[] _negative;

    private Histogram(
        HistogramLayout layout, CounterResetHint hint, bool isFloat, ulong count, ulong zeroCount, double sum, ulong[] positive, ulong[] negative)
    {
        Layout = layout;
        Hint = hint;
        IsFloat = isFloat;
        CountBits = count;
        ZeroCountBits = zeroCount;
        Sum = sum;
        _positive = positive;
        _negative = negative;
    }

    /// <summary>The marker "this series ended here": the sum is the stale NaN, and there is nothing else in it.</summary>
    public static Histogram Stale { get; } = new(HistogramLayout.Empty, CounterResetHint.Unknown, false, 0, 0, SampleBlock.Stale, [], []);

    public HistogramLayout Layout { get; }

    public CounterResetHint Hint { get; }

    /// <summary>True if counts are doubles.</summary>
    public bool IsFloat { get; }

    /// <summary>The sum of the observations; the stale NaN marks the end of the series.</summary>
    public double Sum { get; }

    public bool IsStale => SampleBlock.IsStale(Sum);

    /// <summary>All observations, as a double: above 2^53 an integer count is rounded.</summary>
    public double Count => Value(CountBits);

    /// <summary>Observations in the zero bucket, as a double.</summary>
    public double ZeroCount => Value(ZeroCountBits);

    /// <summary>All observations: a whole number, or the bits of a double if <see cref="IsFloat"/>.</summary>
    public ulong CountBits { get; }

    /// <summary>Observations in the zero bucket, in the same form as <see cref="CountBits"/>.</summary>
    public ulong ZeroCountBits { get; }

    /// <summary>Counts of the positive buckets, in the same form as <see cref="CountBits"/>.</summary>
    public ReadOnlySpan<ulong> PositiveBits => _positive;

    /// <summary>Counts of the negative buckets, in the same form as <see cref="CountBits"/>.</summary>
    public ReadOnlySpan<ulong> NegativeBits => _negative;

    /// <summary>Makes a histogram that counts in whole observations.</summary>
    /// <exception cref="ArgumentException">The parts make no sound histogram; the message says which rule they break.</exception>
    public static Histogram OfIntegers(
        HistogramLayout layout,
        CounterResetHint hint,
        ulong count,
        ulong zeroCount,
        double sum,
        ReadOnlySpan<ulong> positiveCounts,
        ReadOnlySpan<ulong> negativeCounts) =>
        Of(layout, hint, isFloat: false, count, zeroCount, sum, positiveCounts, negativeCounts);

    /// <summary>Makes a histogram that counts in doubles.</summary>
    /// <exception cref="ArgumentException">The parts make no sound histogram; the message says which rule they break.</exception>
    public static Histogram OfFloats(
        HistogramLayout layout,
        CounterResetHint hint,
        double count,
        double zeroCount,
        double sum,
        ReadOnlySpan<double> positiveCounts,
        ReadOnlySpan<double> negativeCounts) =>
        Of(
            layout,
            hint,
            isFloat: true,
            BitConverter.DoubleToUInt64Bits(count),
            BitConverter.DoubleToUInt64Bits(zeroCount),
            sum,
            System.Runtime.InteropServices.MemoryMarshal.Cast<double, ulong>(positiveCounts),
            System.Runtime.InteropServices.MemoryMarshal.Cast<double, ulong>(negativeCounts));

    /// <summary>Makes a histogram of either kind from counts in the form of <see cref="CountBits"/>.</summary>
    /// <exception cref="ArgumentException">The parts make no sound histogram; the message says which rule they break.</exception>
    public static Histogram Of(
        HistogramLayout layout,
        CounterResetHint hint,
        bool isFloat,
        ulong count,
        ulong zeroCount,
        double sum,
        ReadOnlySpan<ulong> positive,
        ReadOnlySpan<ulong> negative)
    {
        ArgumentNullException.ThrowIfNull(layout);
        string? error = TryMake(layout, hint, isFloat, count, zeroCount, sum, positive, negative, out Histogram? histogram);
        return histogram ?? throw new ArgumentException(error);
    }

    /// <summary>As <see cref="Of"/>, for parts that a stranger or a disk may have spoilt.</summary>
    /// <returns>Null if there is a histogram now, else the rule that is broken.</returns>
    public static string? TryMake(
        HistogramLayout layout,
        CounterResetHint hint,
        bool isFloat,
        ulong count,
        ulong zeroCount,
        double sum,
        ReadOnlySpan<ulong> positive,
        ReadOnlySpan<ulong> negative,
        out Histogram? histogram)
    {
        string? error = Validate(layout, hint, isFloat, count, zeroCount, sum, positive, negative);
        histogram = error is null ? new Histogram(layout, hint, isFloat, count, zeroCount, sum, positive.ToArray(), negative.ToArray()) : null;
        return error;
    }

    /// <summary>
    /// The rules that Prometheus holds histograms to: as many counts as the spans cover, none negative, and whole observations that
    /// add up to the count (to no more than it if the sum is NaN, because NaN observations are in no bucket).
    /// </summary>
    /// <returns>Null if sound, else the rule that is broken.</returns>
    public static string? Validate(
        HistogramLayout layout,
        CounterResetHint hint,
        bool isFloat,
        ulong count,
        ulong zeroCount,
        double sum,
        ReadOnlySpan<ulong> positive,
        ReadOnlySpan<ulong> negative)
    {
        if (hint is < CounterResetHint.Unknown or > CounterResetHint.Gauge)
        {
            return $"Counter reset hint {(int)hint} is unknown.";
        }

        if (positive.Length != layout.PositiveBuckets || negative.Length != layout.NegativeBuckets)
        {
            return $"The spans cover {layout.PositiveBuckets} positive and {layout.NegativeBuckets} negative buckets, but {positive.Length} and {negative.Length} counts are given.";
        }

        if (layout.IsCustom && zeroCount != 0)
        {
            return "Custom buckets have no zero bucket, but it counts something.";
        }

        return isFloat
            ? ValidateFloats(count, zeroCount, positive, negative)
            : ValidateIntegers(count, zeroCount, sum, positive, negative);
    }

    /// <summary>Count of a bucket of the positive side, as a double.</summary>
    public double PositiveCount(int bucket) => Value(_positive[bucket]);

    /// <summary>Count of a bucket of the negative side, as a double.</summary>
    public double NegativeCount(int bucket) => Value(_negative[bucket]);

    /// <summary>True if both are the same to the last bit, layout and hint included.</summary>
    public bool SameBits(Histogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return IsFloat == other.IsFloat
            && Hint == other.Hint
            && CountBits == other.CountBits
            && ZeroCountBits == other.ZeroCountBits
            && BitConverter.DoubleToInt64Bits(Sum) == BitConverter.DoubleToInt64Bits(other.Sum)
            && Layout.Equals(other.Layout)
            && _positive.AsSpan().SequenceEqual(other._positive)
            && _negative.AsSpan().SequenceEqual(other._negative);
    }

    private static string? ValidateIntegers(ulong count, ulong zeroCount, double sum, ReadOnlySpan<ulong> positive, ReadOnlySpan<ulong> negative)
    {
        UInt128 inBuckets = zeroCount;
        foreach (ulong bucket in positive)
        {
            inBuckets += bucket;
        }

        foreach (ulong bucket in negative)
        {
            inBuckets += bucket;
        }

        if (inBuckets > count || (inBuckets != count && !double.IsNaN(sum)))
        {
            return $"The buckets hold {inBuckets} observations, but the count says {count}.";
        }

        return null;
    }

    private static string? ValidateFloats(ulong count, ulong zeroCount, ReadOnlySpan<ulong> positive, ReadOnlySpan<ulong> negative)
    {
        if (BitConverter.UInt64BitsToDouble(count) < 0 || BitConverter.UInt64BitsToDouble(zeroCount) < 0)
        {
            return "A count is negative.";
        }

        foreach (ulong bucket in positive)
        {
            if (BitConverter.UInt64BitsToDouble(bucket) < 0)
            {
                return "A positive bucket's count is negative.";
            }
        }

        foreach (ulong bucket in negative)
        {
            if (BitConverter.UInt64BitsToDouble(bucket) < 0)
            {
                return "A negative bucket's count is negative.";
            }
        }

        return null;
    }

    private double Value(ulong bits) => IsFloat ? BitConverter.UInt64BitsToDouble(bits) : bits;
}
