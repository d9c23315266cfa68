using System.CommandLine;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>The price book in force, as a table or as the text that was imported.</summary>
internal sealed class PriceShowCommand : ServerVerb
{
    private readonly Option<bool> _yaml = new("--yaml") { Description = "Print the text of the price book, to be edited and imported again" };
    private readonly Option<bool> _json = JsonOption("the price book");

    public PriceShowCommand(Shell shell, ServerOptions server)
        : base("show", "Show the price book in force", VerbGroup.Pay, shell, server)
    {
        Options.Add(_yaml);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples => ["plimsoll price show", "plimsoll price show --yaml > prices.yaml"];

    protected override async Task<int> RunAsync(ParseResult arguments, Connection connection, CancellationToken cancellation)
    {
        if (arguments.GetValue(_yaml) && arguments.GetValue(_json))
        {
            throw CommandFailedException.Usage("--yaml and --json exclude each other.");
        }

        string org = await connection.OrgAsync(cancellation);
        PriceBook? newest = null;
        await foreach (PriceBook book in Pages.AllAsync(
            (cursor, token) => connection.Client.GetPriceBooksAsync(org, cursor, token), cancellation))
        {
            newest = newest is null || book.ImportedAt > newest.ImportedAt ? book : newest;
        }

        if (newest is null)
        {
            throw new CommandFailedException("No price book is imported yet. Import one with: plimsoll price import FILE");
        }

        if (arguments.GetValue(_json))
        {
            JsonText.Write(newest, PlimsollJson.Readable.PriceBook, Output);
        }
        else if (arguments.GetValue(_yaml))
        {
            string text = Printable.Lines(newest.Yaml);
            Output.Write(text.EndsWith('\n') ? text : text + "\n");
        }
        else
        {
            PriceTable.Write(newest, Shell);
        }

        return ExitCode.Done;
    }
}
