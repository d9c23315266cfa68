using System.CommandLine;
using Plimsoll.Series;
using Plimsoll.Server;

namespace Plimsoll.Cli;

/// <summary>Makes a data folder's series of a snapshot, never over others.</summary>
internal sealed class SeriesRestoreCommand : FileVerb
{
    private readonly Argument<string> _snapshot = new("snapshot")
    {
        Description = "The snapshot; it is verified first, and stays",
        HelpName = "SNAPSHOT",
    };

    private readonly Option<bool> _json = JsonOption("what was restored");

    public SeriesRestoreCommand(Shell shell)
        : base("restore", "Verify a snapshot and copy it into a data folder without series", shell, "Stop that one first.")
    {
        Arguments.Add(_snapshot);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples => ["plimsoll series restore /backup/series-2026-11-25 --data /var/lib/plimsoll"];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        string snapshot = FullPath(arguments.GetRequiredValue(_snapshot));
        if (!Directory.Exists(snapshot))
        {
            throw new CommandFailedException($"There is no snapshot in {snapshot}.");
        }

        DataPlace place = Place(arguments);
        using IDisposable held = place.Hold();
        string target = place.Series.Folder;
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw new CommandFailedException($"{target} holds series already, and a restore never writes over them. Move that folder away, or name another with --data.");
        }

        if (Directory.Exists(place.Restoring))
        {
            // An earlier restore was stopped; it begins anew.
            Directory.Delete(place.Restoring, recursive: true);
        }

        long blocks = 0;
        SeriesCheckReport report = await SeriesSnapshot.RestoreAsync(
            snapshot, place.Restoring, new Progress<BlockVerification>(Shell, _ => $"{++blocks} blocks verified"), cancellation: cancellation);
        if (report.IsSound)
        {
            if (Directory.Exists(target))
            {
                Directory.Delete(target);
            }

            Directory.Move(place.Restoring, target);
            LocalFileSystem.Instance.SyncFolder(place.Folder);
        }
        else
        {
            Directory.Delete(place.Restoring, recursive: true);
        }

        Write(arguments, report, snapshot, target);
        return report.IsSound ? ExitCode.Done : ExitCode.Failed;
    }

    private void Write(ParseResult arguments, SeriesCheckReport report, string snapshot, string target)
    {
        if (arguments.GetValue(_json))
        {
            JsonText.Write(
                json =>
                {
                    json.WriteStartObject();
                    json.WriteString("snapshot", snapshot);
                    json.WriteString("folder", target);
                    CheckText.Write(report, json);
                    json.WriteEndObject();
                },
                Output);
            return;
        }

        CheckText.Write(report, snapshot, Shell);
        Output.WriteLine(Printable.Line(report.IsSound ? $"Restored into {target}." : "Nothing was restored."));
    }
}
