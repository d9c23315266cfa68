namespace Plimsoll.PromQL.Tests;

/// <summary>
/// Prometheus' own test scripts, of which what this version does not answer yet stands in <c>not-yet.txt</c>; and ours, which
/// pass as a whole.
/// </summary>
public sealed class ScriptTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "promql-tests");
    private static readonly string OurFolder = Path.Combine(AppContext.BaseDirectory, "our-tests");

    private static readonly EngineOptions AtOnce = ScriptRunner.Everything with { DelayedNameRemoval = false };

    public static TheoryData<string> Files => FilesIn(Folder);

    public static TheoryData<string> OurFiles => FilesIn(OurFolder);

    [Theory]
    [MemberData(nameof(OurFiles))]
    public void A_script_of_ours_passes_whenever_names_are_dropped(string file)
    {
        string script = File.ReadAllText(Path.Combine(OurFolder, file));
        foreach (EngineOptions options in new[] { ScriptRunner.Everything, AtOnce })
        {
            AllPass(file, ScriptRunner.Run(script, options), []);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_script_passes_with_names_dropped_at_once_too_unless_it_is_about_that(string file)
    {
        if (file != "name_label_dropping.test")
        {
            AllPass(file, ScriptRunner.Run(File.ReadAllText(Path.Combine(Folder, file)), AtOnce), Listed(file));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_script_passes_but_for_what_is_listed(string file)
    {
        List<Outcome> outcomes = ScriptRunner.Run(File.ReadAllText(Path.Combine(Folder, file)));
        HashSet<int> listed = Listed(file);
        List<string> surprises = [];
        foreach ((EvalCommand eval, string? failure) in outcomes)
        {
            if (failure is not null && !listed.Contains(eval.Line))
            {
                surprises.Add($"{file}\t{eval.Line}\t{failure}\t{eval.Query}");
            }
            else if (failure is null && listed.Contains(eval.Line))
            {
                surprises.Add($"{file}\t{eval.Line}\tis listed as not answered yet, but passes\t{eval.Query}");
            }
        }

        if (Environment.GetEnvironmentVariable("PROMQL_SURPRISES") is { Length: > 0 } path)
        {
            File.WriteAllLines($"{path}/{file}.tsv", surprises);
        }

        Assert.True(surprises.Count == 0, $"{surprises.Count} of {outcomes.Count}:\n{string.Join('\n', surprises)}");
    }

    [Theory]
    [InlineData("m {{schema:0 sum:5 count:4 buckets:[1 2 2]}}")]
    [InlineData("m {{schema:0 sum:5 count:4 buckets:[1 2 1] offset:1}}")]
    [InlineData("m {{schema:0 sum:5 count:4 buckets:[1 2 1] n_buckets:[1]}}")]
    [InlineData("m {{schema:1 sum:5 count:4 buckets:[1 2 1]}}")]
    [InlineData("m {{schema:0 sum:5 count:4 buckets:[1 2 1] counter_reset_hint:gauge}}")]
    [InlineData("m 4")]
    public void A_script_does_not_pass_that_expects_another_histogram(string expected)
    {
        string load = "load 1m\n  m {{schema:0 sum:5 count:4 buckets:[1 2 1]}}\n\n";

        Assert.NotNull(ScriptRunner.Run($"{load}eval instant at 0 m\n  {expected}\n").Single().Failure);
        Assert.Null(ScriptRunner.Run($"{load}eval instant at 0 m\n  m {{{{schema:0 sum:5 count:4 buckets:[1 2 1]}}}}\n").Single().Failure);
    }

    [Fact]
    public void The_list_names_only_evaluations_that_exist()
    {
        foreach (string file in Entries().Select(entry => entry.File).Distinct(StringComparer.Ordinal))
        {
            HashSet<int> lines = [.. TestScript.Read(File.ReadAllText(Path.Combine(Folder, file))).OfType<EvalCommand>().Select(eval => eval.Line)];
            Assert.Empty(Listed(file).Except(lines));
        }
    }

    private static void AllPass(string file, List<Outcome> outcomes, HashSet<int> listed)
    {
        string[] failures =
        [
            .. outcomes.Where(outcome => outcome.Failure is not null && !listed.Contains(outcome.Eval.Line))
                .Select(outcome => $"{outcome.Eval.Line}\t{outcome.Failure}\t{outcome.Eval.Query}"),
        ];

        Assert.True(failures.Length == 0, $"{file}: {failures.Length} of {outcomes.Count}:\n{string.Join('\n', failures)}");
    }

    private static TheoryData<string> FilesIn(string folder) =>
        [.. Directory.GetFiles(folder, "*.test").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    private static HashSet<int> Listed(string file) => [.. Entries().Where(entry => entry.File == file).SelectMany(entry => entry.Lines)];

    /// <summary>Lines of the form <c>file: reason: 12 15 20</c>.</summary>
    private static IEnumerable<(string File, List<int> Lines)> Entries()
    {
        foreach (string line in File.ReadLines(Path.Combine(Folder, "not-yet.txt")))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            string[] parts = line.Split(": ");
            yield return (parts[0], [.. parts[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]);
        }
    }
}
