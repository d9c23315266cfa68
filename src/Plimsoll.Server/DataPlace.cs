using Plimsoll.Series;
using Plimsoll.Server.Configuration;

namespace Plimsoll.Server;

/// <summary>Where a server keeps its data, and how: for verbs that work on the files while no server runs.</summary>
/// <param name="Folder">The data folder.</param>
/// <param name="Series">The series store within it, with the retention that the server gives it.</param>
public sealed record DataPlace(string Folder, SeriesStoreOptions Series)
{
    /// <summary>Finds it as <c>plimsoll serve</c> would: flags over <c>PLIMSOLL_*</c> over the configuration file over the default.</summary>
    /// <exception cref="ConfigurationException">A setting can't be used.</exception>
    public static DataPlace Find(string? data, string? config, Func<string, string?> environment)
    {
        ServerSettings settings = SettingsReader.Read(new ServeOptions(data, Listen: null, config), environment);
        return new DataPlace(settings.DataFolder, Stores.SeriesOptions(settings, Path.Combine(settings.DataFolder, "series")));
    }

    /// <summary>Where a restore writes until all of it is there.</summary>
    public string Restoring => DataFolder.SeriesRestoring(Folder);

    /// <summary>Takes the place of the server that could hold the folder.</summary>
    /// <exception cref="StartException">A server has it, or it can't be written.</exception>
    public IDisposable Hold() => DataFolder.Hold(Folder);
}
