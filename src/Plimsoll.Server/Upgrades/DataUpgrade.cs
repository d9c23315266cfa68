using Plimsoll.Series;
using Plimsoll.Series.Upgrades;
using Plimsoll.Server.Configuration;

namespace Plimsoll.Server;

/// <summary>
/// Brings a data folder of an older program to the current formats. The new store is written beside the old one; two renames
/// put it in its place. It can be stopped at any step, and goes on when it is run again.
/// </summary>
public static class DataUpgrade
{
    private const int CurrentSeries = 2;

    /// <param name="progress">Is told how many samples were copied.</param>
    /// <exception cref="StartException">The folder isn't there, a server holds it, or something is in the way.</exception>
    /// <exception cref="SeriesStoreException">The old store can't be read, or the new one can't be written.</exception>
    public static async Task<DataUpgradeReport> RunAsync(DataPlace place, IProgress<long>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(place);
        string series = place.Series.Folder;
        string upgrading = DataFolder.SeriesUpgrading(place.Folder);
        string old = DataFolder.SeriesVersion1(place.Folder);
        if (!Directory.Exists(series) && !Directory.Exists(upgrading))
        {
            throw new StartException($"There are no series in {place.Folder}. Name the data folder with --data.");
        }

        using DataFolder held = DataFolder.Hold(place.Folder);
        string? kept = Directory.Exists(old) ? old : null;
        if (!Directory.Exists(series))
        {
            // The old store was moved away, so the new one is whole: only the last rename is missing.
            Move(upgrading, series, place.Folder);
            return new DataUpgradeReport(Upgraded: true, Samples: 0, Damage: null, kept);
        }

        int? version = SeriesUpgrade.VersionOf(series);
        if (version is null or >= CurrentSeries)
        {
            return new DataUpgradeReport(Upgraded: false, Samples: 0, Damage: null, kept);
        }

        if (kept is not null)
        {
            throw new StartException($"{old} is there already, and the store in {series} has version {version} again. Move one of the two away.");
        }

        if (Directory.Exists(upgrading))
        {
            // Stopped while copying: nobody knows how far it came.
            Directory.Delete(upgrading, recursive: true);
        }

        (long samples, string? damage) = await SeriesUpgrade.CopyAsync(series, place.Series with { Folder = upgrading }, progress, cancellation);
        Move(series, old, place.Folder);
        Move(upgrading, series, place.Folder);
        return new DataUpgradeReport(Upgraded: true, samples, damage, old);
    }

    private static void Move(string from, string to, string parent)
    {
        try
        {
            Directory.Move(from, to);
            LocalFileSystem.Instance.SyncFolder(parent);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{from} can't be renamed to {to}: {failure.Message} Mend that and run the upgrade again; it goes on from here.");
        }
    }
}

/// <summary>What an upgrade did.</summary>
/// <param name="Upgraded">False when there was nothing to do.</param>
/// <param name="Samples">Copied in this run.</param>
/// <param name="Damage">What of the old store could not be read; null when all could.</param>
/// <param name="Kept">The old store, which may be deleted when the new one has shown itself; null when there is none.</param>
public sealed record DataUpgradeReport(bool Upgraded, long Samples, string? Damage, string? Kept);
