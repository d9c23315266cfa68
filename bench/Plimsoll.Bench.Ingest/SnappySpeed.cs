using System.Diagnostics;
using Plimsoll.Bench.Ingest.Payloads;
using Plimsoll.Collect;
using Snappier;

namespace Plimsoll.Bench.Ingest;

/// <summary>What decoding a payload file's blocks costs, a sample: our decoder and Snappier in turn, each block at its best
/// of several rounds, so that a busy machine matters little.</summary>
internal static class SnappySpeed
{
    private const int Rounds = 15;
    private const int MaxRequests = 400;

    public static void Measure(string path)
    {
        List<byte[]> blocks = [];
        long samples = 0;
        int longest = 0;
        long decodedBytes = 0;
        byte[] header = new byte[PayloadFile.HeaderBytes];
        using (FileStream file = File.OpenRead(path))
        {
            while (blocks.Count < MaxRequests && PayloadFile.TryReadHeader(file, header, out int length, out int count))
            {
                byte[] block = new byte[length];
                file.ReadExactly(block);
                blocks.Add(block);
                samples += count;
                SnappyBlock.TryReadLength(block, out long decoded, out _);
                longest = Math.Max(longest, (int)decoded);
                decodedBytes += decoded;
            }
        }

        byte[] destination = new byte[longest + SnappyBlock.Slack];
        double ours = Best(blocks, block => SnappyBlock.TryDecode(block, destination, out _));
        double snappier = Best(blocks, block => Snappy.Decompress(block, destination));
        ours = Math.Min(ours, Best(blocks, block => SnappyBlock.TryDecode(block, destination, out _)));
        Console.WriteLine($"{samples} samples, {(double)decodedBytes / samples:F0} decoded bytes each: ours {ours / samples:F1} ns/sample, Snappier {snappier / samples:F1} ns/sample, x {snappier / ours:F2}");
    }

    private static double Best(List<byte[]> blocks, Action<byte[]> decode)
    {
        double[] best = new double[blocks.Count];
        Array.Fill(best, double.MaxValue);
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < blocks.Count; i++)
            {
                long started = Stopwatch.GetTimestamp();
                decode(blocks[i]);
                best[i] = Math.Min(best[i], Stopwatch.GetElapsedTime(started).TotalNanoseconds);
            }
        }

        return best.Sum();
    }
}
