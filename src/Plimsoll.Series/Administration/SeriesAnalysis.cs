using Plimsoll.Series.Blocks;

namespace Plimsoll.Series;

/// <summary>Says what the blocks of a store that nobody has open are made of, and changes nothing in it.</summary>
public static class SeriesAnalysis
{
    /// <param name="most">Entries in each list.</param>
    /// <returns>One for each tenant that has blocks.</returns>
    /// <exception cref="SeriesStoreInUseException">A process has it open.</exception>
    /// <exception cref="SeriesStoreException">There is no store, or one of another version.</exception>
    public static async Task<IReadOnlyList<StoreAnalysis>> RunAsync(
        string folder, int most, IFileSystem? files = null, CancellationToken cancellation = default)
    {
        IFileSystem disk = files ?? LocalFileSystem.Instance;
        StoreFolder store = new(folder, disk);
        store.RequireCurrent();
        using IDisposable held = store.CreateAndLock();
        return await Task.Run(() => BlockAnalyzer.AnalyzeClosed(disk, store, most, cancellation), cancellation);
    }
}
