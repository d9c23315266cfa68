using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Plimsoll.Series;

namespace Plimsoll.Cli;

/// <summary>What takes the space, and which labels have the most values.</summary>
internal sealed class SeriesAnalyzeCommand : FileVerb
{
    private readonly Option<int> _top = new("--top")
    {
        Description = "Lines in each table [default: 10]",
        HelpName = "COUNT",
        DefaultValueFactory = _ => 10,
    };

    private readonly Option<bool> _json = JsonOption("the tables");

    public SeriesAnalyzeCommand(Shell shell)
        : base("analyze", "What takes the space on disk: metrics, labels, blocks and the churn between them", shell, "Stop that one first, or ask it for /api/v1/status/tsdb.")
    {
        Options.Add(_top);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples => ["plimsoll series analyze --top 20"];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        int top = Math.Clamp(arguments.GetValue(_top), 1, 10_000);
        string folder = Place(arguments).Series.Folder;
        RequireSeries(Place(arguments));
        IReadOnlyList<StoreAnalysis> tenants = await SeriesAnalysis.RunAsync(folder, top, cancellation: cancellation);
        if (arguments.GetValue(_json))
        {
            JsonText.Write(json => Write(tenants, json), Output);
            return ExitCode.Done;
        }

        if (tenants.Count == 0)
        {
            Output.WriteLine(Printable.Line($"{folder} has no blocks yet: all samples are in its log. `plimsoll series compact` makes blocks of them."));
        }

        foreach (StoreAnalysis tenant in tenants)
        {
            Write(tenant);
        }

        return ExitCode.Done;
    }

    private static string Millis(long timestampMs) => TimeText.Instant(DateTimeOffset.FromUnixTimeMilliseconds(
        Math.Clamp(timestampMs, DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())));

    private static string Ratio(double bytesPerSample) => bytesPerSample.ToString("0.00", CultureInfo.InvariantCulture);

    private void Write(StoreAnalysis tenant)
    {
        double perSample = tenant.Samples == 0 ? 0 : (double)tenant.Bytes / tenant.Samples;
        Output.WriteLine(Printable.Line(
            $"{tenant.Tenant}: {CheckText.Count(tenant.Samples, "sample", "samples")} in {NumberText.Bytes(tenant.Bytes)}, {Ratio(perSample)} bytes a sample with the index"));
        Output.WriteLine();
        TextTable metrics = new(new("METRIC", Flexible: true), new("SERIES", Align.Right), new("SAMPLES", Align.Right), new("BYTES", Align.Right), new("BYTES/SAMPLE", Align.Right));
        foreach (MetricUse metric in tenant.Metrics)
        {
            metrics.Add(metric.Name, Number(metric.Series), Number(metric.Samples), NumberText.Bytes(metric.SampleBytes), Ratio(metric.BytesPerSample));
        }

        metrics.WriteTo(Output, Shell);
        Output.WriteLine();
        TextTable labels = new(new("LABEL", Flexible: true), new("VALUES", Align.Right), new("BYTES", Align.Right));
        foreach (LabelUse label in tenant.LabelsByValues)
        {
            labels.Add(label.Name, Number(label.Values), NumberText.Bytes(label.Bytes));
        }

        labels.WriteTo(Output, Shell);
        Output.WriteLine();
        TextTable blocks = new(
            new("BLOCK", Flexible: true), new("FROM"), new("TO"), new("SERIES", Align.Right), new("NEW", Align.Right), new("ENDED", Align.Right), new("SAMPLES", Align.Right), new("BYTES/SAMPLE", Align.Right));
        foreach (BlockUse block in tenant.Blocks)
        {
            blocks.Add(
                Path.GetFileNameWithoutExtension(block.Path).TrimStart('0'), Millis(block.MinMs), Millis(block.MaxMs), Number(block.Series), Number(block.NewSeries), Number(block.EndedSeries), Number(block.Samples), Ratio(block.BytesPerSample));
        }

        blocks.WriteTo(Output, Shell);
    }

    private static string Number(long count) => NumberText.Format(count, grouped: true);

    private static void Write(IReadOnlyList<StoreAnalysis> tenants, Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (StoreAnalysis tenant in tenants)
        {
            json.WriteStartObject();
            json.WriteString("tenant", tenant.Tenant);
            json.WriteNumber("samples", tenant.Samples);
            json.WriteNumber("bytes", tenant.Bytes);
            json.WriteStartArray("metrics");
            foreach (MetricUse metric in tenant.Metrics)
            {
                json.WriteStartObject();
                json.WriteString("name", metric.Name);
                json.WriteNumber("series", metric.Series);
                json.WriteNumber("samples", metric.Samples);
                json.WriteNumber("sample_bytes", metric.SampleBytes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            Write("labels_by_values", tenant.LabelsByValues, json);
            Write("labels_by_bytes", tenant.LabelsByBytes, json);
            json.WriteStartArray("blocks");
            foreach (BlockUse block in tenant.Blocks)
            {
                json.WriteStartObject();
                json.WriteString("path", block.Path);
                json.WriteNumber("level", block.Level);
                json.WriteNumber("min_ms", block.MinMs);
                json.WriteNumber("max_ms", block.MaxMs);
                json.WriteNumber("series", block.Series);
                json.WriteNumber("new_series", block.NewSeries);
                json.WriteNumber("ended_series", block.EndedSeries);
                json.WriteNumber("samples", block.Samples);
                json.WriteNumber("bytes", block.Bytes);
                json.WriteNumber("index_bytes", block.IndexBytes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(string name, IReadOnlyList<LabelUse> labels, Utf8JsonWriter json)
    {
        json.WriteStartArray(name);
        foreach (LabelUse label in labels)
        {
            json.WriteStartObject();
            json.WriteString("name", label.Name);
            json.WriteNumber("values", label.Values);
            json.WriteNumber("bytes", label.Bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
