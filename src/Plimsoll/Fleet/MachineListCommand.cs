using System.CommandLine;
using System.Globalization;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>The machines, their sizes, and when each was last observed.</summary>
internal sealed class MachineListCommand : ServerVerb
{
    private readonly Option<bool> _json = JsonOption("the machines");

    public MachineListCommand(Shell shell, ServerOptions server)
        : base("list", "List the machines", VerbGroup.Look, shell, server)
    {
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples => ["plimsoll machine list"];

    protected override async Task<int> RunAsync(ParseResult arguments, Connection connection, CancellationToken cancellation)
    {
        string org = await connection.OrgAsync(cancellation);
        List<Machine> machines = await Pages.AllAsync(
            (cursor, token) => connection.Client.GetMachinesAsync(org, cursor, token), cancellation).ToListAsync(cancellation);
        if (arguments.GetValue(_json))
        {
            JsonText.Write(new Page<Machine>(machines, null), PlimsollJson.Readable.PageMachine, Output);
            return ExitCode.Done;
        }

        if (machines.Count == 0)
        {
            Shell.Error.WriteLine($"No machine of {Printable.Line(org)} has been observed yet.");
            return ExitCode.Done;
        }

        TextTable table = new(
            new TextColumn("id"),
            new TextColumn("name", Flexible: true),
            new TextColumn("app"),
            new TextColumn("region"),
            new TextColumn("state"),
            new TextColumn("vCPUs", Align.Right),
            new TextColumn("memory", Align.Right),
            new TextColumn("last observed"));
        foreach (Machine machine in machines)
        {
            table.Add(
                machine.Id,
                machine.Name,
                machine.App,
                machine.Region ?? "-",
                machine.State,
                machine.Vcpus?.ToString(CultureInfo.InvariantCulture) ?? "-",
                Memory(machine.MemoryBytes),
                machine.LastObservedAt is { } observed ? Age.Of(observed, Shell.Time) : "never");
        }

        table.WriteTo(Output, Shell);
        return ExitCode.Done;
    }

    private static string Memory(string? bytes) =>
        double.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out double count) ? NumberText.Bytes(count) : "-";
}
