namespace Plimsoll.Collect;

/// <summary>Where the kernel and the system tell about themselves; tests point them at folders of their own.</summary>
public sealed record HostPaths
{
    public string ProcRoot { get; init; } = "/proc";

    public string SysRoot { get; init; } = "/sys";

    /// <summary>The root of the file system whose <c>etc/os-release</c> is read and under which mount points lie.</summary>
    public string FileSystemRoot { get; init; } = "/";

    internal KernelPath Proc(string path) => new(Path.Combine(ProcRoot, path));

    internal KernelPath Sys(string path) => new(Path.Combine(SysRoot, path));

    internal KernelPath File(string path) => new(Path.Combine(FileSystemRoot, path.TrimStart('/')));
}
