using Plimsoll.Series.Bulk;

namespace Plimsoll.Series.Upgrades;

/// <summary>
/// Writes a store of an older version anew in the current one, beside it. The old store is only read; the caller puts the new
/// one in its place when it is whole.
/// </summary>
public static class SeriesUpgrade
{
    private const int BatchSamples = 200_000;

    /// <summary>The version that a folder's store has; null when there is none.</summary>
    /// <exception cref="SeriesStoreException">The folder does not say.</exception>
    public static int? VersionOf(string folder, IFileSystem? files = null) => new StoreFolder(folder, files ?? LocalFileSystem.Instance).ReadVersion();

    /// <summary>Copies every sample of the old store into a new one.</summary>
    /// <param name="old">A store of version 1. No process holds it.</param>
    /// <param name="target">The new store; <see cref="SeriesStoreOptions.Folder"/> is empty or missing.</param>
    /// <param name="progress">Is told how many samples were copied.</param>
    /// <returns>Samples copied, and what of the old store could not be read, or null.</returns>
    /// <exception cref="SeriesStoreException">The old store is in use or of another version, or the new one can't be written.</exception>
    public static async Task<(long Samples, string? Damage)> CopyAsync(string old, SeriesStoreOptions target, IProgress<long>? progress, CancellationToken cancellation)
    {
        StoreFolder folder = new(old, target.FileSystem);
        using IDisposable held = folder.CreateAndLock();
        if (folder.ReadVersion() is not 1)
        {
            throw new SeriesStoreException($"The series store in '{old}' has version {folder.ReadVersion()?.ToString() ?? "none"}; this upgrade reads version 1.");
        }

        using Version1.StoredSeries source = new(target with { Folder = old }, folder);
        await using SeriesStore store = SeriesStore.Open(target);
        long samples = 0;
        foreach (TenantId tenant in source.Tenants)
        {
            BulkWriter writer = store.OpenBulkWriter(tenant);
            using ISeriesSelection all = source.OpenReader(tenant).Select([], TimeRange.All, new SelectLimits(int.MaxValue), cancellation);
            samples += await CopyAsync(all, writer, copied => progress?.Report(samples + copied), cancellation);
            await writer.FlushAsync(cancellation);
        }

        return (samples, source.Counters.LastError);
    }

    private static async Task<long> CopyAsync(ISeriesSelection all, BulkWriter writer, Action<long> report, CancellationToken cancellation)
    {
        SampleBatch batch = new();
        long[] timestampsMs = new long[SampleBlock.PreferredSpan];
        double[] values = new double[SampleBlock.PreferredSpan];
        long samples = 0;
        for (int i = 0; i < all.Count; i++)
        {
            ISampleCursor cursor = all.Open(i);
            batch.BeginSeries(all.Labels(i));
            for (int count = cursor.Read(timestampsMs, values); count > 0; count = cursor.Read(timestampsMs, values))
            {
                for (int sample = 0; sample < count; sample++)
                {
                    batch.Add(timestampsMs[sample], values[sample]);
                }

                samples += count;
            }

            if (batch.SampleCount >= BatchSamples || i == all.Count - 1)
            {
                await writer.AddAsync(batch, cancellation);
                batch.Clear();
                report(samples);
            }
        }

        return samples;
    }
}
