using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Plimsoll.Series.Encodings;

namespace Plimsoll.Bench.Encoding;

/// <summary>Groups of 64 chunks, as merged blocks keep them: bytes, encoding and decoding, kind by kind and all together.</summary>
internal static class GroupBench
{
    private static readonly long[] s_timestamps = new long[Chunk.MaxSamples];
    private static readonly double[] s_values = new double[Chunk.MaxSamples];

    public static void Run(Workload work, int rounds)
    {
        List<Group> groups = Encode(work, rounds, out double encodeNs);
        Verify(work, groups);
        int steps = work.TimestampsMs.Length;
        double samples = (double)work.Series * steps;
        long[] bytes = new long[Workload.Kinds.Length];
        long[] series = new long[Workload.Kinds.Length];
        long headers = 0;
        foreach (Group group in groups)
        {
            headers += group.HeaderLength;
            for (int i = 0; i < group.Chunks.Length; i++)
            {
                bytes[work.KindOf[group.First + i]] += group.Chunks[i].Length;
                series[work.KindOf[group.First + i]]++;
            }
        }

        double[] ns = DecodeByKind(work, groups, rounds);
        Console.WriteLine($"{"groups of 64",-22} {"B/sample",9} {"decode ns",10} {"M samples/s",12}");
        for (int kind = 0; kind < Workload.Kinds.Length; kind++)
        {
            Console.WriteLine($"{Workload.Kinds[kind],-22} {bytes[kind] / ((double)series[kind] * steps),9:F4} {ns[kind],10:F2} {1000 / ns[kind],12:F0}");
        }

        PrintQuiet(work, groups);
        double mixed = DecodeAll(groups, rounds);
        Console.WriteLine($"{"headers",-22} {headers / samples,9:F4}");
        Console.WriteLine($"{"total",-22} {(bytes.Sum() + headers) / samples,9:F4} {mixed,10:F2} {1000 / mixed,12:F0}");
        Console.WriteLine($"{"encode ns",-22} {encodeNs,9:F2}");
    }

    /// <summary>One chunk of each kind, again and again: what decoding takes when nothing else runs and the caches are warm.</summary>
    private static void PrintQuiet(Workload work, List<Group> groups)
    {
        double total = 0;
        int[] weights = [1, 1, 1, 1, 4, 4, 1];
        for (int kind = 0; kind < Workload.Kinds.Length; kind++)
        {
            Group group = groups.First(each => Enumerable.Range(each.First, each.Chunks.Length).Any(series => work.KindOf[series] == kind));
            int chunk = Enumerable.Range(0, group.Chunks.Length).First(i => work.KindOf[group.First + i] == kind);
            double ns = Best(4000, () => group.Parsed.Decode(group.Chunk(chunk), s_timestamps, s_values), out long samples) / samples;
            Console.WriteLine($"{Workload.Kinds[kind] + ", warm",-22} {"",9} {ns,10:F2} {1000 / ns,12:F0}");
            total += ns * weights[kind] / weights.Sum();
        }

        Console.WriteLine($"{"all kinds, warm",-22} {"",9} {total,10:F2} {1000 / total,12:F0}");
    }

    private static List<Group> Encode(Workload work, int rounds, out double bestNs)
    {
        List<Group> groups = [];
        ChunkGroupEncoder encoder = new();
        ArrayBufferWriter<byte> buffer = new(1 << 20);
        Span<(int Offset, int Length)> chunks = new (int, int)[ChunkGroupEncoder.MaxChunks];
        double total = 0;
        for (int first = 0; first < work.Series; first += ChunkGroupEncoder.MaxChunks)
        {
            int count = Math.Min(ChunkGroupEncoder.MaxChunks, work.Series - first);
            int headerLength = 0;
            long best = long.MaxValue;
            for (int round = 0; round < Math.Max(2, rounds / 2); round++)
            {
                buffer.ResetWrittenCount();
                long began = Stopwatch.GetTimestamp();
                for (int i = 0; i < count; i++)
                {
                    encoder.Add(work.TimestampsMs, work.Values[first + i], []);
                }

                encoder.Finish(buffer, chunks, out headerLength);
                best = Math.Min(best, Stopwatch.GetTimestamp() - began);
            }

            total += Nanoseconds(best);
            byte[] bytes = buffer.WrittenSpan.ToArray();
            groups.Add(new Group(first, bytes, headerLength, chunks[..count].ToArray(), ChunkGroup.Parse(bytes.AsSpan(0, headerLength))));
        }

        bestNs = total / ((double)work.Series * work.TimestampsMs.Length);
        return groups;
    }

    private static void Verify(Workload work, List<Group> groups)
    {
        long[] timestamps = new long[work.TimestampsMs.Length];
        double[] values = new double[work.TimestampsMs.Length];
        foreach (Group group in groups)
        {
            for (int i = 0; i < group.Chunks.Length; i++)
            {
                group.Parsed.Decode(group.Chunk(i), timestamps, values);
                if (!timestamps.AsSpan().SequenceEqual(work.TimestampsMs)
                    || !MemoryMarshal.Cast<double, long>(values).SequenceEqual(MemoryMarshal.Cast<double, long>(work.Values[group.First + i])))
                {
                    throw new InvalidDataException($"Series {group.First + i} came back changed.");
                }
            }
        }
    }

    private static double[] DecodeByKind(Workload work, List<Group> groups, int rounds)
    {
        double[] ns = new double[Workload.Kinds.Length];
        long[] samples = new long[ns.Length];
        foreach (Group group in groups)
        {
            for (int kind = 0; kind < ns.Length; kind++)
            {
                ns[kind] += Best(rounds, () => DecodeKind(work, group, kind), out long decoded);
                samples[kind] += decoded;
            }
        }

        for (int kind = 0; kind < ns.Length; kind++)
        {
            ns[kind] /= samples[kind];
        }

        return ns;
    }

    private static long DecodeKind(Workload work, Group group, int kind)
    {
        long samples = 0;
        for (int i = 0; i < group.Chunks.Length; i++)
        {
            if (work.KindOf[group.First + i] == kind)
            {
                samples += group.Parsed.Decode(group.Chunk(i), s_timestamps, s_values);
            }
        }

        return samples;
    }

    private static double DecodeAll(List<Group> groups, int rounds)
    {
        double ns = 0;
        long samples = 0;
        foreach (Group group in groups)
        {
            ns += Best(rounds, () => DecodeCold(group), out long decoded);
            samples += decoded;
        }

        return ns / samples;
    }

    /// <summary>As from a disk: the header is parsed and the tables are built anew.</summary>
    private static long DecodeCold(Group group)
    {
        long samples = 0;
        ChunkGroup parsed = ChunkGroup.Parse(group.Bytes.AsSpan(0, group.HeaderLength));
        for (int i = 0; i < group.Chunks.Length; i++)
        {
            samples += parsed.Decode(group.Chunk(i), s_timestamps, s_values);
        }

        return samples;
    }

    /// <summary>The best of several rounds: other processes on the machine make a round slower, never faster.</summary>
    private static double Best(int rounds, Func<long> run, out long samples)
    {
        long best = long.MaxValue;
        samples = 0;
        for (int round = 0; round < rounds; round++)
        {
            long began = Stopwatch.GetTimestamp();
            samples = run();
            best = Math.Min(best, Stopwatch.GetTimestamp() - began);
        }

        return samples == 0 ? 0 : Nanoseconds(best);
    }

    private static double Nanoseconds(long ticks) => ticks * (1e9 / Stopwatch.Frequency);

    private sealed record Group(int First, byte[] Bytes, int HeaderLength, (int Offset, int Length)[] Chunks, ChunkGroup Parsed)
    {
        public ReadOnlySpan<byte> Chunk(int i) => Bytes.AsSpan(Chunks[i].Offset, Chunks[i].Length);
    }
}
