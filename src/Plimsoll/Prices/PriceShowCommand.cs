using System.CommandLine;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>The price book in force, as a table or as the text that was imported.</summary>
internal sealed class PriceShowCommand : ServerVerb
{
    private readonly Option<bool> _yaml = new("--yaml") { Description = "Print the newest version's text, to be edited and imported again" };
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
        List<PriceBook> versions = await Pages.AllAsync(
            (cursor, token) => connection.Client.GetPriceBooksAsync(org, cursor, token), cancellation).ToListAsync(cancellation);
        if (versions.Count == 0)
        {
            throw new CommandFailedException("No price book is imported yet. Import one with: plimsoll price import FILE");
        }

        PriceBook newest = versions.MaxBy(book => book.Version)!;
        PriceBook inForce = InForce(versions, Shell.Time.GetUtcNow());

        if (arguments.GetValue(_json))
        {
            JsonText.Write(inForce, PlimsollJson.Readable.PriceBook, Output);
        }
        else if (arguments.GetValue(_yaml))
        {
            string text = Printable.Lines(newest.Yaml);
            Output.Write(text.EndsWith('\n') ? text : text + "\n");
        }
        else
        {
            PriceTable.Write(inForce, newest, Shell);
        }

        return ExitCode.Done;
    }

    /// <summary>The newest version that prices hours already; before any does, the first one prices them.</summary>
    private static PriceBook InForce(List<PriceBook> versions, DateTimeOffset now) =>
        versions.Where(book => book.EffectiveFrom <= now).MaxBy(book => book.Version) ?? versions.MinBy(book => book.Version)!;
}
