using System.CommandLine;
using Plimsoll.Series;

namespace Plimsoll.Cli;

/// <summary>Takes a deletion back.</summary>
internal sealed class SeriesUndeleteCommand : FileVerb
{
    private readonly Argument<ulong> _id = new("id")
    {
        Description = "The deletion's number, as delete and delete --list print it",
        HelpName = "ID",
    };

    private readonly Option<string> _tenant = TenantOption.Create();
    private readonly Option<bool> _json = JsonOption("the deletion's number");

    public SeriesUndeleteCommand(Shell shell)
        : base("undelete", "Have deleted samples back, within the day after", shell, "Ask it to: curl -X POST 'http://127.0.0.1:7070/api/v1/admin/tsdb/undelete_series?id=ID'")
    {
        Arguments.Add(_id);
        Options.Add(_tenant);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples => ["plimsoll series undelete 3"];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        ulong id = arguments.GetValue(_id);
        TenantId tenant = TenantOption.Parse(arguments.GetRequiredValue(_tenant));
        await using SeriesStore store = OpenStore(arguments);
        if (!store.Undelete(tenant, id))
        {
            throw new CommandFailedException($"There is no deletion {id} that can be taken back. List them with: plimsoll series delete --list");
        }

        if (arguments.GetValue(_json))
        {
            JsonText.Write(
                json =>
                {
                    json.WriteStartObject();
                    json.WriteNumber("undeleted", id);
                    json.WriteEndObject();
                },
                Output);
        }
        else
        {
            Output.WriteLine($"Deletion {id} is taken back: its samples are seen again.");
        }

        return ExitCode.Done;
    }
}
