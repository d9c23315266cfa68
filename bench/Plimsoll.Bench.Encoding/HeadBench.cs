using System.Diagnostics;
using Plimsoll.Series.Encodings;

namespace Plimsoll.Bench.Encoding;

/// <summary>Chunks of 120 samples, as the head seals them.</summary>
internal static class HeadBench
{
    private const int Samples = 120;

    public static void Run(Workload work, int rounds)
    {
        int kinds = Workload.Kinds.Length;
        double[] encodeNs = new double[kinds];
        double[] decodeNs = new double[kinds];
        Array.Fill(encodeNs, double.MaxValue);
        Array.Fill(decodeNs, double.MaxValue);
        long[] bytes = new long[kinds];
        long[] count = new long[kinds];
        byte[] chunk = new byte[Chunk.MaxEncodedBytes(Samples)];
        long[] timestamps = new long[Samples];
        double[] values = new double[Samples];
        int chunks = Math.Min(8, work.TimestampsMs.Length / Samples);
        for (int round = 0; round < rounds; round++)
        {
            for (int kind = 0; kind < kinds; kind++)
            {
                bytes[kind] = 0;
                count[kind] = 0;
                long encode = 0;
                long decode = 0;
                for (int series = 0; series < work.Series; series++)
                {
                    if (work.KindOf[series] != kind)
                    {
                        continue;
                    }

                    long began = Stopwatch.GetTimestamp();
                    int length = 0;
                    for (int i = 0; i < chunks; i++)
                    {
                        length = Chunk.Encode(work.TimestampsMs.AsSpan(i * Samples, Samples), work.Values[series].AsSpan(i * Samples, Samples), chunk);
                        bytes[kind] += length;
                    }

                    long encoded = Stopwatch.GetTimestamp();
                    for (int i = 0; i < chunks; i++)
                    {
                        Chunk.Decode(chunk.AsSpan(0, length), timestamps, values);
                    }

                    encode += encoded - began;
                    decode += Stopwatch.GetTimestamp() - encoded;
                    count[kind] += chunks * Samples;
                }

                encodeNs[kind] = Math.Min(encodeNs[kind], encode * (1e9 / Stopwatch.Frequency) / count[kind]);
                decodeNs[kind] = Math.Min(decodeNs[kind], decode * (1e9 / Stopwatch.Frequency) / count[kind]);
            }
        }

        Console.WriteLine($"{"chunks of 120",-22} {"B/sample",9} {"encode ns",10} {"decode ns",10}");
        for (int kind = 0; kind < kinds; kind++)
        {
            Console.WriteLine($"{Workload.Kinds[kind],-22} {bytes[kind] / (double)count[kind],9:F3} {encodeNs[kind],10:F2} {decodeNs[kind],10:F2}");
        }

        double all = count.Sum();
        Console.WriteLine($"{"total",-22} {bytes.Sum() / all,9:F3} {Mean(encodeNs, count) / all,10:F2} {Mean(decodeNs, count) / all,10:F2}");
    }

    private static double Mean(double[] ns, long[] count)
    {
        double total = 0;
        for (int i = 0; i < ns.Length; i++)
        {
            total += ns[i] * count[i];
        }

        return total;
    }
}
