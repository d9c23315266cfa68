using System.Xml.Linq;

namespace Plimsoll.Architecture.Tests;

/// <summary>The rooms of the house and what each may see, as docs/architecture.md draws them.</summary>
internal static class Rooms
{
    /// <summary>Direct references allowed per project; what those may use comes along.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> MayUse = new Dictionary<string, string[]>
    {
        ["Plimsoll.Series"] = [],
        ["Plimsoll.PromQL"] = ["Plimsoll.Series"],
        ["Plimsoll.Client"] = [],
        ["Plimsoll.Collect"] = ["Plimsoll.Series"],
        ["Plimsoll.Organizations"] = [],
        ["Plimsoll.Lake"] = [],
        ["Plimsoll.Ledger"] = ["Plimsoll.Organizations", "Plimsoll.Lake"],
        ["Plimsoll.Metering"] = ["Plimsoll.PromQL", "Plimsoll.Ledger"],
        ["Plimsoll.Load"] = ["Plimsoll.PromQL", "Plimsoll.Client"],
        ["Plimsoll.Capacity"] = ["Plimsoll.PromQL", "Plimsoll.Ledger"],
        ["Plimsoll.Rules"] = ["Plimsoll.PromQL", "Plimsoll.Organizations", "Plimsoll.Ledger"],
        ["Plimsoll.Cost"] = ["Plimsoll.Ledger", "Plimsoll.Lake"],
        ["Plimsoll.Profiling"] = ["Plimsoll.Series", "Plimsoll.Lake"],
        ["Plimsoll.Server"] =
        [
            "Plimsoll.Series", "Plimsoll.PromQL", "Plimsoll.Client", "Plimsoll.Collect", "Plimsoll.Organizations",
            "Plimsoll.Lake", "Plimsoll.Ledger", "Plimsoll.Metering", "Plimsoll.Load", "Plimsoll.Capacity",
            "Plimsoll.Rules", "Plimsoll.Cost", "Plimsoll.Profiling",
        ],
        ["Plimsoll"] = ["Plimsoll.Client", "Plimsoll.Server"],
    };

    public static DirectoryInfo Repository { get; } = FindRepository();

    public static IEnumerable<(string Project, string Reference)> References() =>
        from file in Repository.GetDirectories("src").Single().EnumerateFiles("*.csproj", SearchOption.AllDirectories)
        from reference in XDocument.Load(file.FullName).Descendants("ProjectReference")
        select (Path.GetFileNameWithoutExtension(file.Name),
            Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

    private static DirectoryInfo FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Plimsoll.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"No Plimsoll.slnx above {AppContext.BaseDirectory}.");
    }
}
