using System.Globalization;
using System.Text;

namespace Plimsoll.Series;

/// <summary>
/// The file <c>SNAPSHOT</c>: which blocks a snapshot holds and how long they are, so that a copy of it that is not whole is
/// told from one that is. A line for the version, then for each block its path within <c>blocks</c> and its bytes.
/// </summary>
internal static class SnapshotManifest
{
    private const string FirstLine = "plimsoll snapshot 1";

    public static void Write(StoreFolder folder, IEnumerable<(TenantId Tenant, ulong Number, long Bytes)> blocks)
    {
        StringBuilder text = new(FirstLine + "\n");
        foreach ((TenantId tenant, ulong number, long bytes) in blocks)
        {
            text.Append(CultureInfo.InvariantCulture, $"{NameOf(folder, tenant, number)} {bytes}\n");
        }

        folder.WriteAtomically(folder.Manifest, file => file.Append(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>What the folder lacks of what it says it holds; nothing where it says nothing.</summary>
    public static List<string> Missing(StoreFolder folder, IFileSystem files)
    {
        List<string> missing = [];
        if (!files.FileExists(folder.Manifest))
        {
            return missing;
        }

        string[] lines = Encoding.UTF8.GetString(folder.ReadAll(folder.Manifest)).Split('\n');
        if (lines[0] != FirstLine || lines[^1].Length > 0)
        {
            return [$"the list of its blocks ({Path.GetFileName(folder.Manifest)}) is damaged"];
        }

        foreach (string line in lines.AsSpan(1..^1))
        {
            int space = line.LastIndexOf(' ');
            if (space < 0 || !long.TryParse(line.AsSpan(space + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long bytes))
            {
                missing.Add($"the list of its blocks ({Path.GetFileName(folder.Manifest)}) is damaged at '{line}'");
                continue;
            }

            string path = Path.Combine(folder.Blocks, line[..space]);
            if (!files.FileExists(path))
            {
                missing.Add($"the block {line[..space]} is missing");
                continue;
            }

            using IReadFile block = files.OpenRead(path);
            if (block.Length != bytes)
            {
                missing.Add($"the block {line[..space]} has {block.Length} bytes of {bytes}");
            }
        }

        return missing;
    }

    private static string NameOf(StoreFolder folder, TenantId tenant, ulong number) => Path.GetRelativePath(folder.Blocks, folder.Block(tenant, number));
}
