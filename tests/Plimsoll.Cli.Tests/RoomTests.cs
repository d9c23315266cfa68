using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Plimsoll.Cli.Tests.Running;

namespace Plimsoll.Cli.Tests;

/// <summary>Verbs that speak to a server use the client alone: what the command can do, any program can.</summary>
public sealed partial class RoomTests
{
    private const string Client = "Plimsoll.Client";

    [Fact]
    public void Outside_of_Serve_no_source_names_another_room_than_the_client()
    {
        DirectoryInfo source = Source();
        FileInfo[] files = [.. source.EnumerateFiles("*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(source.FullName, file.DirectoryName!) != "Serve")];

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Empty(Room().Matches(File.ReadAllText(file.FullName))));
    }

    [Fact]
    public void The_assembly_uses_no_other_room_than_the_client_and_within_serve_the_server()
    {
        using AssemblyUse use = new(typeof(PlimsollCommand).Assembly.Location);

        (string Type, string Room)[] uses = [.. use.Rooms()];

        Assert.Contains(uses, one => one.Room == Client);
        Assert.All(uses.Where(one => one.Room != Client), one => Assert.Equal(("ServeCommand", "Plimsoll.Server"), one));
    }

    [GeneratedRegex(@"Plimsoll\.(?!Client\b|Cli\b)[A-Z]\w+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Room();

    private static DirectoryInfo Source([CallerFilePath] string caller = "") =>
        new(Path.Combine(Path.GetDirectoryName(caller)!, "..", "..", "src", "Plimsoll"));
}
