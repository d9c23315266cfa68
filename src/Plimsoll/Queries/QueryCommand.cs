using System.CommandLine;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>Asks for a PromQL expression: a table at an instant, a chart over a range.</summary>
internal sealed class QueryCommand : ServerVerb
{
    private readonly Argument<string> _expression = new("expression")
    {
        Description = "A PromQL expression, in single quotes",
        HelpName = "EXPR",
    };

    private readonly Option<TimeSpan?> _range = Cli.Arguments.Span("--range", "Draw the last stretch of time, such as 1h, as a chart");
    private readonly Option<TimeSpan?> _step = Cli.Arguments.Span("--step", "Time between points of a range [default: what the chart can show]");
    private readonly Option<DateTimeOffset?> _time = Cli.Arguments.Instant("--time", "Instant, or end of the range: RFC 3339 or Unix seconds [default: now]");
    private readonly Option<bool> _json = JsonOption("Prometheus' data object");

    public QueryCommand(Shell shell, ServerOptions server)
        : base("query", "Evaluate a PromQL expression: a table, or with --range a chart", VerbGroup.Look, shell, server)
    {
        Arguments.Add(_expression);
        Options.Add(_range);
        Options.Add(_step);
        Options.Add(_time);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "plimsoll query node_load1",
        "plimsoll query 'sum by (mode) (rate(node_cpu_seconds_total[1m]))' --range 1h",
        "plimsoll query 'node_memory_MemAvailable_bytes' --range 6h --step 1m --json",
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, Connection connection, CancellationToken cancellation)
    {
        string expression = arguments.GetRequiredValue(_expression);
        TimeSpan? range = arguments.GetValue(_range);
        if (range is null && arguments.GetValue(_step) is not null)
        {
            throw CommandFailedException.Usage("--step needs --range: an instant has no steps.");
        }

        try
        {
            if (range is { } length)
            {
                await ShowRangeAsync(expression, length, arguments, connection, cancellation);
            }
            else
            {
                QueryAnswer answer = await connection.Client.QueryAsync(expression, arguments.GetValue(_time), cancellation);
                Show(answer, arguments, () => InstantTable.Write(answer.Result, Shell));
            }
        }
        catch (PlimsollApiException error) when (error.Position is { } position)
        {
            throw new CommandFailedException(QueryErrorText.Explain(error.Message, expression, position, Shell.Width), error);
        }

        return ExitCode.Done;
    }

    private async Task ShowRangeAsync(
        string expression,
        TimeSpan length,
        ParseResult arguments,
        Connection connection,
        CancellationToken cancellation)
    {
        DateTimeOffset end = arguments.GetValue(_time) ?? Shell.Time.GetUtcNow();
        TimeSpan step = arguments.GetValue(_step) ?? QueryRange.StepFor(length, Shell.Width);
        QueryRange range = new(end - length, end, step);
        QueryAnswer answer = await connection.Client.QueryRangeAsync(expression, range.Start, range.End, range.Step, cancellation);
        Show(answer, arguments, () => RangeView.Write(expression, (MatrixResult)answer.Result, range, Shell));
    }

    private void Show(QueryAnswer answer, ParseResult arguments, Action draw)
    {
        foreach (string note in answer.Warnings.Concat(answer.Infos))
        {
            Shell.Error.WriteLine(Printable.Line(note));
        }

        if (arguments.GetValue(_json))
        {
            JsonText.Write(answer.Data, Output);
        }
        else
        {
            draw();
        }
    }
}
