namespace Plimsoll.Series.Encodings;

/// <summary>count · log2(count), what makes up an entropy, from tables: models of many sizes are weighed for each chunk.</summary>
internal static class EntropyWeight
{
    private const int Exact = 1024;
    private const int MantissaBits = 10;

    private static readonly double[] Small = Fill(Exact, n => n * Math.Log2(n));

    /// <summary>log2(1 + i / 1024), one more than there are, to interpolate.</summary>
    private static readonly double[] Mantissas = Fill((1 << MantissaBits) + 1, i => Math.Log2(1 + ((double)i / (1 << MantissaBits))));

    /// <summary>Exact below 1,024, else within 2e-7 of a bit for each counted.</summary>
    public static double Of(int count)
    {
        if ((uint)count < Exact)
        {
            return Small[count];
        }

        long bits = BitConverter.DoubleToInt64Bits(count);
        int exponent = (int)(bits >> 52) - 1023;
        int at = (int)(bits >> (52 - MantissaBits)) & ((1 << MantissaBits) - 1);
        double rest = (bits & ((1L << (52 - MantissaBits)) - 1)) * (1.0 / (1L << (52 - MantissaBits)));
        return count * (exponent + Mantissas[at] + (rest * (Mantissas[at + 1] - Mantissas[at])));
    }

    private static double[] Fill(int count, Func<int, double> value)
    {
        double[] table = new double[count];
        for (int i = 0; i < count; i++)
        {
            table[i] = i == 0 ? 0 : value(i);
        }

        return table;
    }
}
