using System.CommandLine;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>The apps of the organization.</summary>
internal sealed class AppListCommand : ServerVerb
{
    private readonly Option<bool> _json = JsonOption("the apps");

    public AppListCommand(Shell shell, ServerOptions server)
        : base("list", "List the apps", VerbGroup.Look, shell, server)
    {
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples => ["plimsoll app list"];

    protected override async Task<int> RunAsync(ParseResult arguments, Connection connection, CancellationToken cancellation)
    {
        string org = await connection.OrgAsync(cancellation);
        List<App> apps = await Pages.AllAsync(
            (cursor, token) => connection.Client.GetAppsAsync(org, cursor, token), cancellation).ToListAsync(cancellation);
        if (arguments.GetValue(_json))
        {
            JsonText.Write(new Page<App>(apps, null), PlimsollJson.Readable.PageApp, Output);
            return ExitCode.Done;
        }

        if (apps.Count == 0)
        {
            Shell.Error.WriteLine($"{Printable.Line(org)} has no app yet.");
            return ExitCode.Done;
        }

        TextTable table = new(new TextColumn("id"), new TextColumn("name", Flexible: true), new TextColumn("created (UTC)"));
        foreach (App app in apps)
        {
            table.Add(app.Id, app.Name, TimeText.Instant(app.CreatedAt));
        }

        table.WriteTo(Output, Shell);
        return ExitCode.Done;
    }
}
