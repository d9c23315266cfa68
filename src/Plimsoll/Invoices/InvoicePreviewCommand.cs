using System.CommandLine;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>The upcoming invoice; a line opens to its hours, an hour to the samples behind it.</summary>
internal sealed class InvoicePreviewCommand : ServerVerb
{
    private readonly Option<string?> _explain = Cli.Arguments.Text("--explain", "LINE", "Open a line, by number or id: its arithmetic and its hours");
    private readonly Option<DateTimeOffset?> _hour = Cli.Arguments.Instant("--hour", "With --explain: open an hour of the line to the samples behind it");
    private readonly Option<bool> _json = JsonOption("the invoice (with --explain its one line, with --hour the receipts)");

    public InvoicePreviewCommand(Shell shell, ServerOptions server)
        : base("preview", "Show what the current period costs so far, and why", VerbGroup.Pay, shell, server)
    {
        Options.Add(_explain);
        Options.Add(_hour);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "plimsoll invoice preview",
        "plimsoll invoice preview --explain 1",
        "plimsoll invoice preview --explain 1 --hour 2026-11-25T09:00:00Z",
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, Connection connection, CancellationToken cancellation)
    {
        string? wanted = arguments.GetValue(_explain);
        DateTimeOffset? hour = arguments.GetValue(_hour);
        bool json = arguments.GetValue(_json);
        if (hour is not null && wanted is null)
        {
            throw CommandFailedException.Usage("--hour needs --explain: name the line whose hour is to be opened.");
        }

        string org = await connection.OrgAsync(cancellation);
        UpcomingInvoice invoice = await connection.Client.GetUpcomingInvoiceAsync(org, cancellation);
        UpcomingInvoiceLine? line = wanted is null ? null : FindLine(invoice, wanted);
        if (line is not null && hour is { } instant)
        {
            await ShowReceiptsAsync(org, line, instant, json, connection, cancellation);
        }
        else if (json)
        {
            JsonText.Write(line is null ? invoice : invoice with { Lines = [line] }, PlimsollJson.Readable.UpcomingInvoice, Output);
        }
        else if (line is not null)
        {
            LineExplanation.Write(invoice, line, Shell);
        }
        else
        {
            InvoiceTable.Write(invoice, Shell);
        }

        return ExitCode.Done;
    }

    private static UpcomingInvoiceLine FindLine(UpcomingInvoice invoice, string wanted) =>
        invoice.Lines.FirstOrDefault(line => line.Id == wanted)
        ?? invoice.Lines.FirstOrDefault(line => line.Number.ToString() == wanted)
        ?? throw new CommandFailedException(
            $"The invoice has no line '{Printable.Line(wanted)}'; it has "
            + (invoice.Lines.Count == 0
                ? "none yet."
                : string.Join(", ", invoice.Lines.Select(line => $"{line.Number} ({line.Id})")) + "."));

    private async Task ShowReceiptsAsync(
        string org,
        UpcomingInvoiceLine line,
        DateTimeOffset instant,
        bool json,
        Connection connection,
        CancellationToken cancellation)
    {
        InvoiceHour[] hours = [.. line.Hours.Where(hour => hour.Start <= instant && instant < hour.Start.AddHours(1))];
        if (hours.Length == 0)
        {
            throw new CommandFailedException(line.Hours.Count == 0
                ? $"Line {line.Number} has no hours yet."
                : $"Line {line.Number} has no hour at {TimeText.Instant(instant)} UTC; its hours begin between "
                    + $"{TimeText.Instant(line.Hours.Min(hour => hour.Start))} and {TimeText.Instant(line.Hours.Max(hour => hour.Start))} UTC.");
        }

        List<UsageReceipt> receipts = [];
        foreach (InvoiceHour hour in hours)
        {
            receipts.Add(await connection.Client.GetUsageReceiptAsync(org, line.Meter, hour.Machine, hour.Start, cancellation));
        }

        if (json)
        {
            JsonText.Write(new Page<UsageReceipt>(receipts, null), PlimsollJson.Readable.PageUsageReceipt, Output);
            return;
        }

        foreach (UsageReceipt receipt in receipts)
        {
            ReceiptText.Write(receipt, Shell);
        }
    }
}
