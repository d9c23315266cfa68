using Plimsoll.Series.Blocks;
using Plimsoll.Series.Deletions;
using Plimsoll.Series.Log;

namespace Plimsoll.Series;

/// <summary>Reads a store that nobody has open from end to end, and changes nothing in it.</summary>
public static class SeriesCheck
{
    /// <param name="folder">Of the store, or of a snapshot.</param>
    /// <param name="progress">Is told each block that was read.</param>
    /// <exception cref="SeriesStoreInUseException">A process has it open.</exception>
    /// <exception cref="SeriesStoreException">There is no store, or one of another version.</exception>
    public static async Task<SeriesCheckReport> RunAsync(
        string folder, IProgress<BlockVerification>? progress = null, IFileSystem? files = null, CancellationToken cancellation = default)
    {
        StoreFolder store = new(folder, files ?? LocalFileSystem.Instance);
        store.RequireCurrent();
        using IDisposable held = store.CreateAndLock();
        return await Task.Run(() => Check(store, files ?? LocalFileSystem.Instance, progress, cancellation), cancellation);
    }

    internal static SeriesCheckReport Check(StoreFolder store, IFileSystem files, IProgress<BlockVerification>? progress, CancellationToken cancellation)
    {
        List<BlockVerification> blocks = [];
        foreach (BlockVerification block in BlockVerifier.VerifyClosed(files, store, cancellation))
        {
            blocks.Add(block);
            progress?.Report(block);
        }

        return new SeriesCheckReport(blocks, LogVerifier.Verify(store, files, cancellation), DeletionSet.DamageOf(store, files))
        {
            Missing = SnapshotManifest.Missing(store, files),
        };
    }
}

/// <summary>What a check found.</summary>
/// <param name="Log">Each segment and checkpoint.</param>
/// <param name="DeletionsDamage">What is wrong with the list of deletions; null when nothing is.</param>
public sealed record SeriesCheckReport(IReadOnlyList<BlockVerification> Blocks, IReadOnlyList<LogVerification> Log, string? DeletionsDamage)
{
    /// <summary>What a snapshot lacks of what it was made of, one sentence each.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    public bool IsSound => DeletionsDamage is null && Missing.Count == 0 && Blocks.All(block => block.IsSound) && Log.All(log => log.IsSound);
}

/// <summary>What was found in a file of the log: each record's checksum was computed anew.</summary>
/// <param name="Damage">One sentence for each stretch that is lost; a last record that was never finished is none.</param>
public sealed record LogVerification(string Path, int Records, long Bytes, IReadOnlyList<string> Damage)
{
    public bool IsSound => Damage.Count == 0;
}
