using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Plimsoll.Series;
using Plimsoll.Series.Tests;
using Plimsoll.Series.Tests.Disks;
using Plimsoll.Series.Tests.Histograms;

namespace Plimsoll.Fuzz.Targets;

/// <summary>Folders of a store with something of everything, and what was written into them.</summary>
internal static class StoreImage
{
    private static readonly LabelMatcher[] Everything = [new LabelMatcher("__name__", MatchOperator.Regex, ".*")];
    private static readonly Lazy<MemoryDisk[]> Made = new(() => [Make(deletes: false), Make(deletes: true)]);

    public const string Folder = "/data/series";

    /// <summary>Stores that were closed: a log with exemplars and metadata, a checkpoint, a block, and in the second a list of deletions.</summary>
    public static IReadOnlyList<MemoryDisk> Disks => Made.Value;

    /// <summary>Every float sample that any of the disks was given.</summary>
    public static HashSet<(string Labels, long Ms, long Bits)> Written { get; } = [];

    public static SeriesStore Open(MemoryDisk disk) =>
        Samples.Open(disk, with: options => options with { SegmentBytes = 4096, CheckpointBytes = 4096, MemoryBytes = 16 << 20, DiskReserveBytes = 0, IndexCacheBytes = 1 << 20 });

    public static void Put(MemoryDisk disk, string path, ReadOnlySpan<byte> bytes)
    {
        disk.CreateFolder(Path.GetDirectoryName(path)!);
        using IAppendFile file = disk.Create(path);
        file.Append(bytes);
    }

    /// <summary>All samples, all that hangs on them, and all that can be asked about labels.</summary>
    /// <exception cref="SeriesStoreException">Something that is asked for is damaged.</exception>
    public static List<(string Labels, long Ms, long Bits)> ReadAll(SeriesStore store, TenantId tenant)
    {
        ISeriesReader reader = store.OpenReader(tenant);
        foreach (string name in reader.LabelNames([], TimeRange.All, 1000, CancellationToken.None))
        {
            reader.LabelValues(name, [], TimeRange.All, 1000, CancellationToken.None);
        }

        reader.Metadata(null, 1000);
        reader.Exemplars([Everything], TimeRange.All, 100_000, CancellationToken.None);
        long[] times = new long[64];
        Histogram[] histograms = new Histogram[64];
        using (ISeriesSelection all = reader.Select(Everything, TimeRange.All, SelectLimits.Default, CancellationToken.None))
        {
            for (int i = 0; i < all.Count; i++)
            {
                IHistogramCursor cursor = all.OpenHistograms(i);
                while (cursor.Read(times, histograms, new long[64]) > 0)
                {
                }
            }
        }

        return store.ReadAll(tenant, span: 64);
    }

    private static MemoryDisk Make(bool deletes)
    {
        MemoryDisk disk = new();
        SeriesStore store = Open(disk);
        Append(store, Batch(0, 20, 0));
        store.FlushAsync().GetAwaiter().GetResult();
        for (int round = 1; round < 5; round++)
        {
            Append(store, Batch(round * 20, 20, round));
        }

        // The log is longer than it may be: it becomes a checkpoint, and goes on.
        store.MaintainAsync(CancellationToken.None).GetAwaiter().GetResult();
        Append(store, Batch(100, 3, 5));
        Append(store, Batch(103, 2, 6));
        if (deletes)
        {
            store.Delete(Samples.Tenant, [new LabelMatcher("i", MatchOperator.Regex, "1|2.*")], new TimeRange(0, Samples.Start + 3_000));
            store.Delete(Samples.Tenant, [new LabelMatcher("__name__", MatchOperator.Equal, "up"), new LabelMatcher("i", MatchOperator.NotEqual, "3")], TimeRange.All);
        }

        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return disk;
    }

    private static void Append(SeriesStore store, SampleBatch batch)
    {
        AppendResult result = store.OpenWriter(Samples.Tenant).AppendAsync(batch, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        Check.That(result.Refused == 0, "a seed of a store is refused");
    }

    private static SampleBatch Batch(int from, int count, int round)
    {
        SampleBatch batch = new();
        for (int s = 0; s < 5; s++)
        {
            LabelSet labels = LabelSet.Of(s == 4 ? "größe" : "up", ("i", $"{s}"), ("job", $"j{s % 2}"));
            batch.BeginSeries(labels);
            for (int i = from; i < from + count; i++)
            {
                double value = s switch { 0 => 1, 1 => i * 0.25, 2 => Math.Sin(i), 3 => i % 7 == 0 ? SampleBlock.Stale : i, _ => i * 1000 };
                batch.Add(Samples.Start + (i * 1000), value);
                Written.Add((labels.ToString(), Samples.Start + (i * 1000), BitConverter.DoubleToInt64Bits(value)));
            }

            if (s == 1)
            {
                batch.Add(new Exemplar(LabelSet.From([new Label("trace_id", $"t{round}")]), 0.5, Samples.Start + (from * 1000)));
            }
        }

        if (round % 2 == 1)
        {
            Histogram[] histograms = HistogramShapes.Series(new Random(round), 4);
            batch.BeginSeries(LabelSet.Of("latency", ("i", $"{round}")));
            for (int i = 0; i < histograms.Length; i++)
            {
                batch.Add(Samples.Start + ((from + i) * 1000), histograms[i], startTimestampMs: Samples.Start - 1);
            }

            batch.Add(new MetricDescription($"family_{round}", new MetricMetadata(MetricKind.Counter, "seconds", "Help.")));
        }

        return batch;
    }
}

/// <summary>Files as one input: for each the number of its name, its length, its bytes.</summary>
internal sealed class FileList(IReadOnlyList<string> names)
{
    public byte[] Pack(IEnumerable<(string Name, byte[] Bytes)> files)
    {
        List<byte> packed = [];
        Span<byte> head = stackalloc byte[5];
        foreach ((string name, byte[] bytes) in files)
        {
            head[0] = (byte)names.Index().First(known => known.Item == name).Index;
            BinaryPrimitives.WriteInt32LittleEndian(head[1..], bytes.Length);
            packed.AddRange(head);
            packed.AddRange(bytes);
        }

        return [.. packed];
    }

    /// <summary>The files of an input; of several with one name the last.</summary>
    public Dictionary<string, byte[]> Unpack(ReadOnlySpan<byte> packed)
    {
        Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
        while (packed.Length >= 5)
        {
            string name = names[packed[0] % names.Count];
            int length = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(packed[1..]), (uint)(packed.Length - 5));
            files[name] = packed.Slice(5, length).ToArray();
            packed = packed[(5 + length)..];
        }

        return files;
    }
}

/// <summary>The order of samples that a store answers in, for comparisons.</summary>
internal static class SampleLists
{
    public static bool Same(List<(string, long, long)> left, List<(string, long, long)> right) =>
        CollectionsMarshal.AsSpan(left).SequenceEqual(CollectionsMarshal.AsSpan(right));
}
