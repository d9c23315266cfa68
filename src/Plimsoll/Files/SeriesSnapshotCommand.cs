using System.CommandLine;
using Plimsoll.Series;

namespace Plimsoll.Cli;

/// <summary>Writes the store of this moment into another folder.</summary>
internal sealed class SeriesSnapshotCommand : FileVerb
{
    private readonly Argument<string> _target = new("target")
    {
        Description = "A folder that is empty or missing; on the same disk it takes no space, since blocks never change",
        HelpName = "TARGET",
    };

    private readonly Option<bool> _json = JsonOption("what was written");

    public SeriesSnapshotCommand(Shell shell)
        : base("snapshot", "Write all series of this moment into another folder", shell, "Ask it for the snapshot: curl -X POST http://127.0.0.1:7070/api/v1/admin/tsdb/snapshot")
    {
        Arguments.Add(_target);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples => ["plimsoll series snapshot /backup/series-2026-11-25"];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        await using SeriesStore store = OpenStore(arguments);
        SnapshotReport report = await store.SnapshotAsync(FullPath(arguments.GetRequiredValue(_target)), cancellation);
        if (arguments.GetValue(_json))
        {
            JsonText.Write(
                json =>
                {
                    json.WriteStartObject();
                    json.WriteString("folder", report.Folder);
                    json.WriteNumber("blocks", report.Blocks);
                    json.WriteNumber("bytes", report.Bytes);
                    json.WriteEndObject();
                },
                Output);
        }
        else
        {
            Output.WriteLine(Printable.Line($"{report.Folder} holds {CheckText.Count(report.Blocks, "block", "blocks")} in {NumberText.Bytes(report.Bytes)}."));
        }

        return ExitCode.Done;
    }
}
