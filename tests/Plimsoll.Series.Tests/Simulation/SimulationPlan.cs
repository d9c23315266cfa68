using Plimsoll.Series.Tests.Disks;

namespace Plimsoll.Series.Tests.Simulation;

/// <summary>What one seed's world is like.</summary>
/// <param name="WriteFaults">How many in a thousand operations that change the disk fail.</param>
/// <param name="IsDamaged">Bits flip at rest and reads fail: what that hits may be lost, when the store says so.</param>
internal sealed record SimulationPlan(
    int Steps, Durability Durability, int WriteFaults, bool IsDamaged, bool NamesInAnyOrder, long SegmentBytes, long CheckpointBytes, TimeSpan Retention, int SeriesCount)
{
    public static SimulationPlan Of(Random chance) => new(
        chance.Next(15, 90),
        chance.Next(2) == 0 ? Durability.Power : Durability.Process,
        chance.Next(3) == 0 ? chance.Next(2, 60) : 0,
        chance.Next(5) == 0,
        chance.Next(2) == 0,
        chance.Next(4096, 40_000),
        chance.Next(4096, 100_000),
        TimeSpan.FromHours(chance.Next(8, 24 * 8)),
        chance.Next(2, 24));

    public SeriesStoreOptions Options(SimulatedDisk disk, TimeProvider clock) => new()
    {
        Folder = "/data/series",
        FileSystem = disk,
        TimeProvider = clock,
        Durability = Durability,
        SegmentBytes = SegmentBytes,
        CheckpointBytes = CheckpointBytes,
        Retention = Retention,
        DiskReserveBytes = 0,
        IndexCacheBytes = 20_000,
    };
}

/// <summary>A seed's run found something wrong; says how to run it again.</summary>
internal sealed class SimulationFailedException(int seed, int step, string what, Exception? inner = null)
    : Exception($"PLIMSOLL_SEED={seed}: at step {step}, {what}", inner);
