using System.Text.Json;
using Plimsoll.Series;

namespace Plimsoll.Cli;

/// <summary>What a check of a store found, for eyes and for pipes.</summary>
internal static class CheckText
{
    public static string Count(long count, string one, string many) => $"{NumberText.Format(count, grouped: true)} {(count == 1 ? one : many)}";

    public static void Write(SeriesCheckReport report, string folder, Shell shell)
    {
        foreach (BlockVerification block in report.Blocks.Where(block => !block.IsSound))
        {
            Damage(block.Path, block.Damage, shell);
        }

        foreach (LogVerification log in report.Log.Where(log => !log.IsSound))
        {
            Damage(log.Path, log.Damage, shell);
        }

        if (report.DeletionsDamage is { } deletions)
        {
            Damage(Path.Combine(folder, "deletions"), [deletions], shell);
        }

        if (report.Missing.Count > 0)
        {
            Damage(folder, report.Missing, shell);
        }

        string what = $"{Count(report.Blocks.Count, "block", "blocks")} with {Count(report.Blocks.Sum(block => block.Samples), "sample", "samples")}"
            + $" in {NumberText.Bytes(report.Blocks.Sum(block => block.Bytes))}, {Count(report.Log.Sum(log => (long)log.Records), "record", "records")} in the log";
        shell.Output.WriteLine(Printable.Line(report.IsSound
            ? $"{folder} is sound: {what}."
            : $"{folder} is damaged. What is sound in it stays readable: a server sets the rest aside and goes on. Read: {what}."));
    }

    public static void Write(SeriesCheckReport report, Utf8JsonWriter json)
    {
        json.WriteBoolean("sound", report.IsSound);
        json.WriteStartArray("blocks");
        foreach (BlockVerification block in report.Blocks)
        {
            json.WriteStartObject();
            json.WriteString("path", block.Path);
            json.WriteString("tenant", block.Tenant);
            json.WriteNumber("series", block.Series);
            json.WriteNumber("samples", block.Samples);
            json.WriteNumber("bytes", block.Bytes);
            Write(block.Damage, json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("log");
        foreach (LogVerification log in report.Log)
        {
            json.WriteStartObject();
            json.WriteString("path", log.Path);
            json.WriteNumber("records", log.Records);
            json.WriteNumber("bytes", log.Bytes);
            Write(log.Damage, json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("deletions_damage", report.DeletionsDamage);
        json.WriteStartArray("missing");
        foreach (string one in report.Missing)
        {
            json.WriteStringValue(one);
        }

        json.WriteEndArray();
    }

    private static void Write(IReadOnlyList<string> damage, Utf8JsonWriter json)
    {
        json.WriteStartArray("damage");
        foreach (string one in damage)
        {
            json.WriteStringValue(one);
        }

        json.WriteEndArray();
    }

    private static void Damage(string path, IReadOnlyList<string> damage, Shell shell)
    {
        shell.Output.WriteLine(Printable.Line(path));
        foreach (string one in damage)
        {
            shell.Output.WriteLine("  " + Printable.Line(one));
        }
    }
}
