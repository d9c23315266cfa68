namespace Plimsoll.Series.Tests.Disks;

internal enum DiskOperationKind
{
    Create,
    Recycle,
    Link,
    Rename,
    Delete,
    Append,
    Sync,
    SyncFolder,
    CreateFolder,
    OpenRead,
    Read,
}

/// <summary>What someone asks of the disk.</summary>
/// <param name="Number">Which operation this is: those that change the disk are counted from 1, those that read on their own.</param>
internal readonly record struct DiskOperation(DiskOperationKind Kind, string Path, int Number);

internal enum DiskFault
{
    None,

    /// <summary>EIO. An append may have written a part; a failed sync loses what was unsynced and calls it clean.</summary>
    Error,

    /// <summary>ENOSPC. An append may have written a part.</summary>
    NoSpace,

    /// <summary>A read gives fewer bytes than the file has, as if it had been cut.</summary>
    Short,
}

/// <summary>How the machine or the process ends.</summary>
internal enum Ending
{
    /// <summary>kill -9: what was written is in the kernel's hands and survives, synced or not.</summary>
    Killed,

    /// <summary>Power loss: of what was not synced, any part may survive.</summary>
    PowerLoss,
}

/// <summary>The disk is gone because the process that used it has ended.</summary>
internal sealed class EndedException() : IOException("The process has ended: this disk answers no more.");

internal static class DiskErrors
{
    private const int InputOutput = 5;
    private const int OutOfSpace = 28;

    public static IOException Error(string path) => new($"Input/output error : '{path}'", InputOutput);

    public static IOException NoSpace(string path) => new($"No space left on device : '{path}'", OutOfSpace);
}
