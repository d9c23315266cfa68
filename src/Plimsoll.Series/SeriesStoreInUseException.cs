namespace Plimsoll.Series;

/// <summary>Another process, or another store of this one, holds the folder.</summary>
public sealed class SeriesStoreInUseException(string folder, Exception? inner) : IOException(
    $"The series store in '{folder}' is in use by another process. Stop the other server, or choose another folder.", inner)
{
    public string Folder { get; } = folder;
}
