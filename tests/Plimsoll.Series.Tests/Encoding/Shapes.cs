using CsCheck;

namespace Plimsoll.Series.Tests.Encodings;

/// <summary>Series of many shapes: what monitoring sends, and what nobody would.</summary>
internal static class Shapes
{
    private static readonly Func<Random, int, double[]>[] s_values =
    [
        Constant, Integers, Counter, ResettingCounter, Decimals, MixedDecimals, Walk, Noise, AnyBits, Sparse, Odd, Multiples, Float32, WideSparse, NearZero, HugeIntegers,
    ];

    private static readonly Func<Random, int, long[]>[] s_timestamps = [Regular, Jittered, Gaps, AnyTimes, NearLimits, OneByOne];

    public static int ValueShapes => s_values.Length;

    public static Gen<(long[] TimestampsMs, double[] Values)> Series(int maxSamples) =>
        Gen.Select(Gen.Int[0, s_values.Length - 1], Gen.Int[0, s_timestamps.Length - 1], Gen.Int[1, maxSamples], Gen.Int, (value, time, count, seed) =>
        {
            Random random = new(seed);
            return (s_timestamps[time](random, count), s_values[value](random, count));
        });

    public static double[] Values(int shape, int seed, int count) => s_values[shape](new Random(seed), count);

    public static long[] Timestamps(int shape, int seed, int count) => s_timestamps[shape](new Random(seed), count);

    private static double[] Each(int count, Func<int, double> value)
    {
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = value(i);
        }

        return values;
    }

    private static double[] Constant(Random random, int count)
    {
        double value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
        double[] choices = [0, 1, -0.0, 12.34, double.NaN, value, SampleBlock.Stale, double.PositiveInfinity];
        value = choices[random.Next(choices.Length)];
        return Each(count, _ => value);
    }

    private static double[] Integers(Random random, int count)
    {
        double value = random.Next(100);
        int step = random.Next(1, 1 << random.Next(1, 20));
        return Each(count, _ => value += random.Next(-step, step + 1));
    }

    private static double[] Counter(Random random, int count)
    {
        double value = random.Next(1000000);
        int step = random.Next(1, 5000);
        return Each(count, _ => value += random.Next(step));
    }

    private static double[] ResettingCounter(Random random, int count)
    {
        double value = random.Next(1000000000);
        return Each(count, _ => value = random.Next(100) == 0 ? 0 : value + random.Next(100));
    }

    private static double[] Decimals(Random random, int count)
    {
        int digits = random.Next(1, 12);
        double value = random.Next(100);
        return Each(count, _ => value = Math.Round(value + random.NextDouble() - 0.5, digits));
    }

    private static double[] MixedDecimals(Random random, int count)
    {
        double[] strays = [double.NaN, double.NegativeInfinity, -0.0, Math.PI, 1e300, SampleBlock.Stale, double.Epsilon, BitConverter.Int64BitsToDouble(0x7FF8DEADBEEF0001)];
        int often = random.Next(1, 60);
        return Each(count, i => random.Next(often) == 0 ? strays[random.Next(strays.Length)] : Math.Round(Math.Sin(i * 0.01) * 50, 2));
    }

    private static double[] Walk(Random random, int count)
    {
        double value = random.NextDouble() * 100;
        return Each(count, _ => value = Math.Clamp(value + (random.NextDouble() * 2) - 1, 0, 100));
    }

    private static double[] Noise(Random random, int count) => Each(count, _ => random.NextDouble());

    private static double[] AnyBits(Random random, int count) =>
        Each(count, _ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)));

    private static double[] Sparse(Random random, int count)
    {
        double value = 4e9;
        return Each(count, _ => value += random.Next(12) == 0 ? (random.Next(201) - 100) * 4096.0 : 0);
    }

    private static double[] Odd(Random random, int count)
    {
        double[] few = [double.NaN, 0, -0.0, double.Epsilon, -double.Epsilon, double.MaxValue, double.MinValue, double.PositiveInfinity, SampleBlock.Stale, 1];
        return Each(count, _ => few[random.Next(few.Length)]);
    }

    private static double[] Multiples(Random random, int count)
    {
        int factor = random.Next(2, 100000);
        double value = 0;
        return Each(count, _ => value += random.Next(-3, 9) * factor);
    }

    private static double[] Float32(Random random, int count) => Each(count, _ => (float)(random.NextDouble() * 20));

    private static double[] WideSparse(Random random, int count)
    {
        double value = 1.5;
        return Each(count, _ => random.Next(6) == 0 ? value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)) : value);
    }

    private static double[] NearZero(Random random, int count) => Each(count, _ => (random.NextDouble() - 0.5) * Math.Pow(2, -random.Next(1074)));

    private static double[] HugeIntegers(Random random, int count) => Each(count, _ => random.NextInt64(-(1L << 53), 1L << 53));

    private static long[] Times(int count, long first, Func<int, long> step)
    {
        long[] times = new long[count];
        long time = first;
        for (int i = 0; i < count; i++)
        {
            times[i] = time;
            time += step(i);
        }

        return times;
    }

    private static long[] Regular(Random random, int count)
    {
        long step = random.Next(1, 100000);
        return Times(count, 1_700_000_000_000 + random.Next(1000000), _ => step);
    }

    private static long[] Jittered(Random random, int count)
    {
        long[] times = new long[count];
        for (int i = 0; i < count; i++)
        {
            times[i] = 1_700_000_000_000 + (i * 15000L) + random.Next(-6, 7);
        }

        return times;
    }

    private static long[] Gaps(Random random, int count) => Times(count, 1_700_000_000_000, _ => 15000L * (random.Next(50) == 0 ? random.Next(1, 4000) : 1));

    private static long[] AnyTimes(Random random, int count)
    {
        SortedSet<long> times = [];
        while (times.Count < count)
        {
            times.Add(random.NextInt64(long.MinValue, long.MaxValue));
        }

        return [.. times];
    }

    private static long[] NearLimits(Random random, int count)
    {
        long[] times = new long[count];
        int below = random.Next(count + 1);
        for (int i = 0; i < count; i++)
        {
            times[i] = i < below ? long.MinValue + i : long.MaxValue - (count - 1 - i);
        }

        return times;
    }

    private static long[] OneByOne(Random random, int count) => Times(count, random.NextInt64(-1000, 1000), _ => random.Next(1, 4));
}
