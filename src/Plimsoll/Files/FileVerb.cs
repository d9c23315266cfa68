using System.CommandLine;
using Plimsoll.Series;
using Plimsoll.Server;
using Plimsoll.Server.Configuration;

namespace Plimsoll.Cli;

/// <summary>A verb on the files of a data folder. It refuses a folder that a server holds.</summary>
internal abstract class FileVerb : Verb
{
    // What is past the retention is left for the server to delete: a verb that was not told of the server's configuration
    // must not delete by another.
    private static readonly TimeSpan Forever = TimeSpan.FromDays(36_525);

    private readonly Option<string?> _data = Cli.Arguments.Text(
        "--data",
        "DIR",
        "The data folder [default: as for plimsoll serve]");

    private readonly Option<string?> _config = Cli.Arguments.Text(
        "--config",
        "FILE",
        "The server's configuration, for its data folder and retention [default: plimsoll.yaml in the current folder, if there is one]");

    private readonly string _whileServed;

    /// <param name="whileServed">What to do instead while a server holds the folder.</param>
    protected FileVerb(string name, string description, Shell shell, string whileServed)
        : base(name, description, VerbGroup.Keep)
    {
        Shell = shell;
        _whileServed = whileServed;
        Options.Add(_data);
        Options.Add(_config);
        SetAction((arguments, cancellation) => TellAsync(arguments, cancellation));
    }

    protected Shell Shell { get; }

    protected TextWriter Output => Shell.Output;

    /// <returns>An <see cref="ExitCode"/>.</returns>
    protected abstract Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation);

    protected DataPlace Place(ParseResult arguments) => DataPlace.Find(arguments.GetValue(_data), arguments.GetValue(_config), Shell.Environment);

    /// <summary>Opens the store, which must be there.</summary>
    protected SeriesStore OpenStore(ParseResult arguments)
    {
        DataPlace place = Place(arguments);
        RequireSeries(place);
        return Open(place);
    }

    protected SeriesStore Open(DataPlace place) =>
        SeriesStore.Open(place.Series with { TimeProvider = Shell.Time, RetentionOf = static _ => Forever });

    /// <summary>A path that was named, from the root.</summary>
    protected static string FullPath(string path) =>
        string.IsNullOrWhiteSpace(path) ? throw CommandFailedException.Usage("A path is empty; name a folder or a file.") : Path.GetFullPath(path);

    protected static void RequireSeries(DataPlace place)
    {
        if (!Directory.Exists(place.Series.Folder))
        {
            throw new CommandFailedException($"There are no series in {place.Folder}. Name the data folder with --data.");
        }
    }

    private async Task<int> TellAsync(ParseResult arguments, CancellationToken cancellation)
    {
        try
        {
            return await RunAsync(arguments, cancellation);
        }
        catch (ConfigurationException wrong)
        {
            throw CommandFailedException.Usage(wrong.Message);
        }
        catch (SeriesStoreInUseException held)
        {
            throw new CommandFailedException($"The series in {held.Folder} are open in another process. {_whileServed}", held);
        }
        catch (Exception failure) when (failure is StartException or SeriesStoreException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(failure.Message, failure);
        }
    }
}
