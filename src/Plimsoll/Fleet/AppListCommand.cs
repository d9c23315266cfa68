using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>The apps of the organization.</summary>
internal sealed class AppListCommand(Shell shell, ServerOptions server)
    : ListVerb<App>("the apps", PlimsollJson.Readable.PageApp, shell, server)
{
    public override IReadOnlyList<string> Examples => ["plimsoll app list"];

    protected override Task<Page<App>> PageAsync(PlimsollClient client, string org, string? cursor, CancellationToken cancellation) =>
        client.GetAppsAsync(org, cursor, cancellation);

    protected override string None(string org) => $"{org} has no app yet.";

    protected override TextTable Table(List<App> all)
    {
        TextTable table = new(new TextColumn("id"), new TextColumn("name", Flexible: true), new TextColumn("created (UTC)"));
        foreach (App app in all)
        {
            table.Add(app.Id, app.Name, TimeText.Instant(app.CreatedAt));
        }

        return table;
    }
}
