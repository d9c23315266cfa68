using System.Buffers;
using System.Diagnostics;
using Plimsoll.Series;
using Plimsoll.Series.Encodings;

namespace Plimsoll.Bench.Encoding;

/// <summary>The same data without entropy coding, with timestamps that waver, and native histograms.</summary>
internal static class VariantBench
{
    private static readonly long[] s_timestamps = new long[Chunk.MaxSamples];
    private static readonly double[] s_values = new double[Chunk.MaxSamples];

    /// <param name="file">Where to write the packed groups, or null.</param>
    public static void Run(Workload work, string? file)
    {
        using FileStream? stream = file is null ? null : File.Create(file);
        Print("groups, packed only", Total(work, work.TimestampsMs, new ChunkGroupEncoder(entropyCoding: false), stream));
        Random random = new(1);
        long[] jittered = [.. work.TimestampsMs.Select(each => each + random.Next(-5, 6))];
        Print("groups, +-5 ms jitter", Total(work, jittered, new ChunkGroupEncoder(), null));
        Histograms(work.TimestampsMs);
    }

    private static void Print(string what, (double Bytes, double DecodeNs) total) =>
        Console.WriteLine($"{what,-22} {total.Bytes,9:F4} {total.DecodeNs,10:F2} {1000 / total.DecodeNs,12:F0}");

    private static (double Bytes, double DecodeNs) Total(Workload work, long[] timestamps, ChunkGroupEncoder encoder, FileStream? stream)
    {
        ArrayBufferWriter<byte> buffer = new(1 << 20);
        (int Offset, int Length)[] places = new (int, int)[ChunkGroupEncoder.MaxChunks];
        long bytes = 0;
        long ticks = 0;
        for (int first = 0; first < work.Series; first += ChunkGroupEncoder.MaxChunks)
        {
            int count = Math.Min(ChunkGroupEncoder.MaxChunks, work.Series - first);
            for (int i = 0; i < count; i++)
            {
                encoder.Add(timestamps, work.Values[first + i], []);
            }

            buffer.ResetWrittenCount();
            encoder.Finish(buffer, places, out int headerLength);
            bytes += buffer.WrittenCount;
            stream?.Write(buffer.WrittenSpan);
            long best = long.MaxValue;
            for (int round = 0; round < 5; round++)
            {
                long began = Stopwatch.GetTimestamp();
                ChunkGroup group = ChunkGroup.Parse(buffer.WrittenSpan[..headerLength]);
                for (int i = 0; i < count; i++)
                {
                    group.Decode(buffer.WrittenSpan.Slice(places[i].Offset, places[i].Length), s_timestamps, s_values);
                }

                best = Math.Min(best, Stopwatch.GetTimestamp() - began);
            }

            ticks += best;
        }

        double samples = (double)work.Series * timestamps.Length;
        return (bytes / samples, ticks * (1e9 / Stopwatch.Frequency) / samples);
    }

    /// <summary>Requests of log-normal duration, some 20 a scrape, in exponential buckets of schema 3.</summary>
    private static void Histograms(long[] timestamps)
    {
        Random random = new(2);
        HistogramLayout layout = new(3, 1e-128, [new HistogramSpan(-60, 80)], [], []);
        ulong[] counts = new ulong[80];
        ulong count = 0;
        double sum = 0;
        Histogram[] histograms = new Histogram[Math.Min(timestamps.Length, 480)];
        for (int i = 0; i < histograms.Length; i++)
        {
            for (int request = random.Next(10, 30); request > 0; request--)
            {
                double log = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                counts[Math.Clamp((int)((log * 6) + 35), 0, 79)]++;
                sum += Math.Pow(2, ((log * 6) - 25) / 8);
                count++;
            }

            histograms[i] = Histogram.OfIntegers(layout, CounterResetHint.Unknown, count, 0, sum, counts, []);
        }

        byte[] chunk = new byte[HistogramChunk.MaxEncodedBytes(histograms)];
        Histogram[] decoded = new Histogram[histograms.Length];
        long encode = long.MaxValue;
        long decode = long.MaxValue;
        int length = 0;
        for (int round = 0; round < 50; round++)
        {
            long began = Stopwatch.GetTimestamp();
            length = HistogramChunk.Encode(timestamps.AsSpan(0, histograms.Length), histograms, chunk);
            long middle = Stopwatch.GetTimestamp();
            HistogramChunk.Decode(chunk.AsSpan(0, length), s_timestamps, decoded);
            encode = Math.Min(encode, middle - began);
            decode = Math.Min(decode, Stopwatch.GetTimestamp() - middle);
        }

        double scale = 1e9 / Stopwatch.Frequency / histograms.Length;
        Console.WriteLine($"{"histogram, 80 buckets",-22} {(double)length / histograms.Length,9:F1} B a histogram, encode {encode * scale:F0} ns, decode {decode * scale:F0} ns");
    }
}
