using System.CommandLine;
using System.Globalization;
using Plimsoll.Series;

namespace Plimsoll.Cli;

/// <summary>Brings a store into its smallest form now.</summary>
internal sealed class SeriesCompactCommand : FileVerb
{
    private readonly Option<bool> _json = JsonOption("the sizes");

    public SeriesCompactCommand(Shell shell)
        : base("compact", "Merge blocks now, and write out what was deleted before the grace period", shell, "Ask it to: curl -X POST http://127.0.0.1:7070/api/v1/admin/tsdb/clean_tombstones")
    {
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples => ["plimsoll series compact"];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        await using SeriesStore store = OpenStore(arguments);
        CompactionReport report = await store.CompactAsync(cancellation);
        string? error = store.Statistics.LastError;
        if (error is not null)
        {
            Shell.Error.WriteLine(Printable.Line(error));
        }

        if (arguments.GetValue(_json))
        {
            JsonText.Write(
                json =>
                {
                    json.WriteStartObject();
                    json.WriteNumber("blocks_before", report.BlocksBefore);
                    json.WriteNumber("samples_before", report.SamplesBefore);
                    json.WriteNumber("bytes_before", report.BytesBefore);
                    json.WriteNumber("blocks", report.Blocks);
                    json.WriteNumber("samples", report.Samples);
                    json.WriteNumber("bytes", report.Bytes);
                    json.WriteEndObject();
                },
                Output);
        }
        else
        {
            Output.WriteLine("Before: " + Sizes(report.BlocksBefore, report.SamplesBefore, report.BytesBefore, report.BytesPerSampleBefore));
            Output.WriteLine("Now:    " + Sizes(report.Blocks, report.Samples, report.Bytes, report.BytesPerSample));
        }

        return error is null ? ExitCode.Done : ExitCode.Failed;
    }

    private static string Sizes(int blocks, long samples, long bytes, double perSample) => string.Create(
        CultureInfo.InvariantCulture,
        $"{CheckText.Count(blocks, "block", "blocks")}, {CheckText.Count(samples, "sample", "samples")} in {NumberText.Bytes(bytes)}, {perSample:0.00} bytes a sample");
}
