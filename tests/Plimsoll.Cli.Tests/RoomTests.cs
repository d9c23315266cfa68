using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Plimsoll.Cli.Tests.Running;

namespace Plimsoll.Cli.Tests;

/// <summary>
/// Verbs that speak to a server use the client alone: what the command can do, any program can. Verbs on files use the rooms
/// that own the files; they are listed here, so that none becomes one unseen.
/// </summary>
public sealed partial class RoomTests
{
    private const string Client = "Plimsoll.Client";

    private static readonly string[] FileVerbs =
    [
        "data upgrade", "series analyze", "series compact", "series delete", "series import", "series restore", "series snapshot", "series undelete",
        "series verify",
    ];

    private static readonly string[] FileRooms = ["Plimsoll.Collect", "Plimsoll.PromQL", "Plimsoll.Series", "Plimsoll.Server"];

    [Fact]
    public void The_verbs_on_files_are_these()
    {
        IEnumerable<string> types = typeof(PlimsollCommand).Assembly.GetTypes().Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(FileVerb))).Select(type => type.Name);

        Assert.Equal(
            FileVerbs.Select(verb => string.Concat(verb.Split(' ').Select(word => char.ToUpperInvariant(word[0]) + word[1..])) + "Command").Order(StringComparer.Ordinal),
            types.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Outside_of_Serve_and_Files_no_source_names_another_room_than_the_client()
    {
        DirectoryInfo source = Source();
        FileInfo[] files = [.. source.EnumerateFiles("*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(source.FullName, file.DirectoryName!) is not ("Serve" or "Files"))];

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Empty(Room().Matches(File.ReadAllText(file.FullName))));
    }

    [Fact]
    public void The_assembly_uses_no_other_room_than_the_client_and_for_serve_and_files_theirs()
    {
        using AssemblyUse use = new(typeof(PlimsollCommand).Assembly.Location);

        (string Type, string Room)[] uses = [.. use.Rooms()];

        Assert.Contains(uses, one => one.Room == Client);
        HashSet<string> files = [.. Source().GetDirectories("Files").Single().EnumerateFiles("*.cs").Select(file => Path.GetFileNameWithoutExtension(file.Name))];
        Assert.All(
            uses.Where(one => one.Room != Client && !(files.Contains(one.Type) && FileRooms.Contains(one.Room))),
            one => Assert.Equal(("ServeCommand", "Plimsoll.Server"), one));
    }

    [GeneratedRegex(@"Plimsoll\.(?!Client\b|Cli\b)[A-Z]\w+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Room();

    private static DirectoryInfo Source([CallerFilePath] string caller = "") =>
        new(Path.Combine(Path.GetDirectoryName(caller)!, "..", "..", "src", "Plimsoll"));
}
