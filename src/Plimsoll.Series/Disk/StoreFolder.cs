using System.Globalization;

namespace Plimsoll.Series;

/// <summary>The names and paths within a store's folder, and what is done to the folder as a whole.</summary>
internal sealed class StoreFolder(string root, IFileSystem files)
{
    public const int CurrentVersion = 2;
    public const string SegmentSuffix = ".log";
    public const string CheckpointSuffix = ".checkpoint";
    public const string BlockSuffix = ".block";
    public const string TemporarySuffix = ".tmp";

    private const string VersionPrefix = "plimsoll series ";

    public string Root { get; } = root;

    public string Log { get; } = Path.Combine(root, "log");

    public string Blocks { get; } = Path.Combine(root, "blocks");

    public string Quarantine { get; } = Path.Combine(root, "quarantine");

    public string Deletions { get; } = Path.Combine(root, "deletions");

    /// <summary>Of a snapshot only.</summary>
    public string Manifest { get; } = Path.Combine(root, "SNAPSHOT");

    public string Segment(ulong sequence) => Path.Combine(Log, Name(sequence, SegmentSuffix));

    public string Checkpoint(ulong sequence) => Path.Combine(Log, Name(sequence, CheckpointSuffix));

    public string BlocksOf(TenantId tenant) => Path.Combine(Blocks, tenant.Value);

    public string Block(TenantId tenant, ulong sequence) => Path.Combine(BlocksOf(tenant), Name(sequence, BlockSuffix));

    /// <summary>The sequence numbers of the files with a suffix, ascending. Other names are passed over.</summary>
    public List<ulong> Sequences(string folder, string suffix)
    {
        List<ulong> sequences = [];
        foreach (string name in files.ListFiles(folder))
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal)
                && ulong.TryParse(name.AsSpan(0, name.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out ulong sequence))
            {
                sequences.Add(sequence);
            }
        }

        sequences.Sort();
        return sequences;
    }

    /// <summary>Creates what is missing and takes the lock.</summary>
    public IDisposable CreateAndLock()
    {
        try
        {
            files.CreateFolder(Root);
            IDisposable? held = files.TryLock(Path.Combine(Root, "LOCK"));
            return held ?? throw new SeriesStoreInUseException(Root, inner: null);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or (IOException and not SeriesStoreInUseException))
        {
            throw new SeriesStoreException($"The series store's folder '{Root}' can't be written: {failure.Message} Give the server's user the right to write there, or choose another folder.", failure);
        }
    }

    /// <summary>Creates the folder for a store to be written into.</summary>
    /// <exception cref="SeriesStoreException">There is something in it.</exception>
    public void CreateEmpty()
    {
        files.CreateFolder(Root);
        if (files.ListFiles(Root).Count + files.ListFolders(Root).Count > 0)
        {
            throw new SeriesStoreException($"The folder '{Root}' is not empty. Name one that is empty or missing.");
        }
    }

    /// <summary>Makes the folder a store of the current version.</summary>
    public void WriteVersion() =>
        WriteAtomically(Path.Combine(Root, "VERSION"), file => file.Append(System.Text.Encoding.ASCII.GetBytes($"{VersionPrefix}{CurrentVersion}\n")));

    /// <summary>Makes sure that there is a store of the current version.</summary>
    /// <exception cref="SeriesStoreException">There is none, or one of another version.</exception>
    public void RequireCurrent() =>
        Require(ReadVersion() ?? throw new SeriesStoreException($"There is no series store in '{Root}'."));

    /// <summary>Checks the version, creates the folders within, and removes what an interrupted write left.</summary>
    public void Prepare()
    {
        CheckVersion();
        files.CreateFolder(Log);
        files.CreateFolder(Blocks);
        files.CreateFolder(Quarantine);
        files.SyncFolder(Root);
        files.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(Root)) ?? Root);
        RemoveTemporary(Log);
        foreach (string tenant in files.ListFolders(Blocks))
        {
            RemoveTemporary(Path.Combine(Blocks, tenant));
        }

        SyncNames();
    }

    // An earlier life may have ended between giving a block or checkpoint its name and making the name durable. What is
    // seen now is built upon (older segments are let go), so it must not vanish with the power (simulator, seed 523).
    private void SyncNames()
    {
        files.SyncFolder(Log);
        files.SyncFolder(Blocks);
        foreach (string tenant in files.ListFolders(Blocks))
        {
            files.SyncFolder(Path.Combine(Blocks, tenant));
        }
    }

    /// <summary>Writes a whole file so that it is there complete or not at all.</summary>
    public void WriteAtomically(string path, Action<IAppendFile> write)
    {
        string temporary = path + TemporarySuffix;
        try
        {
            using (IAppendFile file = files.Create(temporary))
            {
                write(file);
                file.Sync();
            }

            files.Rename(temporary, path);
            files.SyncFolder(Path.GetDirectoryName(path)!);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw;
        }
    }

    /// <summary>Makes what an earlier process wrote into a file durable.</summary>
    public void Sync(string path) => files.Sync(path);

    /// <summary>Deletes a file whose absence is wanted but not needed: what remains is removed at the next start.</summary>
    public void TryDelete(string path)
    {
        try
        {
            files.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The caller reports the failure that led here, which is the one to mend.
        }
    }

    public byte[] ReadAll(string path)
    {
        using IReadFile file = files.OpenRead(path);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(checked((int)file.Length));
        int read = file.Read(0, bytes);
        return read == bytes.Length ? bytes : bytes[..read];
    }

    private static string Name(ulong sequence, string suffix) =>
        string.Create(CultureInfo.InvariantCulture, $"{sequence:D20}{suffix}");

    /// <summary>The version that the folder's store has; null when there is none.</summary>
    /// <exception cref="SeriesStoreException">The folder does not say.</exception>
    public int? ReadVersion()
    {
        string path = Path.Combine(Root, "VERSION");
        if (!files.FileExists(path))
        {
            return null;
        }

        string text = System.Text.Encoding.ASCII.GetString(ReadAll(path)).Trim();
        return text.StartsWith(VersionPrefix, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(VersionPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int version)
            ? version
            : throw new SeriesStoreException($"'{path}' does not say which version the series store has: it reads '{text}'. Is this folder a series store?");
    }

    private void CheckVersion()
    {
        int? version = ReadVersion();
        if (version is null)
        {
            SyncParents();
            WriteVersion();
        }
        else
        {
            Require(version.Value);
        }
    }

    private void Require(int version)
    {
        if (version < CurrentVersion)
        {
            throw new SeriesStoreException($"The series store in '{Root}' has version {version}; this program writes version {CurrentVersion}. Run `plimsoll data upgrade --data DIR` once; it keeps the old store beside the new one.");
        }
        else if (version > CurrentVersion)
        {
            throw new SeriesStoreException($"The series store in '{Root}' has version {version}; this program knows up to version {CurrentVersion}. Use the newer program that wrote it.");
        }
    }

    // Some of them may have been created just now. Those that can't be opened were there before.
    private void SyncParents()
    {
        for (string? parent = Path.GetDirectoryName(Path.GetFullPath(Root)); parent is not null; parent = Path.GetDirectoryName(parent))
        {
            try
            {
                files.SyncFolder(parent);
            }
            catch (UnauthorizedAccessException)
            {
                return;
            }
        }
    }

    private void RemoveTemporary(string folder)
    {
        foreach (string name in files.ListFiles(folder))
        {
            if (name.EndsWith(TemporarySuffix, StringComparison.Ordinal))
            {
                files.Delete(Path.Combine(folder, name));
            }
        }
    }
}
