using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>A verb <c>list</c>: everything of one kind in the organization, as a table or as one page of JSON.</summary>
internal abstract class ListVerb<T> : ServerVerb
{
    private readonly Option<bool> _json;
    private readonly JsonTypeInfo<Page<T>> _page;

    protected ListVerb(string what, JsonTypeInfo<Page<T>> page, Shell shell, ServerOptions server)
        : base("list", $"List {what}", VerbGroup.Look, shell, server)
    {
        _json = JsonOption(what);
        _page = page;
        Options.Add(_json);
    }

    protected abstract Task<Page<T>> PageAsync(PlimsollClient client, string org, string? cursor, CancellationToken cancellation);

    /// <summary>What is said on stderr where there is none.</summary>
    protected abstract string None(string org);

    protected abstract TextTable Table(List<T> all);

    protected override async Task<int> RunAsync(ParseResult arguments, Connection connection, CancellationToken cancellation)
    {
        string org = await connection.OrgAsync(cancellation);
        List<T> all = await Pages.AllAsync(
            (cursor, token) => PageAsync(connection.Client, org, cursor, token), cancellation).ToListAsync(cancellation);
        if (arguments.GetValue(_json))
        {
            JsonText.Write(new Page<T>(all, null), _page, Output);
        }
        else if (all.Count == 0)
        {
            Shell.Error.WriteLine(Printable.Line(None(org)));
        }
        else
        {
            Table(all).WriteTo(Output, Shell);
        }

        return ExitCode.Done;
    }
}
