using Plimsoll.Series;
using Plimsoll.Series.Tests;
using Plimsoll.Series.Tests.Disks;
using Plimsoll.Series.Upgrades;
using Plimsoll.Series.Upgrades.Version1.Chunks;

namespace Plimsoll.Fuzz.Targets;

public sealed class Version1ChunkFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new Version1Chunks();
}

public sealed class Version1FolderFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new Version1Folders();
}

/// <summary>A chunk of the older format decodes to as many samples as it states, or is refused.</summary>
internal sealed class Version1Chunks : FuzzTarget
{
    private readonly GuardedMemory _chunk = new(1 << 16);
    private readonly GuardedMemory _times = new(8 * ChunkEncoder.MaxSamples);
    private readonly GuardedMemory _values = new(8 * ChunkEncoder.MaxSamples);

    public override IReadOnlyList<byte[]> Seeds { get; } = [.. Enumerable.Range(0, 12).Select(Sound)];

    public override int MaxBytes => 6_000;

    public override Reading Run(byte[] input)
    {
        ReadOnlySpan<byte> chunk = _chunk.AtEnd(input);
        try
        {
            ChunkDecoder.HasSampleWithin(chunk, new TimeRange(Samples.Start, Samples.Start + 1000));
            int count = ChunkDecoder.Decode(chunk, _times.Room<long>(ChunkEncoder.MaxSamples), _values.Room<double>(ChunkEncoder.MaxSamples));
            return Reading.Accepted(count, input.Length, input[0]);
        }
        catch (InvalidDataException refused)
        {
            return Reading.Refused(refused);
        }
    }

    protected override void Close()
    {
        _chunk.Dispose();
        _times.Dispose();
        _values.Dispose();
    }

    private static byte[] Sound(int seed)
    {
        Random random = new(seed);
        int count = seed % 3 == 0 ? 1 + seed : 120;
        long[] times = new long[count];
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            times[i] = Samples.Start + (i * 1000) + (seed % 2 == 0 ? 0 : random.Next(100));
            values[i] = (seed % 4) switch { 0 => 5, 1 => Math.Round(random.NextDouble() * 100, 2), 2 => Math.Sin(i), _ => BitConverter.Int64BitsToDouble(random.NextInt64()) };
        }

        return ChunkEncoder.Encode(times, values, new ByteWriter()).Bytes;
    }
}

/// <summary>A store of version 1, changed anyhow, is copied into one of today as far as it is sound: nothing is in the new one that was not in the old.</summary>
internal sealed class Version1Folders : FuzzTarget
{
    private static readonly MemoryDisk Golden = MemoryDisk.Load(Path.Combine(AppContext.BaseDirectory, "Golden", "v1"), StoreImage.Folder);
    private static readonly FileList Files = new([.. Golden.Paths]);
    private static readonly HashSet<(string, long, long)> Written = [.. Copy(Golden.Copy()).Samples];

    public override IReadOnlyList<byte[]> Seeds { get; } = [Files.Pack(Golden.Paths.Select(path => (path, Golden.Contents(path))))];

    public override int Runs => 300;

    public override long MayAllocate(int inputBytes) => 128L << 20;

    public override Reading Run(byte[] input)
    {
        MemoryDisk disk = new();
        foreach ((string path, byte[] bytes) in Files.Unpack(input))
        {
            StoreImage.Put(disk, path, bytes);
        }

        try
        {
            (List<(string Labels, long Ms, long Bits)> samples, string? damage) = Copy(disk);
            foreach ((string labels, long ms, long bits) in samples)
            {
                Check.That(Written.Contains((labels, ms, bits)), $"{bits:x} of {labels} at {ms} is copied, which nobody wrote");
            }

            return new Reading(damage is null, Reading.ShapeOf(damage ?? "") + Reading.Accepted(samples.Count).Shape);
        }
        catch (SeriesStoreException refused)
        {
            return Reading.Refused(refused);
        }
    }

    private static (List<(string Labels, long Ms, long Bits)> Samples, string? Damage) Copy(MemoryDisk disk)
    {
        SeriesStoreOptions target = new()
        {
            Folder = "/data/series-new",
            FileSystem = disk,
            TimeProvider = new ManualClock { NowMs = Samples.Start + 3_600_000 },
            MemoryBytes = 16 << 20,
            DiskReserveBytes = 0,
        };
        (_, string? damage) = SeriesUpgrade.CopyAsync(StoreImage.Folder, target, progress: null, CancellationToken.None).GetAwaiter().GetResult();
        SeriesStore store = SeriesStore.Open(target);
        try
        {
            return (store.ReadAll(Samples.Tenant), damage);
        }
        finally
        {
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
