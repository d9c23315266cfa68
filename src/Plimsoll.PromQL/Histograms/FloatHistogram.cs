using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>
/// A native histogram as a value of the language: counts in doubles, buckets by index, empty ones left out. Never changed;
/// the operations are in the files beside it.
/// </summary>
public sealed partial record FloatHistogram
{
    /// <summary>The schema of histograms whose bounds are given one by one.</summary>
    public const int CustomSchema = -53;

    /// <summary>Buckets per power of two are two to this power; <see cref="CustomSchema"/> for custom bounds.</summary>
    public int Schema { get; init; }

    /// <summary>The zero bucket reaches this far on both sides.</summary>
    public double ZeroThreshold { get; init; }

    public double ZeroCount { get; init; }

    public double Count { get; init; }

    public double Sum { get; init; }

    public CounterResetHint Hint { get; init; }

    /// <summary>Upper bounds of custom buckets, ascending, without +Inf.</summary>
    public double[] Bounds { get; init; } = [];

    public Buckets Positive { get; init; } = Buckets.Empty;

    /// <summary>By distance from zero, so the lowest value comes last.</summary>
    public Buckets Negative { get; init; } = Buckets.Empty;

    public bool IsCustom => Schema == CustomSchema;

    /// <summary>What the store holds, as a value.</summary>
    public static FloatHistogram Of(Histogram stored) => new()
    {
        Schema = stored.Layout.Schema,
        ZeroThreshold = stored.Layout.ZeroThreshold,
        ZeroCount = stored.ZeroCount,
        Count = stored.Count,
        Sum = stored.Sum,
        Hint = stored.Hint,
        Bounds = [.. stored.Layout.CustomBounds],
        Positive = Side(stored.Layout.PositiveSpans, stored.PositiveCount),
        Negative = Side(stored.Layout.NegativeSpans, stored.NegativeCount),
    };

    /// <summary>The buckets from the lowest to the highest, the zero bucket among them where it holds something.</summary>
    public IEnumerable<HistogramBucket> Ascending()
    {
        for (int i = Negative.Length - 1; i >= 0; i--)
        {
            HistogramBucket mirrored = Exponential(Negative.Indexes[i], Negative.Counts[i]);
            yield return new HistogramBucket(-mirrored.Upper, -Math.Max(mirrored.Lower, ZeroThreshold), mirrored.Count, LowerInclusive: true, UpperInclusive: false);
        }

        if (ZeroCount != 0)
        {
            yield return new HistogramBucket(-ZeroThreshold, ZeroThreshold, ZeroCount, LowerInclusive: true, UpperInclusive: true);
        }

        for (int i = 0; i < Positive.Length; i++)
        {
            HistogramBucket bucket = IsCustom ? Custom(Positive.Indexes[i], Positive.Counts[i]) : Exponential(Positive.Indexes[i], Positive.Counts[i]);
            yield return IsCustom ? bucket : bucket with { Lower = Math.Max(bucket.Lower, ZeroThreshold) };
        }
    }

    /// <summary>The upper bound of an exponential bucket: 2^(index · 2^−schema), the last finite one the greatest double.</summary>
    public static double BoundOf(int index, int schema)
    {
        if (schema < 0)
        {
            long exponent = (long)index << -schema;
            return exponent == 1024 ? double.MaxValue : exponent > 1024 ? double.PositiveInfinity : Math.ScaleB(1, (int)Math.Max(exponent, -2000));
        }

        int fraction = index & ((1 << schema) - 1);
        int power = (index >> schema) + 1;
        double mantissa = Math.Pow(2, ((double)fraction / (1 << schema)) - 1);
        return mantissa == 0.5 && power == 1025 ? double.MaxValue : Math.ScaleB(mantissa, power);
    }

    private HistogramBucket Exponential(int index, double count) =>
        new(BoundOf(index - 1, Schema), BoundOf(index, Schema), count, LowerInclusive: false, UpperInclusive: true);

    private HistogramBucket Custom(int index, double count) => new(
        index == 0 ? double.NegativeInfinity : Bounds[index - 1],
        index < Bounds.Length ? Bounds[index] : double.PositiveInfinity,
        count,
        LowerInclusive: index == 0,
        UpperInclusive: true);

    private static Buckets Side(ReadOnlySpan<HistogramSpan> spans, Func<int, double> countOf)
    {
        List<int> indexes = [];
        List<double> counts = [];
        int index = 0;
        int bucket = 0;
        foreach (HistogramSpan span in spans)
        {
            index += span.Offset;
            for (uint i = 0; i < span.Length; i++, index++, bucket++)
            {
                double count = countOf(bucket);
                if (count != 0)
                {
                    indexes.Add(index);
                    counts.Add(count);
                }
            }
        }

        return new Buckets([.. indexes], [.. counts]);
    }
}

/// <summary>A bucket by its bounds.</summary>
public readonly record struct HistogramBucket(double Lower, double Upper, double Count, bool LowerInclusive, bool UpperInclusive);
