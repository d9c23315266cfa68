using System.Globalization;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>The machines, their sizes, and when each was last observed.</summary>
internal sealed class MachineListCommand(Shell shell, ServerOptions server)
    : ListVerb<Machine>("the machines", PlimsollJson.Readable.PageMachine, shell, server)
{
    public override IReadOnlyList<string> Examples => ["plimsoll machine list"];

    protected override Task<Page<Machine>> PageAsync(PlimsollClient client, string org, string? cursor, CancellationToken cancellation) =>
        client.GetMachinesAsync(org, cursor, cancellation);

    protected override string None(string org) => $"No machine of {org} has been observed yet.";

    protected override TextTable Table(List<Machine> all)
    {
        TextTable table = new(
            new TextColumn("id"),
            new TextColumn("name", Flexible: true),
            new TextColumn("app"),
            new TextColumn("region"),
            new TextColumn("state"),
            new TextColumn("vCPUs", Align.Right),
            new TextColumn("memory", Align.Right),
            new TextColumn("last observed"));
        foreach (Machine machine in all)
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

        return table;
    }

    private static string Memory(string? bytes) =>
        double.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out double count) ? NumberText.Bytes(count) : "-";
}
