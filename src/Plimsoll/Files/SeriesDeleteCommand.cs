using System.CommandLine;
using System.Text.Json;
using Plimsoll.Series;

namespace Plimsoll.Cli;

/// <summary>Hides samples at once, and lists the deletions that can still be taken back.</summary>
internal sealed class SeriesDeleteCommand : FileVerb
{
    private const int Shown = 10;

    private readonly Argument<string?> _selector = new("selector")
    {
        Description = "Which series, as in PromQL",
        HelpName = "SELECTOR",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<DateTimeOffset?> _from = Cli.Arguments.Instant("--from", "Only samples from then on");
    private readonly Option<DateTimeOffset?> _to = Cli.Arguments.Instant("--to", "Only samples up to then [default: now]");
    private readonly Option<bool> _list = new("--list") { Description = "List the deletions that are not yet carried out, and delete nothing" };
    private readonly Option<string> _tenant = TenantOption.Create();
    private readonly Option<bool> _json = JsonOption("the deletion, or the list");

    public SeriesDeleteCommand(Shell shell)
        : base(
            "delete",
            "Hide samples now; for a day they can be had back with undelete, then they are gone",
            shell,
            "Ask it to: curl -X POST http://127.0.0.1:7070/api/v1/admin/tsdb/delete_series --data-urlencode 'match[]=SELECTOR'")
    {
        Arguments.Add(_selector);
        Options.Add(_from);
        Options.Add(_to);
        Options.Add(_list);
        Options.Add(_tenant);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "plimsoll series delete 'http_requests_total{app=\"old\"}'",
        "plimsoll series delete '{instance=\"web-7\"}' --from 2026-11-01 --to 2026-11-02",
        "plimsoll series delete --list",
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        TenantId tenant = TenantOption.Parse(arguments.GetRequiredValue(_tenant));
        string? text = arguments.GetValue(_selector);
        if (arguments.GetValue(_list) == (text is not null))
        {
            throw CommandFailedException.Usage("Say which series to delete, such as 'up{job=\"node\"}', or --list alone.");
        }

        IReadOnlyList<LabelMatcher> matchers = text is null ? [] : SelectorText.Parse(text);
        await using SeriesStore store = OpenStore(arguments);
        if (text is null)
        {
            List(store.Deletions(tenant), arguments.GetValue(_json));
            return ExitCode.Done;
        }

        TimeRange range = new(
            arguments.GetValue(_from)?.ToUnixTimeMilliseconds() ?? long.MinValue,
            arguments.GetValue(_to)?.ToUnixTimeMilliseconds() ?? long.MaxValue);
        if (range.MinMs > range.MaxMs)
        {
            throw CommandFailedException.Usage("--from is later than --to.");
        }

        try
        {
            Delete(store, tenant, matchers, range, arguments.GetValue(_json), cancellation);
        }
        catch (ArgumentException refused)
        {
            throw new CommandFailedException(refused.Message, refused);
        }

        return ExitCode.Done;
    }

    private void Delete(SeriesStore store, TenantId tenant, IReadOnlyList<LabelMatcher> matchers, TimeRange range, bool json, CancellationToken cancellation)
    {
        using ISeriesSelection selection = store.OpenReader(tenant).Select(matchers, range, new SelectLimits(int.MaxValue), cancellation);
        if (selection.Count == 0)
        {
            if (json)
            {
                JsonText.Write(writer => writer.WriteNullValue(), Output);
            }
            else
            {
                Output.WriteLine(Printable.Line($"No series match {SelectorText.Of(matchers)}: nothing is deleted."));
            }

            return;
        }

        SeriesDeletion deletion = store.Delete(tenant, matchers, range);
        if (json)
        {
            JsonText.Write(
                writer =>
                {
                    writer.WriteStartObject();
                    Write(deletion, writer);
                    writer.WriteNumber("series", selection.Count);
                    writer.WriteEndObject();
                },
                Output);
            return;
        }

        Output.WriteLine(Printable.Line($"Deletion {deletion.Id} hides {CheckText.Count(selection.Count, "series", "series")} {SelectorText.Of(deletion.Range)}:"));
        for (int i = 0; i < Math.Min(Shown, selection.Count); i++)
        {
            Output.WriteLine("  " + Printable.Line(selection.Labels(i).ToString()));
        }

        if (selection.Count > Shown)
        {
            Output.WriteLine($"  and {selection.Count - Shown} more");
        }

        Output.WriteLine($"Until {TimeText.Second(deletion.GoneAt)} UTC it can be taken back: plimsoll series undelete {deletion.Id}");
    }

    private void List(IReadOnlyList<SeriesDeletion> deletions, bool json)
    {
        if (json)
        {
            JsonText.Write(
                writer =>
                {
                    writer.WriteStartArray();
                    foreach (SeriesDeletion deletion in deletions)
                    {
                        writer.WriteStartObject();
                        Write(deletion, writer);
                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                },
                Output);
            return;
        }

        if (deletions.Count == 0)
        {
            Output.WriteLine("No deletion is waiting to be carried out.");
            return;
        }

        TextTable table = new(new("ID", Align.Right), new("SERIES", Flexible: true), new("SAMPLES"), new("UNTIL (UTC)"));
        foreach (SeriesDeletion deletion in deletions)
        {
            table.Add($"{deletion.Id}", SelectorText.Of(deletion.Matchers), SelectorText.Of(deletion.Range), TimeText.Second(deletion.GoneAt));
        }

        table.WriteTo(Output, Shell);
    }

    private static void Write(SeriesDeletion deletion, Utf8JsonWriter json)
    {
        json.WriteNumber("id", deletion.Id);
        json.WriteString("selector", SelectorText.Of(deletion.Matchers));
        if (deletion.Range.MinMs == long.MinValue)
        {
            json.WriteNull("min_ms");
        }
        else
        {
            json.WriteNumber("min_ms", deletion.Range.MinMs);
        }

        json.WriteNumber("max_ms", deletion.Range.MaxMs);
        json.WriteString("created", deletion.Created);
        json.WriteString("gone_at", deletion.GoneAt);
    }
}
