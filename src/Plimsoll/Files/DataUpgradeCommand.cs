using System.CommandLine;
using Plimsoll.Server;

namespace Plimsoll.Cli;

/// <summary>Brings a data folder of an older program to the current formats.</summary>
internal sealed class DataUpgradeCommand : FileVerb
{
    private readonly Option<bool> _json = JsonOption("what was done");

    public DataUpgradeCommand(Shell shell)
        : base("upgrade", "Bring a data folder of an older version up to date; the old series are kept beside the new ones", shell, "Stop that one first.")
    {
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples => ["plimsoll data upgrade --data /var/lib/plimsoll"];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        DataPlace place = Place(arguments);
        DataUpgradeReport report = await DataUpgrade.RunAsync(
            place, new Progress<long>(Shell, samples => $"{CheckText.Count(samples, "sample", "samples")} copied"), cancellation);
        if (arguments.GetValue(_json))
        {
            JsonText.Write(
                json =>
                {
                    json.WriteStartObject();
                    json.WriteString("folder", place.Folder);
                    json.WriteBoolean("upgraded", report.Upgraded);
                    json.WriteNumber("samples", report.Samples);
                    json.WriteString("damage", report.Damage);
                    json.WriteString("kept", report.Kept);
                    json.WriteEndObject();
                },
                Output);
            return ExitCode.Done;
        }

        if (report.Damage is { } damage)
        {
            Shell.Error.WriteLine(Printable.Line($"Not all of the old store could be read: {damage}"));
        }

        Output.WriteLine(Printable.Line(!report.Upgraded
            ? $"{place.Folder} is up to date: nothing to do."
            : report.Samples > 0
                ? $"{place.Folder} is up to date: {CheckText.Count(report.Samples, "sample", "samples")} copied."
                : $"{place.Folder} is up to date."));
        if (report.Kept is { } kept)
        {
            Output.WriteLine(Printable.Line($"The old series are kept in {kept}. When the new ones have shown themselves, delete them: rm -r '{kept}'"));
        }

        return ExitCode.Done;
    }
}
