using Plimsoll.Cli.Tests.Running;

namespace Plimsoll.Cli.Tests;

/// <summary>The upgrade of a real folder of version 1, also when it was stopped between any two of its steps.</summary>
public sealed class DataUpgradeTests : IDisposable
{
    private const string Samples = "316 samples";
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Old => Path.Combine(_folder.Data, "series-version-1");

    private string Upgrading => Path.Combine(_folder.Data, "series-upgrading");

    [Fact]
    public async Task A_folder_of_version_1_is_upgraded_once_and_kept()
    {
        CopyGolden(_folder.Series);

        string first = (await _folder.RunAsync("data", "upgrade")).Printed();
        string second = (await _folder.RunAsync("data", "upgrade")).Printed();

        Assert.Contains($"{_folder.Data} is up to date: {Samples} copied.", first, StringComparison.Ordinal);
        Assert.Contains($"rm -r '{Old}'", first, StringComparison.Ordinal);
        Assert.Contains("nothing to do", second, StringComparison.Ordinal);
        Assert.Contains(Samples, (await _folder.RunAsync("series", "verify")).Printed(), StringComparison.Ordinal);
        Assert.StartsWith("plimsoll series 1", await File.ReadAllTextAsync(Path.Combine(Old, "VERSION")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_was_stopped_while_copying_begins_anew()
    {
        CopyGolden(_folder.Series);
        Directory.CreateDirectory(Path.Combine(Upgrading, "blocks"));
        await File.WriteAllTextAsync(Path.Combine(Upgrading, "VERSION"), "plimsoll series 2\n");

        (await _folder.RunAsync("data", "upgrade")).Printed();

        Assert.Contains(Samples, (await _folder.RunAsync("series", "verify")).Printed(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Upgrading));
    }

    [Fact]
    public async Task One_that_was_stopped_between_the_renames_is_finished_and_no_server_starts_before()
    {
        CopyGolden(_folder.Series);
        (await _folder.RunAsync("data", "upgrade")).Printed();
        Directory.Move(_folder.Series, Upgrading);

        Command.Outcome served = await _folder.RunAsync("serve", "--listen", "127.0.0.1:0");
        Assert.Equal((1, false), (served.Code, Directory.Exists(_folder.Series)));
        (await _folder.RunAsync("data", "upgrade")).Printed();

        Assert.Contains(Samples, (await _folder.RunAsync("series", "verify")).Printed(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_folder_is_refused_by_the_other_verbs_with_the_remedy()
    {
        CopyGolden(_folder.Series);

        Command.Outcome outcome = await _folder.RunAsync("series", "verify");

        Assert.Equal(1, outcome.Code);
        Assert.Contains("plimsoll data upgrade", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_series_is_told()
    {
        Command.Outcome outcome = await _folder.RunAsync("data", "upgrade");

        Assert.Equal((1, $"plimsoll: There are no series in {_folder.Data}. Name the data folder with --data.\n"), (outcome.Code, outcome.Error));
    }

    private static void CopyGolden(string target)
    {
        string golden = Path.Combine(AppContext.BaseDirectory, "Golden", "series-v1");
        foreach (string file in Directory.EnumerateFiles(golden, "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(target, Path.GetRelativePath(golden, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
    }
}
