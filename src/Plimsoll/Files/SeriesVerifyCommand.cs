using System.CommandLine;
using Plimsoll.Series;

namespace Plimsoll.Cli;

/// <summary>Reads a store or a snapshot from end to end.</summary>
internal sealed class SeriesVerifyCommand : FileVerb
{
    private readonly Argument<string?> _snapshot = new("snapshot")
    {
        Description = "A snapshot to verify, in place of the data folder's series",
        HelpName = "[SNAPSHOT]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _json = JsonOption("what was found");

    public SeriesVerifyCommand(Shell shell)
        : base("verify", "Read every block and log record, and say what is damaged; exit code 1 when something is", shell, "Stop that one first, or verify a snapshot.")
    {
        Arguments.Add(_snapshot);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples =>
        ["plimsoll series verify", "plimsoll series verify /backup/series-2026-11-25"];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        string folder = arguments.GetValue(_snapshot) is { } snapshot ? FullPath(snapshot) : Place(arguments).Series.Folder;
        if (!Directory.Exists(folder))
        {
            throw new CommandFailedException($"There is no series store in {folder}. Name the data folder with --data.");
        }

        long blocks = 0;
        SeriesCheckReport report = await SeriesCheck.RunAsync(
            folder, new Progress<BlockVerification>(Shell, _ => $"{++blocks} blocks read"), cancellation: cancellation);
        if (arguments.GetValue(_json))
        {
            JsonText.Write(
                json =>
                {
                    json.WriteStartObject();
                    json.WriteString("folder", folder);
                    CheckText.Write(report, json);
                    json.WriteEndObject();
                },
                Output);
        }
        else
        {
            CheckText.Write(report, folder, Shell);
        }

        return report.IsSound ? ExitCode.Done : ExitCode.Failed;
    }
}
