using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>The server, the host that it measures, the age of the newest data, and the load lines.</summary>
internal sealed class StatusCommand : ServerVerb
{
    private const string Over = "over";

    private readonly Option<bool> _json = JsonOption("server and load lines");

    private readonly Option<bool> _check = new("--check")
    {
        Description = $"End with exit code {ExitCode.ThresholdBreached} when a load line is exceeded",
    };

    public StatusCommand(Shell shell, ServerOptions server)
        : base("status", "Show the server, the age of its data, and the load lines", VerbGroup.Look, shell, server)
    {
        Options.Add(_check);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples => ["plimsoll status", "plimsoll status --check && ./deploy"];

    protected override async Task<int> RunAsync(ParseResult arguments, Connection connection, CancellationToken cancellation)
    {
        ServerInfo server = await connection.ServerAsync(cancellation);
        string org = await connection.OrgAsync(cancellation);
        List<LoadLine> lines = await Pages.AllAsync(
            (cursor, token) => connection.Client.GetLoadLinesAsync(org, cursor, token), cancellation).ToListAsync(cancellation);
        if (arguments.GetValue(_json))
        {
            WriteJson(server, lines);
        }
        else
        {
            WriteServer(server, connection.Address);
            WriteLoadLines(lines);
        }

        return arguments.GetValue(_check) && lines.Exists(line => line.State == Over) ? ExitCode.ThresholdBreached : ExitCode.Done;
    }

    private void WriteServer(ServerInfo server, string address)
    {
        Row("Server", $"{address}, version {server.Version}, mode {server.Mode}, organization {server.Org}");
        Row("Started", $"{TimeText.Instant(server.StartedAt)} UTC, {Age.Of(server.StartedAt, Shell.Time)}");
        if (server.Host is not { } host)
        {
            Row("Host", "not measured");
            return;
        }

        string memory = double.TryParse(host.MemoryBytes, NumberStyles.None, CultureInfo.InvariantCulture, out double bytes)
            ? NumberText.Bytes(bytes)
            : host.MemoryBytes;
        Row("Host", $"{host.Name}, {host.Os}, {host.Kernel}, {host.Vcpus} vCPUs, {memory}");
        string every = host.CollectIntervalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        Row("Newest data", host.NewestSampleAt is { } newest
            ? $"{Age.Of(newest, Shell.Time)}, collected every {every}s"
            : $"none yet, collected every {every}s");

        void Row(string name, string value) => Output.WriteLine($"{name,-11}  {Printable.Line(value)}");
    }

    private void WriteLoadLines(List<LoadLine> lines)
    {
        Output.WriteLine();
        if (lines.Count == 0)
        {
            Output.WriteLine("No load lines yet.");
            return;
        }

        TextTable table = new(
            new TextColumn("state"),
            new TextColumn("load line"),
            new TextColumn("depth and line"),
            new TextColumn("depth", Align.Right),
            new TextColumn("line", Align.Right),
            new TextColumn("demand", Flexible: true));
        foreach (LoadLine line in lines)
        {
            table.Add(
                line.State,
                line.Id,
                LoadGauge.Bar(line.DepthRatio, line.LineRatio, Shell.Unicode),
                LoadGauge.Percent(line.DepthRatio),
                LoadGauge.Percent(line.LineRatio),
                LoadGauge.Demand(line));
        }

        Ink ink = new(Shell.Color);
        table.WriteTo(Output, Shell, colorFirst: (_, state) => state switch
        {
            Over => ink.Red(state),
            "near" => ink.Yellow(state),
            "clear" => ink.Green(state),
            _ => ink.Dim(state),
        });
        WriteNotes(lines);
    }

    /// <summary>When each line will be reached, or why that or the line itself is not known.</summary>
    private void WriteNotes(List<LoadLine> lines)
    {
        (string Id, string? Note)[] notes = [.. lines.Select(line => (line.Id, Note: line.Reach?.Sentence ?? line.Reason)).Where(note => note.Note is not null)];
        if (notes.Length > 0)
        {
            Output.WriteLine();
        }

        foreach ((string id, string? note) in notes)
        {
            Output.WriteLine(Printable.Line($"{id}: {note}"));
        }
    }

    private void WriteJson(ServerInfo server, List<LoadLine> lines) => JsonText.Write(
        writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("server");
            JsonSerializer.Serialize(writer, server, PlimsollJson.Readable.ServerInfo);
            writer.WritePropertyName("load_lines");
            writer.WriteStartArray();
            foreach (LoadLine line in lines)
            {
                JsonSerializer.Serialize(writer, line, PlimsollJson.Readable.LoadLine);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        },
        Output);
}
