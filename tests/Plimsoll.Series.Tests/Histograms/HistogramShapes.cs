namespace Plimsoll.Series.Tests.Histograms;

/// <summary>Series of native histograms: integers and floats, exponential and custom, with layouts that change and stale markers.</summary>
internal static class HistogramShapes
{
    public static Histogram[] Series(Random random, int count)
    {
        Histogram[] series = new Histogram[count];
        HistogramLayout layout = Layout(random);
        bool isFloat = random.Next(3) == 0;
        bool nanSum = random.Next(8) == 0;
        CounterResetHint hint = (CounterResetHint)random.Next(4);
        ulong[] positive = new ulong[layout.PositiveBuckets];
        ulong[] negative = new ulong[layout.NegativeBuckets];
        ulong zero = 0;
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            if (random.Next(40) == 0)
            {
                layout = Layout(random);
                positive = new ulong[layout.PositiveBuckets];
                negative = new ulong[layout.NegativeBuckets];
                zero = 0;
                hint = (CounterResetHint)random.Next(4);
                isFloat = random.Next(3) == 0;
            }

            if (random.Next(30) == 0)
            {
                series[i] = Histogram.Stale;
                continue;
            }

            Grow(random, positive);
            Grow(random, negative);
            zero += layout.IsCustom || random.Next(3) > 0 ? 0 : (ulong)random.Next(5);
            sum += random.NextDouble();
            series[i] = isFloat ? Floats(random, layout, hint, zero, sum, positive, negative) : Integers(random, layout, hint, zero, nanSum ? double.NaN : sum, positive, negative);
        }

        return series;
    }

    public static HistogramLayout Layout(Random random)
    {
        if (random.Next(4) == 0)
        {
            double[] bounds = [.. Enumerable.Range(0, random.Next(1, 20)).Select(i => i * 0.25)];
            return new HistogramLayout(HistogramLayout.CustomSchema, 0, [new HistogramSpan(0, random.Next(bounds.Length + 2))], [], bounds);
        }

        return new HistogramLayout(random.Next(-4, 9), random.NextDouble() * 1e-100, Spans(random), Spans(random), []);
    }

    private static HistogramSpan[] Spans(Random random) =>
        [.. Enumerable.Range(0, random.Next(4)).Select(i => new HistogramSpan(i == 0 ? random.Next(-300, 300) : random.Next(0, 40), random.Next(0, 9)))];

    private static void Grow(Random random, ulong[] counts)
    {
        foreach (ref ulong count in counts.AsSpan())
        {
            count += random.Next(50) == 0 ? (ulong)random.NextInt64(1L << 40) : (ulong)random.Next(3);
        }
    }

    private static Histogram Integers(Random random, HistogramLayout layout, CounterResetHint hint, ulong zero, double sum, ulong[] positive, ulong[] negative)
    {
        ulong count = zero;
        foreach (ulong each in positive)
        {
            count += each;
        }

        foreach (ulong each in negative)
        {
            count += each;
        }

        return Histogram.OfIntegers(layout, hint, count + (double.IsNaN(sum) ? (ulong)random.Next(2) : 0), zero, sum, positive, negative);
    }

    private static Histogram Floats(Random random, HistogramLayout layout, CounterResetHint hint, ulong zero, double sum, ulong[] positive, ulong[] negative) =>
        Histogram.OfFloats(
            layout,
            hint,
            random.Next(20) == 0 ? double.NaN : random.NextDouble() * 1000,
            zero,
            random.Next(20) == 0 ? double.PositiveInfinity : sum,
            [.. positive.Select(each => each * 0.125)],
            [.. negative.Select(each => (double)each)]);
}
