using Plimsoll.Series;
using Plimsoll.Series.Tests;
using Plimsoll.Series.Tests.Disks;

namespace Plimsoll.Fuzz.Targets;

public sealed class StoreFolderFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new StoreFolders();
}

/// <summary>
/// The files of a store (log, checkpoint, block, deletions, version), changed anyhow: it opens and answers with nothing that was not
/// written, or says what is damaged; and it goes on from there as from any other start.
/// </summary>
internal sealed class StoreFolders : FuzzTarget
{
    private static readonly LabelSet New = LabelSet.Of("after", ("n", "1"));
    private static readonly string[] Names = [.. StoreImage.Disks.SelectMany(disk => disk.Paths).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    private static readonly FileList Files = new(Names);

    public override IReadOnlyList<byte[]> Seeds { get; } = [.. StoreImage.Disks.Select(disk => Files.Pack(disk.Paths.Select(path => (path, disk.Contents(path)))))];

    public override IReadOnlyList<byte[]> Words { get; } = ["PLR1"u8.ToArray(), "PLLG"u8.ToArray(), "PLKP"u8.ToArray(), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]];

    public override int Runs => 500;

    public override int MaxBytes => 32 << 10;

    public override long MayAllocate(int inputBytes) => 96L << 20;

    public override Reading Run(byte[] input)
    {
        MemoryDisk disk = new();
        foreach ((string path, byte[] bytes) in Files.Unpack(input))
        {
            StoreImage.Put(disk, path, bytes);
        }

        try
        {
            (bool isWhole, int samples, long quarantined) = Live(disk);
            return new Reading(isWhole, Reading.Accepted(samples, quarantined, disk.Paths.Count()).Shape);
        }
        catch (SeriesStoreException refused)
        {
            return Reading.Refused(refused);
        }
    }

    private static (bool IsWhole, int Samples, long Quarantined) Live(MemoryDisk disk)
    {
        List<(string Labels, long Ms, long Bits)> first;
        long quarantined;
        string? error;
        SeriesStore store = StoreImage.Open(disk);
        try
        {
            first = StoreImage.ReadAll(store, Samples.Tenant);
            quarantined = store.Statistics.Quarantined;
            error = store.Statistics.LastError;
            foreach ((string labels, long ms, long bits) in first)
            {
                Check.That(StoreImage.Written.Contains((labels, ms, bits)), $"{bits:x} of {labels} at {ms} is read, which nobody wrote");
            }

            AppendResult appended = store.Append(Samples.Tenant, New, Samples.Start + 1, 7).GetAwaiter().GetResult();
            Check.That(appended.Accepted == 1, $"after a start with damage nothing can be written: {error}");
        }
        finally
        {
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        store = StoreImage.Open(disk);
        try
        {
            List<(string, long, long)> second = StoreImage.ReadAll(store, Samples.Tenant);
            Check.That(second.Remove((New.ToString(), Samples.Start + 1, BitConverter.DoubleToInt64Bits(7))), "what was written after a start with damage is lost");
            Check.That(SampleLists.Same(first, second), $"{first.Count} samples are read at the first start and {second.Count} at the next: {error}; {store.Statistics.LastError}");
        }
        finally
        {
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        return (quarantined == 0, first.Count, quarantined);
    }
}
