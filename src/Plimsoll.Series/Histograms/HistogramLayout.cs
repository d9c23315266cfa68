namespace Plimsoll.Series;

/// <summary>A stretch of neighbouring buckets.</summary>
/// <param name="Offset">Buckets left out since the span before; for the first span, the index of its first bucket (may be negative).</param>
/// <param name="Length">How many buckets follow each other.</param>
public readonly record struct HistogramSpan(int Offset, int Length);

/// <summary>
/// Which buckets a native histogram has, without their counts. Immutable; consecutive histograms of a series usually share one.
/// </summary>
/// <remarks>
/// Exponential schemas −4 to 8: bucket <c>i</c> of the positive side holds values in (base^(i−1), base^i] with base = 2^(2^−schema); the
/// negative side mirrors it, and the zero bucket holds what is no further from zero than the threshold. Schema −53 (custom): bucket
/// <c>i</c> holds values in (bounds[i−1], bounds[i]], the one after the last bound everything above; there is no negative side and no zero bucket.
/// </remarks>
public sealed class HistogramLayout : IEquatable<HistogramLayout>
{
    /// <summary>The schema number of custom buckets.</summary>
    public const int CustomSchema = -53;

    /// <summary>Most buckets that both sides may have together: a limit on what a sender can make us hold.</summary>
    public const int MaxBuckets = 4096;

    private const int MinExponentialSchema = -4;
    private const int MaxExponentialSchema = 8;
    private const int MaxBucketIndex = 1 << 24;

    private readonly HistogramSpan[] _positiveSpans;
    private readonly HistogramSpan[] _negativeSpans;
    private readonly double[] _customBounds;

    /// <exception cref="ArgumentException">The parts make no sound layout; the message says which rule they break.</exception>
    public HistogramLayout(
        int schema,
        double zeroThreshold,
        ReadOnlySpan<HistogramSpan> positiveSpans,
        ReadOnlySpan<HistogramSpan> negativeSpans,
        ReadOnlySpan<double> customBounds)
    {
        string? error = Validate(schema, zeroThreshold, positiveSpans, negativeSpans, customBounds);
        if (error is not null)
        {
            throw new ArgumentException(error);
        }

        Schema = schema;
        ZeroThreshold = zeroThreshold;
        _positiveSpans = positiveSpans.ToArray();
        _negativeSpans = negativeSpans.ToArray();
        _customBounds = customBounds.ToArray();
        PositiveBuckets = Buckets(positiveSpans);
        NegativeBuckets = Buckets(negativeSpans);
    }

    /// <summary>No buckets, exponential schema 0: the layout of a stale marker.</summary>
    public static HistogramLayout Empty { get; } = new(0, 0, [], [], []);

    public int Schema { get; }

    public bool IsCustom => Schema == CustomSchema;

    /// <summary>The width of the zero bucket, zero or more.</summary>
    public double ZeroThreshold { get; }

    public ReadOnlySpan<HistogramSpan> PositiveSpans => _positiveSpans;

    public ReadOnlySpan<HistogramSpan> NegativeSpans => _negativeSpans;

    /// <summary>Upper bounds of the custom buckets, strictly ascending; empty for exponential schemas.</summary>
    public ReadOnlySpan<double> CustomBounds => _customBounds;

    /// <summary>How many buckets the positive spans cover.</summary>
    public int PositiveBuckets { get; }

    /// <summary>How many buckets the negative spans cover.</summary>
    public int NegativeBuckets { get; }

    /// <returns>Null if the parts make a sound layout, else the rule that they break.</returns>
    public static string? Validate(
        int schema,
        double zeroThreshold,
        ReadOnlySpan<HistogramSpan> positiveSpans,
        ReadOnlySpan<HistogramSpan> negativeSpans,
        ReadOnlySpan<double> customBounds)
    {
        if (!(zeroThreshold >= 0) || double.IsInfinity(zeroThreshold))
        {
            return $"The zero threshold is {zeroThreshold:R}: it must be zero or more, and finite.";
        }

        string? error = ValidateSpans(positiveSpans, "positive") ?? ValidateSpans(negativeSpans, "negative");
        if (error is not null)
        {
            return error;
        }

        int positive = Buckets(positiveSpans);
        if (positive + Buckets(negativeSpans) > MaxBuckets)
        {
            return $"The histogram has {positive + Buckets(negativeSpans)} buckets: at most {MaxBuckets} are allowed.";
        }

        if (schema == CustomSchema)
        {
            return ValidateCustom(zeroThreshold, positiveSpans, negativeSpans, customBounds);
        }

        if (schema is < MinExponentialSchema or > MaxExponentialSchema)
        {
            return $"Schema {schema} is unknown: −4 to 8 are exponential, −53 has custom buckets.";
        }

        return customBounds.Length > 0 ? "Custom bounds belong to schema −53 alone." : null;
    }

    public bool Equals(HistogramLayout? other) =>
        ReferenceEquals(this, other) || (other is not null
        && Schema == other.Schema
        && BitConverter.DoubleToInt64Bits(ZeroThreshold) == BitConverter.DoubleToInt64Bits(other.ZeroThreshold)
        && _positiveSpans.AsSpan().SequenceEqual(other._positiveSpans)
        && _negativeSpans.AsSpan().SequenceEqual(other._negativeSpans)
        && SameBits(_customBounds, other._customBounds));

    public override bool Equals(object? obj) => Equals(obj as HistogramLayout);

    public override int GetHashCode() => HashCode.Combine(Schema, ZeroThreshold, PositiveBuckets, NegativeBuckets, _customBounds.Length);

    private static bool SameBits(ReadOnlySpan<double> one, ReadOnlySpan<double> other) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(one).SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(other));

    private static string? ValidateSpans(ReadOnlySpan<HistogramSpan> spans, string side)
    {
        if (spans.Length > MaxBuckets)
        {
            return $"The {side} side has {spans.Length} spans: at most {MaxBuckets} are allowed.";
        }

        long index = 0;
        for (int i = 0; i < spans.Length; i++)
        {
            if (spans[i].Length is < 0 or > MaxBuckets)
            {
                return $"Span {i} of the {side} side has {spans[i].Length} buckets.";
            }

            if (i > 0 && spans[i].Offset < 0)
            {
                return $"Span {i} of the {side} side begins before the span before it ends.";
            }

            index += spans[i].Offset;
            if (Math.Abs(index) > MaxBucketIndex)
            {
                return $"Span {i} of the {side} side begins at bucket {index}, further out than any double.";
            }

            index += spans[i].Length;
        }

        return null;
    }

    private static string? ValidateCustom(
        double zeroThreshold, ReadOnlySpan<HistogramSpan> positiveSpans, ReadOnlySpan<HistogramSpan> negativeSpans, ReadOnlySpan<double> bounds)
    {
        if (zeroThreshold != 0 || negativeSpans.Length > 0)
        {
            return "Custom buckets have neither a zero bucket nor a negative side.";
        }

        if (bounds.Length > MaxBuckets)
        {
            return $"The histogram has {bounds.Length} custom bounds: at most {MaxBuckets} are allowed.";
        }

        for (int i = 0; i < bounds.Length; i++)
        {
            if (double.IsNaN(bounds[i]) || double.IsPositiveInfinity(bounds[i]) || (i > 0 && bounds[i] <= bounds[i - 1]))
            {
                return $"Custom bound {i} is {bounds[i]:R}: bounds ascend strictly and end before +Inf.";
            }
        }

        int end = 0;
        foreach (HistogramSpan span in positiveSpans)
        {
            if (span.Offset < 0)
            {
                return "The first custom bucket has index 0: no span begins before it.";
            }

            end += span.Offset + span.Length;
        }

        return end > bounds.Length + 1 ? $"The spans reach bucket {end}, but {bounds.Length} bounds make {bounds.Length + 1}." : null;
    }

    private static int Buckets(ReadOnlySpan<HistogramSpan> spans)
    {
        long buckets = 0;
        foreach (HistogramSpan span in spans)
        {
            buckets += span.Length;
        }

        return (int)Math.Min(buckets, int.MaxValue);
    }
}
