namespace Plimsoll.EndToEnd.Tests.Processes;

/// <summary>Where the built command is: what <c>./plimsoll</c> made and runs.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Command { get; } = Path.Combine(Root, "artifacts", "app", "plimsoll");

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Plimsoll.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Plimsoll.slnx above {AppContext.BaseDirectory}.");
    }
}
