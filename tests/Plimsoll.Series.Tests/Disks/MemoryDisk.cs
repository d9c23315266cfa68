namespace Plimsoll.Series.Tests.Disks;

/// <summary>
/// A disk in memory that tells what is durable from what is only written: bytes until synced, names until their folder is
/// synced. It can lose power at any operation, refuse one, or damage a byte.
/// </summary>
internal sealed class MemoryDisk : IFileSystem
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Node> _files = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _folders = new(StringComparer.Ordinal);
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);
    private readonly List<(string Folder, Action<SortedDictionary<string, Node>> Change)> _unsyncedNames = [];
    private readonly SortedDictionary<string, Node> _durableNames = new(StringComparer.Ordinal);
    private bool _off;

    /// <summary>Operations so far that change the disk.</summary>
    public int Operations { get; private set; }

    /// <summary>The operation at which the power goes; zero for never.</summary>
    public int PowerLossAt { get; set; }

    /// <summary>Decides whether an operation on a path fails, as a full or broken disk would.</summary>
    public Func<string, string, bool>? Fails { get; set; }

    public IEnumerable<string> Paths => _files.Keys;

    public byte[] Contents(string path) => [.. _files[path].Bytes];

    public void Damage(string path, int offset, byte flip) => _files[path].Bytes[offset] ^= flip;

    public void Cut(string path, int length)
    {
        _files[path].Bytes.RemoveRange(length, _files[path].Bytes.Count - length);
        _files[path].Durable = Math.Min(_files[path].Durable, length);
    }

    /// <summary>A disk with the files of a real folder.</summary>
    public static MemoryDisk Load(string folder, string target)
    {
        MemoryDisk disk = new();
        foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            string path = Path.Combine(target, Path.GetRelativePath(folder, file));
            disk.CreateFolder(Path.GetDirectoryName(path)!);
            byte[] bytes = File.ReadAllBytes(file);
            disk._files[path] = disk._durableNames[path] = new Node([.. bytes]) { Durable = bytes.Length };
        }

        return disk;
    }

    /// <summary>A copy of all that is there, as after a clean stop.</summary>
    public MemoryDisk Copy()
    {
        MemoryDisk copy = new();
        copy._folders.UnionWith(_folders);
        foreach ((string path, Node node) in _files)
        {
            copy._files[path] = new Node([.. node.Bytes]) { Durable = node.Bytes.Count };
            copy._durableNames[path] = copy._files[path];
        }

        return copy;
    }

    /// <summary>What a power loss leaves: what is durable, and of the rest as much as chance wants, in the order it came.</summary>
    public MemoryDisk Reboot(Random chance)
    {
        lock (_gate)
        {
            _off = true;
            SortedDictionary<string, Node> names = new(_durableNames, StringComparer.Ordinal);
            foreach ((_, Action<SortedDictionary<string, Node>> change) in _unsyncedNames.Take(chance.Next(_unsyncedNames.Count + 1)))
            {
                change(names);
            }

            MemoryDisk after = new();
            after._folders.UnionWith(_folders);
            foreach ((string path, Node node) in names)
            {
                int length = node.Durable + chance.Next(node.Bytes.Count - node.Durable + 1);
                after._files[path] = new Node([.. node.Bytes.Take(length)]) { Durable = length };
                after._durableNames[path] = after._files[path];
            }

            return after;
        }
    }

    public void CreateFolder(string path)
    {
        for (string? folder = path; !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
        {
            _folders.Add(folder);
        }
    }

    public IReadOnlyList<string> ListFiles(string folder) =>
        [.. _files.Keys.Where(path => Path.GetDirectoryName(path) == folder).Select(path => Path.GetFileName(path))];

    public IReadOnlyList<string> ListFolders(string folder) =>
        [.. _folders.Where(path => Path.GetDirectoryName(path) == folder).Select(path => Path.GetFileName(path))];

    public bool FileExists(string path) => _files.ContainsKey(path);

    public IAppendFile Create(string path)
    {
        lock (_gate)
        {
            Operate("create", path);
            Node node = new([]);
            Name(path, names => names[path] = node);
            return new AppendFile(this, path, node);
        }
    }

    public IAppendFile Recycle(string from, string to)
    {
        // Of what the old file held nothing is kept: SimulatedDisk is the disk that keeps it.
        Delete(from);
        return Create(to);
    }

    public void Sync(string path)
    {
        lock (_gate)
        {
            Operate("sync", path);
            _files[path].Durable = _files[path].Bytes.Count;
        }
    }

    public void Link(string existing, string path)
    {
        lock (_gate)
        {
            Operate("link", path);
            Node node = _files[existing];
            Name(path, names => names[path] = node);
        }
    }

    /// <summary>What the disk says is free.</summary>
    public long Free { get; set; } = long.MaxValue;

    public long FreeBytes(string folder) => Free;

    public IReadFile OpenRead(string path) =>
        _files.TryGetValue(path, out Node? node) ? new ReadFile(node) : throw new FileNotFoundException("No such file.", path);

    public void Rename(string from, string to)
    {
        lock (_gate)
        {
            Operate("rename", from);
            Node node = _files[from];
            Name(to, names =>
            {
                names.Remove(from);
                names[to] = node;
            });
        }
    }

    public void Delete(string path)
    {
        lock (_gate)
        {
            Operate("delete", path);
            Name(path, names => names.Remove(path));
        }
    }

    public void SyncFolder(string path)
    {
        lock (_gate)
        {
            Operate("sync folder", path);
            foreach ((_, Action<SortedDictionary<string, Node>> change) in _unsyncedNames.Where(name => name.Folder == path))
            {
                change(_durableNames);
            }

            _unsyncedNames.RemoveAll(name => name.Folder == path);
        }
    }

    public IDisposable? TryLock(string path) => _locks.Add(path) ? new Held(() => _locks.Remove(path)) : null;

    private void Name(string path, Action<SortedDictionary<string, Node>> change)
    {
        change(_files);
        _unsyncedNames.Add((Path.GetDirectoryName(path)!, change));
    }

    private void Operate(string operation, string path)
    {
        Operations++;
        _off |= Operations == PowerLossAt;
        if (_off)
        {
            throw new IOException("The power is off.");
        }

        if (Fails?.Invoke(operation, path) == true)
        {
            throw new IOException($"No {operation} of '{path}': the disk is full.");
        }
    }

    internal sealed class Node(List<byte> bytes)
    {
        public List<byte> Bytes { get; } = bytes;

        public int Durable { get; set; }
    }

    private sealed class AppendFile(MemoryDisk disk, string path, Node node) : IAppendFile
    {
        private bool _broken;

        public void Append(ReadOnlySpan<byte> bytes)
        {
            lock (disk._gate)
            {
                if (_broken)
                {
                    throw new InvalidOperationException($"'{path}' is written after it failed.");
                }

                try
                {
                    disk.Operate("write", path);
                }
                catch (IOException)
                {
                    _broken = true;
                    node.Bytes.AddRange(bytes[..(bytes.Length / 2)]);
                    throw;
                }

                node.Bytes.AddRange(bytes);
            }
        }

        public void Sync()
        {
            lock (disk._gate)
            {
                if (_broken)
                {
                    throw new InvalidOperationException($"'{path}' is synced after it failed.");
                }

                try
                {
                    disk.Operate("sync", path);
                }
                catch (IOException)
                {
                    _broken = true;
                    throw;
                }

                node.Durable = node.Bytes.Count;
            }
        }

        public void Dispose()
        {
        }
    }

    private sealed class ReadFile(Node node) : IReadFile
    {
        public long Length => node.Bytes.Count;

        public int Read(long offset, Span<byte> buffer)
        {
            int count = (int)Math.Min(buffer.Length, Math.Max(0, node.Bytes.Count - offset));
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(node.Bytes).Slice((int)offset, count).CopyTo(buffer);
            return count;
        }

        public void Dispose()
        {
        }
    }

    private sealed class Held(Action release) : IDisposable
    {
        public void Dispose() => release();
    }
}
