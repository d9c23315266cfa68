namespace Plimsoll.Series.Tests.Disks;

/// <summary>The names on a disk: as they are, as they are durable, and the changes in between, which a folder's sync makes durable.</summary>
internal sealed class SimulatedNames
{
    private readonly List<Change> _unsynced = [];
    private readonly Table _durable = new();

    public Table Now { get; } = new();

    /// <summary>Puts a file where all can see it, durably.</summary>
    public void Place(string path, SimulatedFile file)
    {
        Now.Files[path] = file;
        _durable.Files[path] = file;
        file.Names++;
    }

    public void PlaceFolder(string path)
    {
        Now.Folders.Add(path);
        _durable.Folders.Add(path);
    }

    public void AddFolder(string path) => Make(new Change([Parent(path)], names => names.Folders.Add(path)));

    public void Set(string path, SimulatedFile file) => Make(new Change([Parent(path)], names => names.Files[path] = file));

    public void Remove(string path) => Make(new Change([Parent(path)], names => names.Files.Remove(path)));

    public void Move(string from, string to, SimulatedFile file) => Make(new Change(
        [Parent(from), Parent(to)],
        names =>
        {
            names.Files.Remove(from);
            names.Files[to] = file;
        }));

    /// <summary>Makes the changes in a folder durable, and with them those that they are tied to.</summary>
    public void Sync(string folder)
    {
        HashSet<string> folders = [folder];
        for (int before = 0; before != folders.Count;)
        {
            before = folders.Count;
            foreach (Change change in _unsynced)
            {
                if (folders.Overlaps(change.Folders))
                {
                    folders.UnionWith(change.Folders);
                }
            }
        }

        foreach (Change change in _unsynced)
        {
            if (folders.Overlaps(change.Folders))
            {
                change.Apply(_durable);
            }
        }

        _unsynced.RemoveAll(change => folders.Overlaps(change.Folders));
    }

    /// <summary>The names after a power loss. In each folder they changed in order; where each stopped, chance decides.</summary>
    /// <param name="anyOrder">Any change may be missing while a later one of the same folder is there.</param>
    public Table AfterPowerLoss(Random chance, bool anyOrder)
    {
        Table after = _durable.Copy();
        HashSet<string> stopped = [];
        int often = 1 + chance.Next(8);
        foreach (Change change in _unsynced)
        {
            bool lost = chance.Next(often + 1) == 0;
            if (anyOrder ? lost : lost || stopped.Overlaps(change.Folders))
            {
                stopped.UnionWith(change.Folders);
                continue;
            }

            change.Apply(after);
        }

        // A file or folder whose folder was lost can't be reached.
        after.Folders.RemoveWhere(folder => !Reaches(folder, after));
        foreach (string path in after.Files.Keys.Where(path => !Reaches(path, after)).ToList())
        {
            after.Files.Remove(path);
        }

        return after;
    }

    private static bool Reaches(string path, Table names)
    {
        for (string parent = Parent(path); !IsRoot(parent); parent = Parent(parent))
        {
            if (!names.Folders.Contains(parent))
            {
                return false;
            }
        }

        return true;
    }

    public static bool IsRoot(string folder) => folder.Length == 0 || folder == Path.GetPathRoot(folder);

    public static string Parent(string path) => Path.GetDirectoryName(path) ?? "";

    private void Make(Change change)
    {
        change.Apply(Now);
        _unsynced.Add(change);
    }

    /// <summary>Files and folders by path.</summary>
    internal sealed class Table
    {
        public SortedDictionary<string, SimulatedFile> Files { get; init; } = new(StringComparer.Ordinal);

        public SortedSet<string> Folders { get; init; } = new(StringComparer.Ordinal);

        public Table Copy() => new()
        {
            Files = new SortedDictionary<string, SimulatedFile>(Files, StringComparer.Ordinal),
            Folders = new SortedSet<string>(Folders, StringComparer.Ordinal),
        };
    }

    private sealed record Change(string[] Folders, Action<Table> Apply);
}
