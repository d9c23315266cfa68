using System.CommandLine;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>Metered hours, each with what of it was observed.</summary>
internal sealed class UsageShowCommand : ServerVerb
{
    /// <summary>More rows than this are no table any more; the filter is what the user wants.</summary>
    private const int MostHours = 20_000;

    // The most that a server gives at once: fewer round trips.
    private const int PageSize = 1000;

    private readonly Option<string?> _meter = Cli.Arguments.Text("--meter", "METER", "Only this meter");
    private readonly Option<string?> _machine = Cli.Arguments.Text("--machine", "MACHINE", "Only this machine");
    private readonly Option<DateTimeOffset?> _from = Cli.Arguments.Instant("--from", "Hours that start at or after it");
    private readonly Option<DateTimeOffset?> _to = Cli.Arguments.Instant("--to", "Hours that start before it");
    private readonly Option<bool> _json = JsonOption("the hours");

    public UsageShowCommand(Shell shell, ServerOptions server)
        : base("show", "Show metered usage by the hour, with what was observed of it", VerbGroup.Pay, shell, server)
    {
        Options.Add(_meter);
        Options.Add(_machine);
        Options.Add(_from);
        Options.Add(_to);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "plimsoll usage show",
        "plimsoll usage show --meter vcpu --from 2026-11-25",
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, Connection connection, CancellationToken cancellation)
    {
        UsageFilter filter = new(
            arguments.GetValue(_meter),
            arguments.GetValue(_machine),
            arguments.GetValue(_from),
            arguments.GetValue(_to),
            PageSize);
        string org = await connection.OrgAsync(cancellation);
        List<UsageHour> hours = [];
        await foreach (UsageHour hour in connection.Client.GetAllUsageAsync(org, filter, cancellation))
        {
            if (hours.Count == MostHours)
            {
                throw new CommandFailedException($"More than {MostHours} hours match; narrow them with --meter, --machine, --from or --to.");
            }

            hours.Add(hour);
        }

        if (arguments.GetValue(_json))
        {
            JsonText.Write(new Page<UsageHour>(hours, null), PlimsollJson.Readable.PageUsageHour, Output);
        }
        else if (hours.Count == 0)
        {
            Shell.Error.WriteLine(Printable.Line(Nothing(filter)));
        }
        else
        {
            WriteTable(hours);
        }

        return ExitCode.Done;
    }

    private static string Nothing(UsageFilter filter)
    {
        if (filter is { Meter: null, Machine: null, From: null, To: null })
        {
            return "No usage is metered yet.";
        }

        string meter = filter.Meter is { } named ? $" of meter '{named}'" : "";
        string machine = filter.Machine is { } host ? $" of machine '{host}'" : "";
        string time = filter.From is null && filter.To is null ? "" : " in this time";
        return $"No usage{meter}{machine}{time}.";
    }

    private void WriteTable(List<UsageHour> hours)
    {
        TextTable table = new(
            new TextColumn("hour (UTC)"),
            new TextColumn("machine", Flexible: true),
            new TextColumn("meter"),
            new TextColumn("quantity", Align.Decimal),
            new TextColumn("unit"),
            new TextColumn("observed", Align.Right),
            new TextColumn("gaps"));
        foreach (UsageHour hour in hours)
        {
            table.Add(
                TimeText.Instant(hour.Start),
                hour.Machine,
                hour.Meter,
                hour.Quantity,
                hour.Unit,
                Observation.Share(hour.ObservedSeconds, hour.Open),
                Observation.Gaps(hour.Gaps));
        }

        table.WriteTo(Output, Shell);
    }
}
