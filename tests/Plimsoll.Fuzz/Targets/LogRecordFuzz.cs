using System.Buffers.Binary;
using Plimsoll.Series;
using Plimsoll.Series.Deletions;
using Plimsoll.Series.Log;
using Plimsoll.Series.Tests;
using Plimsoll.Series.Tests.Disks;

namespace Plimsoll.Fuzz.Targets;

public sealed class LogRecordFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new LogRecords();
}

public sealed class DeletionsFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new DeletionLists();
}

/// <summary>
/// Records of a log or a checkpoint whose checksums fit whatever they say: no disk does that, but readers of samples, definitions,
/// histograms, exemplars and metadata use pointers, and must bear it. What was read once is read again after the next start.
/// </summary>
internal sealed class LogRecords : FuzzTarget
{
    private const ulong Sequence = 1;
    private static readonly StoreFolder Folder = new(StoreImage.Folder, new MemoryDisk());

    public override IReadOnlyList<byte[]> Seeds { get; } = [.. StoreImage.Disks.SelectMany(SeedsOf)];

    public override IReadOnlyList<byte[]> Words { get; } =
        [[16], [17], [18], [19], [20], [21], [22], [23], [5, .. "local"u8], [5, .. "other"u8], [0x0A, 0x06, 0x0A, 0x01, 0x61, 0x12, 0x01, 0x62], [0, 0, 8, 0x0A, 0x06, 0x0A, 0x01, 0x61, 0x12, 0x01, 0x62]];

    public override int Runs => 1_500;

    public override long MayAllocate(int inputBytes) => 96L << 20;

    public override Reading Run(byte[] input)
    {
        MemoryDisk disk = new();
        bool isCheckpoint = input.Length > 0 && (input[0] & 1) != 0;
        StoreImage.Put(disk, Path.Combine(StoreImage.Folder, "VERSION"), Utf8($"plimsoll series {StoreFolder.CurrentVersion}\n"));
        StoreImage.Put(disk, isCheckpoint ? Folder.Checkpoint(Sequence) : Folder.Segment(Sequence), Framed(input, isCheckpoint));
        try
        {
            SeriesStore store = StoreImage.Open(disk);
            List<(string, long, long)> first;
            SeriesStoreStatistics statistics;
            try
            {
                first = ReadAll(store);
                statistics = store.Statistics;
            }
            finally
            {
                store.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }

            store = StoreImage.Open(disk);
            try
            {
                List<(string, long, long)> second = ReadAll(store);
                Check.That(SampleLists.Same(first, second), $"{first.Count} samples are read at the first start and {second.Count} at the next: {statistics.LastError}; {store.Statistics.LastError}");
            }
            finally
            {
                store.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }

            return statistics.Quarantined > 0
                ? new Reading(false, Reading.ShapeOf(statistics.LastError ?? "") + Reading.Accepted(first.Count).Shape)
                : Reading.Accepted(first.Count, statistics.Tenants, statistics.HeadSeries, statistics.HeadChunks);
        }
        catch (SeriesStoreException refused)
        {
            return Reading.Refused(refused);
        }
        catch (UnreadableChunkException unreadable)
        {
            return Reading.Refused(unreadable.InnerException!);
        }
    }

    // A checkpoint's chunks of floats are taken into the head by their counts: to decode each of them at every start would take time that
    // the record's checksum saves. So one that only a forger could have written is refused when it is read.
    private static List<(string, long, long)> ReadAll(SeriesStore store)
    {
        try
        {
            return StoreImage.ReadAll(store, Samples.Tenant);
        }
        catch (InvalidDataException unreadable)
        {
            throw new UnreadableChunkException(unreadable);
        }
    }

    private static IEnumerable<byte[]> SeedsOf(MemoryDisk disk)
    {
        foreach (string path in disk.Paths)
        {
            bool isCheckpoint = path.EndsWith(StoreFolder.CheckpointSuffix, StringComparison.Ordinal);
            if (!isCheckpoint && !path.EndsWith(StoreFolder.SegmentSuffix, StringComparison.Ordinal))
            {
                continue;
            }

            byte[] bytes = disk.Contents(path);
            SegmentScan scan = SegmentScan.Of(bytes, ulong.Parse(Path.GetFileNameWithoutExtension(path)));
            List<byte> input = [isCheckpoint ? (byte)1 : (byte)0];
            foreach (Range record in scan.Records.Where(record => isCheckpoint || bytes[record.Start.Value] is (byte)RecordKind.Samples or (byte)RecordKind.Rich))
            {
                byte[] payload = bytes[record];
                input.AddRange([(byte)payload.Length, (byte)(payload.Length >> 8), .. payload]);
            }

            // A log that leans on definitions in a checkpoint is no seed: what it says of other series is lost.
            if (isCheckpoint)
            {
                yield return [.. input];
            }
        }

        yield return [0];
        yield return [0, .. FirstRecords()];
    }

    // Records that define what they speak of.
    private static byte[] FirstRecords()
    {
        MemoryDisk disk = new();
        SeriesStore store = StoreImage.Open(disk);
        SampleBatch batch = new();
        batch.BeginSeries(LabelSet.Of("a", ("b", "c")));
        batch.Add(Samples.Start, 1);
        batch.Add(Samples.Start + 1, 2, startTimestampMs: Samples.Start - 5);
        batch.Add(new Exemplar(LabelSet.From([new Label("id", "x")]), 1, Samples.Start));
        batch.Add(new MetricDescription("a", new MetricMetadata(MetricKind.Gauge, "s", "h")));
        batch.BeginSeries(LabelSet.Of("h"));
        foreach ((int number, Histogram histogram) in Plimsoll.Series.Tests.Histograms.HistogramShapes.Series(new Random(3), 3).Index())
        {
            batch.Add(Samples.Start + number, histogram);
        }

        store.OpenWriter(Samples.Tenant).AppendAsync(batch, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        store.Append(Samples.Tenant, LabelSet.Of("a", ("b", "d")), Samples.Start, 3).GetAwaiter().GetResult();
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        string path = disk.Paths.Single(file => file.EndsWith(StoreFolder.SegmentSuffix, StringComparison.Ordinal));
        byte[] bytes = disk.Contents(path);
        return [.. SegmentScan.Of(bytes, ulong.Parse(Path.GetFileNameWithoutExtension(path))).Records.SelectMany(record => (byte[])[(byte)bytes[record].Length, (byte)(bytes[record].Length >> 8), .. bytes[record]])];
    }

    private sealed class UnreadableChunkException(InvalidDataException inner) : Exception(inner.Message, inner);

    private static byte[] Framed(ReadOnlySpan<byte> input, bool isCheckpoint)
    {
        List<byte> file = [];
        byte[] header = new byte[LogFormat.HeaderLength];
        LogFormat.WriteHeader(header, isCheckpoint ? LogFormat.CheckpointMagic : LogFormat.SegmentMagic, Sequence, LogFormat.UnknownLength);
        file.AddRange(header);
        byte[] frame = new byte[LogFormat.FrameLength];
        for (ReadOnlySpan<byte> rest = input.IsEmpty ? [] : input[1..]; rest.Length >= 2;)
        {
            ReadOnlySpan<byte> payload = rest.Slice(2, Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(rest), rest.Length - 2));
            LogFormat.WriteFrame(frame, Sequence, file.Count, payload);
            file.AddRange(frame);
            file.AddRange(payload);
            rest = rest[(2 + payload.Length)..];
        }

        return [.. file];
    }
}

/// <summary>The list of deletions with a checksum that fits: it is read, and then hides, takes back and is written like any other; or it is set aside.</summary>
internal sealed class DeletionLists : FuzzTarget
{
    private static readonly LabelSet[] Series = [LabelSet.Of("up", ("i", "1")), LabelSet.Of("größe"), LabelSet.Empty];

    public override IReadOnlyList<byte[]> Seeds { get; } =
        [.. StoreImage.Disks.SelectMany(disk => disk.Paths.Where(path => Path.GetFileName(path) == "deletions").Select(path => disk.Contents(path)[..^4]))];

    public override IReadOnlyList<byte[]> Words { get; } = [[5, .. "local"u8], [1, 2, 1, .. "a"u8, 1, .. "("u8], [0, 1, .. "i"u8, 1, .. "1"u8], [2], [3], [4], [255]];

    public override int MaxBytes => 4096;

    public override int Runs => 4_000;

    public override long MayAllocate(int inputBytes) => (8L << 20) + (100_000L * inputBytes);

    public override Reading Run(byte[] input)
    {
        MemoryDisk disk = new();
        StoreFolder folder = new(StoreImage.Folder, disk);
        byte[] file = new byte[input.Length + 4];
        input.CopyTo(file, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(input.Length), Checksum.Of(input));
        StoreImage.Put(disk, folder.Deletions, file);
        disk.CreateFolder(folder.Quarantine);
        List<string> reports = [];
        ManualClock clock = new() { NowMs = Samples.Start + 10_000 };
        DeletionSet deletions = new(folder, disk, clock, TimeSpan.FromHours(1));
        deletions.Load(reports.Add);
        Use(deletions);
        Deletion added = deletions.Add(Samples.Tenant, [new LabelMatcher("i", MatchOperator.Equal, "1")], TimeRange.All);
        DeletionSet again = new(folder, disk, clock, TimeSpan.FromHours(1));
        again.Load(reports.Add);
        Check.That(again.All.Select(deletion => (deletion.Id, deletion.Range)).SequenceEqual(deletions.All.Select(deletion => (deletion.Id, deletion.Range))), "what was read and written is not read again");
        Use(again);
        Check.That(again.Undelete(Samples.Tenant, added.Id), "a deletion can't be taken back");
        return reports.Count > 0 ? Reading.Refused(reports[0]) : Reading.Accepted(deletions.All.Count, input.Length);
    }

    private static void Use(DeletionSet deletions)
    {
        List<TimeRange> hidden = [];
        foreach (LabelSet labels in Series)
        {
            deletions.Hidden(Samples.Tenant, new Plimsoll.Series.Blocks.RetentionOptions { Age = TimeSpan.FromDays(1) }).HiddenOf(labels, hidden);
            Check.That(hidden.TrueForAll(range => range.MinMs <= range.MaxMs), "a hidden stretch ends before it begins");
        }
    }
}
