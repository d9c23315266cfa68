using System.CommandLine;
using Plimsoll.Collect;
using Plimsoll.Series;
using Plimsoll.Server;

namespace Plimsoll.Cli;

/// <summary>Takes samples of any age from files, straight into blocks.</summary>
internal sealed class SeriesImportCommand : FileVerb
{
    private readonly Argument<string[]> _files = new("files")
    {
        Description = "The files; .gz is unpacked, - reads standard input",
        HelpName = "FILE…",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _format = new("--format")
    {
        Description = $"{ImportFile.OpenMetrics}, {ImportFile.Prometheus} or {ImportFile.Capture} [default: found out for each file]",
        HelpName = "FORMAT",
    };

    private readonly Option<string> _tenant = TenantOption.Create();
    private readonly Option<bool> _json = JsonOption("the summary");

    public SeriesImportCommand(Shell shell)
        : base("import", "Import samples of any age: OpenMetrics, Prometheus' text, or recorded remote write", shell, "Stop that one first, or send it the samples by remote write if they are not late.")
    {
        _format.AcceptOnlyFromAmong(ImportFile.OpenMetrics, ImportFile.Prometheus, ImportFile.Capture);
        Arguments.Add(_files);
        Options.Add(_format);
        Options.Add(_tenant);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples =>
        ["plimsoll series import history.om", "plimsoll series import capture.bin --format remote-write-capture"];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        TenantId tenant = TenantOption.Parse(arguments.GetRequiredValue(_tenant));
        DataPlace place = Place(arguments);
        using IDisposable held = place.Hold();
        await using SeriesStore store = Open(place);

        // What the store has wins, and blocks win in the order of their numbers: so what is in memory becomes a block first.
        await store.FlushAsync(cancellation);
        BulkWriter writer = store.OpenBulkWriter(tenant);
        long oldestMs = (Shell.Time.GetUtcNow() - place.Series.Retention).ToUnixTimeMilliseconds();
        ImportSink sink = new(writer, oldestMs, new Progress<long>(Shell, samples => $"{CheckText.Count(samples, "sample", "samples")} read"));
        long refused = 0;
        long passedOver = 0;
        string? firstRefusal = null;
        string? error = null;
        foreach (string file in arguments.GetRequiredValue(_files))
        {
            if (file != "-")
            {
                FullPath(file);
            }

            ImportOutcome outcome = await ImportFile.ReadAsync(file, arguments.GetValue(_format), place.Series.Labels, sink, Shell, cancellation);
            refused += outcome.Refused;
            passedOver += outcome.PassedOver;
            firstRefusal ??= outcome.FirstRefusal;
            if (outcome.Error is { } found)
            {
                error = $"{file}: {found}";
                break;
            }
        }

        await writer.FlushAsync(cancellation);
        ImportSummary summary = new(
            sink.Samples, sink.Series, writer.WrittenSamples, writer.Conflicts, writer.WrittenBlocks, refused, firstRefusal, passedOver + sink.Exemplars, sink.StartTimes, writer.AheadOfClock, store.Deletions(tenant).Count, sink.PastRetention, error);
        if (arguments.GetValue(_json))
        {
            summary.WriteJson(Output);
        }
        else
        {
            summary.WriteText(Output, place.Series.Retention);
        }

        return error is null
            ? ExitCode.Done
            : throw new CommandFailedException($"{error} What came before it is imported; mend the file and import it again, which is safe.");
    }
}
