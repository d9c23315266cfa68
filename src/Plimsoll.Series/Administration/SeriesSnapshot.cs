using Plimsoll.Series.Blocks;

namespace Plimsoll.Series;

/// <summary>Makes a store of a snapshot again.</summary>
public static class SeriesSnapshot
{
    private const int CopyBytes = 1 << 20;

    /// <summary>
    /// Reads the snapshot from end to end, then copies it. The file <c>VERSION</c> comes last: a folder without it is no whole copy.
    /// </summary>
    /// <param name="snapshot">Only read, also where nothing may be written.</param>
    /// <param name="target">A folder that is empty or missing.</param>
    /// <param name="progress">Is told each block that was read.</param>
    /// <returns>What the check found; when it isn't sound, nothing was copied.</returns>
    /// <exception cref="SeriesStoreException">There is no whole snapshot, the target is not empty, or it can't be written.</exception>
    public static Task<SeriesCheckReport> RestoreAsync(
        string snapshot, string target, IProgress<BlockVerification>? progress = null, IFileSystem? files = null, CancellationToken cancellation = default) =>
        Task.Run(() => Restore(snapshot, target, progress, files ?? LocalFileSystem.Instance, cancellation), cancellation);

    private static SeriesCheckReport Restore(
        string snapshot, string target, IProgress<BlockVerification>? progress, IFileSystem files, CancellationToken cancellation)
    {
        StoreFolder from = new(snapshot, files);
        StoreFolder to = new(target, files);
        try
        {
            from.RequireCurrent();
            to.CreateEmpty();
            SeriesCheckReport report = SeriesCheck.Check(from, files, progress, cancellation);
            if (report.IsSound)
            {
                Copy(from, to, files, cancellation);
            }

            return report;
        }
        catch (Exception failure) when (failure is (IOException and not SeriesStoreException) or UnauthorizedAccessException)
        {
            throw new SeriesStoreException($"The snapshot '{snapshot}' could not be copied to '{target}': {failure.Message} Delete '{target}', then try again.", failure);
        }
    }

    private static void Copy(StoreFolder from, StoreFolder to, IFileSystem files, CancellationToken cancellation)
    {
        files.CreateFolder(to.Blocks);
        foreach (string name in files.ListFolders(from.Blocks))
        {
            if (!TenantId.TryParse(name, out TenantId tenant))
            {
                continue;
            }

            files.CreateFolder(to.BlocksOf(tenant));
            foreach (ulong number in from.Sequences(from.BlocksOf(tenant), StoreFolder.BlockSuffix))
            {
                Copy(from.Block(tenant, number), to.Block(tenant, number), files, cancellation);
            }

            files.SyncFolder(to.BlocksOf(tenant));
        }

        files.SyncFolder(to.Blocks);
        CopyLog(from, to, files, cancellation);
        if (files.FileExists(from.Deletions))
        {
            Copy(from.Deletions, to.Deletions, files, cancellation);
        }

        to.WriteVersion();
    }

    // A snapshot has no log; a plain copy of a stopped store's folder has one, and can be restored as well.
    private static void CopyLog(StoreFolder from, StoreFolder to, IFileSystem files, CancellationToken cancellation)
    {
        if (!files.ListFolders(from.Root).Contains(Path.GetFileName(from.Log), StringComparer.Ordinal))
        {
            return;
        }

        files.CreateFolder(to.Log);
        foreach (string name in files.ListFiles(from.Log))
        {
            Copy(Path.Combine(from.Log, name), Path.Combine(to.Log, name), files, cancellation);
        }

        files.SyncFolder(to.Log);
    }

    private static void Copy(string from, string to, IFileSystem files, CancellationToken cancellation)
    {
        using IReadFile source = files.OpenRead(from);
        using IAppendFile target = files.Create(to);
        byte[] buffer = new byte[CopyBytes];
        for (long at = 0; at < source.Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            int read = source.Read(at, buffer);
            if (read == 0)
            {
                throw new IOException($"'{from}' became shorter while it was read.");
            }

            target.Append(buffer.AsSpan(0, read));
            at += read;
        }

        target.Sync();
    }
}
