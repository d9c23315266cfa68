using System.Text.RegularExpressions;

namespace Plimsoll.PromQL.Tests;

/// <summary>One command of a script.</summary>
public abstract record Command(int Line);

public sealed record ClearCommand(int Line) : Command(Line);

public sealed record LoadCommand(int Line, long StepMs, bool CustomBuckets, List<string> Series) : Command(Line);

/// <summary>An evaluation with what is expected of it.</summary>
public sealed record EvalCommand(int Line, bool Instant, long StartMs, long EndMs, long StepMs, string Query) : Command(Line)
{
    public List<string> Results { get; } = [];

    public List<(string Kind, string Mode, string Text)> Notes { get; } = [];

    public bool Fails { get; set; }

    public (string Mode, string Text)? FailText { get; set; }

    public bool Ordered { get; set; }

    public string? Text { get; set; }

    public (long FromMs, long ToMs, long StepMs)? RangeVector { get; set; }
}

/// <summary>Reads the script language described in Prometheus' promqltest package.</summary>
public static partial class TestScript
{
    public static List<Command> Read(string script)
    {
        string[] lines = script.Split('\n');
        List<Command> commands = [];
        for (int i = 0; i < lines.Length; i++)
        {
            string line = Trim(lines[i]);
            if (line.Length == 0)
            {
                continue;
            }

            List<string> body = [];
            int at = i;
            if (!line.StartsWith("clear", StringComparison.OrdinalIgnoreCase))
            {
                while (i + 1 < lines.Length && Trim(lines[i + 1]) is { Length: > 0 } next)
                {
                    body.Add(next);
                    i++;
                }
            }

            commands.Add(Command(line, at + 1, body));
        }

        return commands;
    }

    public static long Ms(string duration) => duration == "0" ? 0
        : DurationText.TryReadMs(duration, out long ms) ? ms : throw new FormatException($"'{duration}' is no duration.");

    private static string Trim(string line) => line.Trim(' ', '\t', '\r') is var trimmed && trimmed.StartsWith('#') ? "" : trimmed;

    private static Command Command(string line, int number, List<string> body)
    {
        if (line.Equals("clear", StringComparison.OrdinalIgnoreCase))
        {
            return new ClearCommand(number);
        }

        if (LoadLine().Match(line) is { Success: true } load)
        {
            return new LoadCommand(number, Ms(load.Groups["step"].Value), line.StartsWith("load_with_nhcb", StringComparison.OrdinalIgnoreCase), body);
        }

        if (InstantLine().Match(line) is { Success: true } instant)
        {
            long time = Ms(instant.Groups["time"].Value);
            return Body(new EvalCommand(number, true, time, time, 0, instant.Groups["query"].Value), instant.Groups["kind"].Value, body);
        }

        if (RangeLine().Match(line) is { Success: true } range)
        {
            return Body(
                new EvalCommand(number, false, Ms(range.Groups["from"].Value), Ms(range.Groups["to"].Value), Ms(range.Groups["step"].Value), range.Groups["query"].Value),
                range.Groups["kind"].Value,
                body);
        }

        throw new FormatException($"line {number}: unknown command: {line}");
    }

    private static EvalCommand Body(EvalCommand eval, string suffix, List<string> body)
    {
        switch (suffix.ToLowerInvariant())
        {
            case "_fail":
                eval.Fails = true;
                break;
            case "_ordered":
                eval.Ordered = true;
                break;
            case "_warn" or "_info":
                eval.Notes.Add((suffix[1..], "", ""));
                break;
        }

        foreach (string line in body)
        {
            if (line.StartsWith("expected_fail_message", StringComparison.Ordinal))
            {
                eval.FailText = ("msg", line["expected_fail_message".Length..].Trim());
            }
            else if (line.StartsWith("expected_fail_regexp", StringComparison.Ordinal))
            {
                eval.FailText = ("regex", line["expected_fail_regexp".Length..].Trim());
            }
            else if (RangeVectorLine().Match(line) is { Success: true } range)
            {
                eval.RangeVector = (Ms(range.Groups["from"].Value), Ms(range.Groups["to"].Value), Ms(range.Groups["step"].Value));
            }
            else if (ExpectLine().Match(line) is { Success: true } expect)
            {
                Expect(eval, expect);
            }
            else
            {
                eval.Results.Add(line);
            }
        }

        return eval;
    }

    private static void Expect(EvalCommand eval, Match expect)
    {
        string kind = expect.Groups["kind"].Value;
        string mode = expect.Groups["mode"].Value;
        string text = expect.Groups["text"].Value.Trim();
        switch (kind)
        {
            case "fail":
                eval.Fails = true;
                eval.FailText = mode.Length > 0 ? (mode, text) : null;
                break;
            case "ordered":
                eval.Ordered = true;
                break;
            case "string":
                eval.Text = text[1..^1];
                break;
            default:
                eval.Notes.Add((kind, mode, text));
                break;
        }
    }

    [GeneratedRegex(@"^load(?:_with_nhcb)?\s+(?<step>\S+)$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex LoadLine();

    [GeneratedRegex(@"^eval(?<kind>_fail|_warn|_info|_ordered)?\s+instant\s+at\s+(?<time>\S+)\s+(?<query>.+)$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex InstantLine();

    [GeneratedRegex(@"^eval(?<kind>_fail|_warn|_info)?\s+range\s+from\s+(?<from>\S+)\s+to\s+(?<to>\S+)\s+step\s+(?<step>\S+)\s+(?<query>.+)$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex RangeLine();

    [GeneratedRegex(@"^expect range vector from (?<from>\S+) to (?<to>\S+) step (?<step>\S+)$", RegexOptions.NonBacktracking)]
    private static partial Regex RangeVectorLine();

    [GeneratedRegex(@"^expect\s+(?<kind>fail|warn|info|no_warn|no_info|ordered|string)\s*(?:(?<mode>msg|regex):)?(?<text>.*)$", RegexOptions.NonBacktracking)]
    private static partial Regex ExpectLine();
}
