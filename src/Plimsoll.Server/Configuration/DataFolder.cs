using System.Globalization;

namespace Plimsoll.Server.Configuration;

/// <summary>The data folder, held by this server alone until disposed; the kernel lets go of it even after kill -9.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    public string SeriesFolder => System.IO.Path.Combine(Path, "series");

    /// <summary>What an upgrade writes; it becomes <see cref="SeriesFolder"/> when it is whole.</summary>
    public static string SeriesUpgrading(string data) => System.IO.Path.Combine(data, "series-upgrading");

    /// <summary>The store of version 1 that an upgrade keeps.</summary>
    public static string SeriesVersion1(string data) => System.IO.Path.Combine(data, "series-version-1");

    /// <summary>What a restore writes; it becomes <see cref="SeriesFolder"/> when it is whole.</summary>
    public static string SeriesRestoring(string data) => System.IO.Path.Combine(data, "series-restoring");

    /// <summary>Where snapshots go that were asked for over HTTP.</summary>
    public string Snapshots => System.IO.Path.Combine(Path, "snapshots");

    /// <summary>Makes sure that no upgrade or restore stopped half-way: a server would start with no series at all.</summary>
    /// <exception cref="StartException">One did; the message says how to go on.</exception>
    public void RequireWhole()
    {
        if (Directory.Exists(SeriesFolder))
        {
            return;
        }

        if (Directory.Exists(SeriesUpgrading(Path)))
        {
            throw new StartException($"An upgrade of {Path} was interrupted: its series are in {SeriesUpgrading(Path)} and not yet in their place. Run `plimsoll data upgrade --data {Path}` again; it goes on where it stopped.");
        }

        if (Directory.Exists(SeriesRestoring(Path)))
        {
            throw new StartException($"A restore into {Path} was interrupted. Run `plimsoll series restore SNAPSHOT --data {Path}` again, or delete {SeriesRestoring(Path)} to start without its series.");
        }
    }

    public string LedgerFile => System.IO.Path.Combine(Path, "ledger.db");

    /// <exception cref="StartException">It can't be made, isn't writable, or another server holds it.</exception>
    public static DataFolder Hold(string path)
    {
        string lockFile = System.IO.Path.Combine(path, "server.lock");
        string pidFile = System.IO.Path.Combine(path, "server.pid");
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The data folder {path} can't be made: {failed.Message} Name another with --data.");
        }

        FileStream held;
        try
        {
            // FileShare.None is an advisory flock on Linux: it ends with the process, however the process ends.
            held = new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException)
        {
            throw new StartException($"The data folder {path} is not writable by this user. Name another with --data, or change its owner.");
        }
        catch (IOException) when (File.Exists(lockFile) && Holder(pidFile) is { } holder)
        {
            throw new StartException($"The data folder {path} is open by another Plimsoll server (process {holder}). Stop that one, or name another folder with --data.");
        }
        catch (IOException failed)
        {
            throw new StartException($"The data folder {path} can't be used: {failed.Message} Name another with --data.");
        }

        try
        {
            File.WriteAllText(pidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            held.Dispose();
            throw new StartException($"The data folder {path} is not writable: {failed.Message} Name another with --data, or make room.");
        }

        return new DataFolder(path, held);
    }

    public void Dispose() => _lock.Dispose();

    private static string? Holder(string pidFile)
    {
        try
        {
            string pid = File.ReadAllText(pidFile).Trim();
            return pid.Length is > 0 and < 12 && Directory.Exists($"/proc/{pid}") ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
