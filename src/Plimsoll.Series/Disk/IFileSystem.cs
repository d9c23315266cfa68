namespace Plimsoll.Series;

/// <summary>
/// The disk as the engine sees it: so little that a test can break every operation. Failures are <see cref="IOException"/>
/// or <see cref="UnauthorizedAccessException"/>. Paths are absolute or relative to the process, as in <see cref="File"/>.
/// </summary>
public interface IFileSystem
{
    /// <summary>Creates a folder with its parents; does nothing when it is there.</summary>
    void CreateFolder(string path);

    /// <summary>The names, not paths, of the files directly in a folder, in any order.</summary>
    IReadOnlyList<string> ListFiles(string folder);

    /// <summary>The names, not paths, of the folders directly in a folder, in any order.</summary>
    IReadOnlyList<string> ListFolders(string folder);

    bool FileExists(string path);

    /// <summary>Creates a file for writing, emptying one that is there.</summary>
    IAppendFile Create(string path);

    /// <summary>
    /// Renames a file that is no longer needed and opens it for writing from its beginning, over what it holds: its blocks
    /// on disk are there already, so a sync has less to do. Bytes past those written stay what they were.
    /// </summary>
    IAppendFile Recycle(string from, string to);

    /// <summary>Makes the bytes of a file durable that an earlier process may have written without that.</summary>
    void Sync(string path);

    /// <summary>Gives a file a second name, or copies it where the disk can't.</summary>
    void Link(string existing, string path);

    /// <summary>Bytes that may still be written on the disk of a folder.</summary>
    long FreeBytes(string folder);

    /// <summary>Opens a file for reading at any offset.</summary>
    IReadFile OpenRead(string path);

    /// <summary>Renames a file, replacing the target if there is one. Durable after <see cref="SyncFolder"/>.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file; does nothing when it is missing.</summary>
    void Delete(string path);

    /// <summary>Makes the names in a folder durable: files created, renamed and deleted.</summary>
    void SyncFolder(string path);

    /// <summary>Takes the lock that a file stands for; it ends with the process at the latest.</summary>
    /// <returns>The lock, to be disposed; null when someone else holds it.</returns>
    IDisposable? TryLock(string path);
}

/// <summary>A file that only grows. Not safe for use by several threads at once.</summary>
public interface IAppendFile : IDisposable
{
    /// <summary>Writes all bytes at the end, or throws.</summary>
    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Makes all bytes durable, or throws. After a failure nothing is known of the bytes since the last success, and the
    /// file must not be synced again: the kernel may have dropped them and call it done.
    /// </summary>
    void Sync();
}

/// <summary>A file to read from. Safe for use by several threads.</summary>
public interface IReadFile : IDisposable
{
    long Length { get; }

    /// <returns>Bytes read; fewer than asked only at the end of the file.</returns>
    int Read(long offset, Span<byte> buffer);
}
