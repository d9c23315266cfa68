using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Plimsoll.Series;

/// <summary>The disk of this machine.</summary>
public sealed partial class LocalFileSystem : IFileSystem
{
    private LocalFileSystem()
    {
    }

    public static LocalFileSystem Instance { get; } = new();

    public void CreateFolder(string path) => Directory.CreateDirectory(path);

    public IReadOnlyList<string> ListFiles(string folder) => Names(Directory.GetFiles(folder));

    public IReadOnlyList<string> ListFolders(string folder) => Names(Directory.GetDirectories(folder));

    public bool FileExists(string path) => File.Exists(path);

    public IAppendFile Create(string path) =>
        new AppendFile(File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.Read));

    public IAppendFile Recycle(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        return new AppendFile(File.OpenHandle(to, FileMode.Open, FileAccess.Write, FileShare.Read));
    }

    public void Sync(string path)
    {
        using AppendFile file = new(File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite));
        file.Sync();
    }

    public void Link(string existing, string path)
    {
        if (OperatingSystem.IsWindows() || HardLink(existing, path) != 0)
        {
            File.Copy(existing, path, overwrite: false);
            Sync(path);
        }
    }

    public long FreeBytes(string folder) => new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;

    public IReadFile OpenRead(string path) =>
        new ReadFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess));

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    public void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // NTFS journals its names, and offers no handle of a folder to flush.
        }

        int descriptor = Open(path, OpenFlags);
        if (descriptor < 0)
        {
            throw new IOException($"The folder '{path}' could not be opened to sync it: {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        int failed = Fsync(descriptor);
        string reason = failed == 0 ? "" : Marshal.GetLastPInvokeErrorMessage();
        _ = Close(descriptor);
        if (failed != 0)
        {
            throw new IOException($"The folder '{path}' could not be synced: {reason}.");
        }
    }

    public IDisposable? TryLock(string path)
    {
        // FileShare.None is flock(LOCK_EX | LOCK_NB) on Unix: it ends with the descriptor, so kill -9 leaves no stale lock.
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException held) when (held.HResult is LinuxWouldBlock or DarwinWouldBlock or WindowsSharingViolation)
        {
            return null;
        }
    }

    private const int LinuxWouldBlock = 11;
    private const int DarwinWouldBlock = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int OpenFlags = 0x80000; // O_RDONLY | O_CLOEXEC on Linux

    private static string[] Names(string[] paths) => Array.ConvertAll(paths, path => Path.GetFileName(path));

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int HardLink(string existing, string path);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SyncData(SafeFileHandle descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);

    private sealed class AppendFile(SafeFileHandle handle) : IAppendFile
    {
        private long _length;

        public void Append(ReadOnlySpan<byte> bytes)
        {
            RandomAccess.Write(handle, bytes, _length);
            _length += bytes.Length;
        }

        public void Sync()
        {
            // fdatasync leaves out what a reader does not need, such as the time of the change: less to write for a file
            // whose length stays.
            if (!OperatingSystem.IsLinux())
            {
                RandomAccess.FlushToDisk(handle);
            }
            else if (SyncData(handle) != 0)
            {
                throw new IOException($"A file could not be synced: {Marshal.GetLastPInvokeErrorMessage()}.");
            }
        }

        public void Dispose() => handle.Dispose();
    }

    private sealed class ReadFile(SafeFileHandle handle) : IReadFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public int Read(long offset, Span<byte> buffer)
        {
            int total = 0;
            while (total < buffer.Length)
            {
                int read = RandomAccess.Read(handle, buffer[total..], offset + total);
                if (read == 0)
                {
                    break;
                }

                total += read;
            }

            return total;
        }

        public void Dispose() => handle.Dispose();
    }
}
