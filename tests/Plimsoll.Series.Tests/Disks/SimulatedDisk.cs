namespace Plimsoll.Series.Tests.Disks;

/// <summary>
/// A disk in memory that behaves as badly as the real one may: bytes are durable when their file is synced, names when their folder
/// is, and what is not may survive a power loss in any part. All chance comes from the seed.
/// </summary>
internal sealed class SimulatedDisk : IFileSystem
{
    private readonly Lock _gate = new();
    private readonly Random _chance;
    private readonly SimulatedNames _names = new();
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);
    private long _used;
    private bool _ended;

    public SimulatedDisk(int seed)
        : this(new Random(seed))
    {
    }

    private SimulatedDisk(Random chance) => _chance = chance;

    /// <summary>Operations so far that changed, or tried to change, the disk.</summary>
    public int Operations { get; private set; }

    /// <summary>Files opened for reading and reads of them, so far.</summary>
    public int Reads { get; private set; }

    /// <summary>The operation in which the process ends; zero for never. It may be done, undone or half done.</summary>
    public int EndsAt { get; set; }

    /// <summary>Decides what goes wrong; called under the disk's lock.</summary>
    public Func<DiskOperation, DiskFault>? Faults { get; set; }

    /// <summary>Bytes that the disk holds, in whole sectors.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>A power loss may lose a change of a name while a later one in the same folder survives.</summary>
    public bool NamesInAnyOrder { get; set; }

    public bool HasEnded => _ended;

    public IReadOnlyList<string> Paths
    {
        get
        {
            lock (_gate)
            {
                return [.. _names.Now.Files.Keys];
            }
        }
    }

    /// <summary>The disk as the next process finds it. This one answers nobody any more.</summary>
    public SimulatedDisk End(Ending how)
    {
        lock (_gate)
        {
            _ended = true;
            bool power = how == Ending.PowerLoss;
            SimulatedNames.Table names = power ? _names.AfterPowerLoss(_chance, NamesInAnyOrder) : _names.Now;
            SimulatedDisk after = power ? new SimulatedDisk(_chance) : Successor(this);
            after.Capacity = Capacity;
            after.NamesInAnyOrder = NamesInAnyOrder;
            if (power)
            {
                after.Fill(names, file => file.AfterPowerLoss(_chance));
            }

            return after;
        }
    }

    /// <summary>A copy of all that is there, durable.</summary>
    public SimulatedDisk Copy(int seed)
    {
        lock (_gate)
        {
            SimulatedDisk copy = new(seed) { Capacity = Capacity, NamesInAnyOrder = NamesInAnyOrder };
            copy.Fill(_names.Now, file => SimulatedFile.Of(file.Contents()));
            return copy;
        }
    }

    public byte[] Contents(string path)
    {
        lock (_gate)
        {
            return Find(path).Contents();
        }
    }

    /// <summary>Puts a durable file there, with its folders.</summary>
    public void Place(string path, ReadOnlySpan<byte> contents)
    {
        lock (_gate)
        {
            for (string folder = SimulatedNames.Parent(path); !SimulatedNames.IsRoot(folder); folder = SimulatedNames.Parent(folder))
            {
                _names.PlaceFolder(folder);
            }

            SimulatedFile file = SimulatedFile.Of(contents);
            _names.Place(path, file);
            _used += file.Allocated;
        }
    }

    public void Flip(string path, int offset, int bit)
    {
        lock (_gate)
        {
            Find(path).Flip(offset, bit);
        }
    }

    public void Cut(string path, int length)
    {
        lock (_gate)
        {
            Resize(Find(path), file => file.Cut(length));
        }
    }

    public void CreateFolder(string path)
    {
        lock (_gate)
        {
            if (_ended)
            {
                throw new EndedException();
            }

            if (SimulatedNames.IsRoot(path) || _names.Now.Folders.Contains(path))
            {
                return;
            }

            CreateFolder(SimulatedNames.Parent(path));
            Change(DiskOperationKind.CreateFolder, path, () => _names.AddFolder(path));
        }
    }

    public IReadOnlyList<string> ListFiles(string folder)
    {
        lock (_gate)
        {
            CheckFolder(folder);
            return [.. _names.Now.Files.Keys.Where(path => SimulatedNames.Parent(path) == folder).Select(path => Path.GetFileName(path))];
        }
    }

    public IReadOnlyList<string> ListFolders(string folder)
    {
        lock (_gate)
        {
            CheckFolder(folder);
            return [.. _names.Now.Folders.Where(path => SimulatedNames.Parent(path) == folder).Select(path => Path.GetFileName(path))];
        }
    }

    public bool FileExists(string path)
    {
        lock (_gate)
        {
            return !_ended && _names.Now.Files.ContainsKey(path);
        }
    }

    public IAppendFile Create(string path)
    {
        lock (_gate)
        {
            CheckFolder(SimulatedNames.Parent(path));
            Change(DiskOperationKind.Create, path, () =>
            {
                if (_names.Now.Files.TryGetValue(path, out SimulatedFile? there))
                {
                    Resize(there, file => file.Empty());
                }
                else
                {
                    _names.Set(path, new SimulatedFile { Names = 1 });
                }
            });
            return Open(path);
        }
    }

    public IAppendFile Recycle(string from, string to)
    {
        lock (_gate)
        {
            Move(DiskOperationKind.Recycle, from, to);
            return Open(to);
        }
    }

    public void Sync(string path)
    {
        lock (_gate)
        {
            bool broken = false;
            Sync(path, Find(path), ref broken);
        }
    }

    public void Link(string existing, string path)
    {
        lock (_gate)
        {
            SimulatedFile file = Find(existing);
            CheckFolder(SimulatedNames.Parent(path));
            if (_names.Now.Files.ContainsKey(path))
            {
                throw new IOException($"The file '{path}' already exists.");
            }

            Change(DiskOperationKind.Link, path, () =>
            {
                file.Names++;
                _names.Set(path, file);
            });
        }
    }

    public long FreeBytes(string folder)
    {
        lock (_gate)
        {
            return Math.Max(0, Capacity - _used);
        }
    }

    public IReadFile OpenRead(string path)
    {
        lock (_gate)
        {
            SimulatedFile file = Find(path);
            Ask(DiskOperationKind.OpenRead, path);
            file.Handles++;
            return new Reader(this, path, file);
        }
    }

    public void Rename(string from, string to)
    {
        lock (_gate)
        {
            Move(DiskOperationKind.Rename, from, to);
        }
    }

    public void Delete(string path)
    {
        lock (_gate)
        {
            if (_ended)
            {
                throw new EndedException();
            }

            if (_names.Now.Files.TryGetValue(path, out SimulatedFile? file))
            {
                Change(DiskOperationKind.Delete, path, () =>
                {
                    _names.Remove(path);
                    Unname(file);
                });
            }
        }
    }

    public void SyncFolder(string path)
    {
        lock (_gate)
        {
            CheckFolder(path);
            Change(DiskOperationKind.SyncFolder, path, () => _names.Sync(path));
        }
    }

    public IDisposable? TryLock(string path)
    {
        lock (_gate)
        {
            return _ended ? throw new EndedException() : _locks.Add(path) ? new Held(this, path) : null;
        }
    }

    // kill -9 leaves the kernel's view alone: the same files, names and unsynced parts, seen by a new process.
    private static SimulatedDisk Successor(SimulatedDisk ended)
    {
        SimulatedDisk after = new(ended._chance, ended._names) { _used = 0 };
        foreach (SimulatedFile file in after._names.Now.Files.Values.Distinct())
        {
            file.Handles = 0;
            after._used += file.Allocated;
        }

        return after;
    }

    private SimulatedDisk(Random chance, SimulatedNames names)
    {
        _chance = chance;
        _names = names;
    }

    private void Fill(SimulatedNames.Table names, Func<SimulatedFile, SimulatedFile> copy)
    {
        Dictionary<SimulatedFile, SimulatedFile> copies = [];
        foreach (string folder in names.Folders)
        {
            _names.PlaceFolder(folder);
        }

        foreach ((string path, SimulatedFile file) in names.Files)
        {
            if (!copies.TryGetValue(file, out SimulatedFile? copied))
            {
                copies[file] = copied = copy(file);
                _used += copied.Allocated;
            }

            _names.Place(path, copied);
        }
    }

    private SimulatedFile Find(string path) =>
        _ended ? throw new EndedException()
        : _names.Now.Files.TryGetValue(path, out SimulatedFile? file) ? file
        : throw new FileNotFoundException($"Could not find file '{path}'.", path);

    private void CheckFolder(string folder)
    {
        if (_ended)
        {
            throw new EndedException();
        }

        if (!SimulatedNames.IsRoot(folder) && !_names.Now.Folders.Contains(folder))
        {
            throw new DirectoryNotFoundException($"Could not find a part of the path '{folder}'.");
        }
    }

    private void Move(DiskOperationKind kind, string from, string to)
    {
        SimulatedFile file = Find(from);
        CheckFolder(SimulatedNames.Parent(to));
        Change(kind, from, () =>
        {
            if (from != to && _names.Now.Files.TryGetValue(to, out SimulatedFile? replaced))
            {
                Unname(replaced);
            }

            _names.Move(from, to, file);
        });
    }

    // An operation that changes the disk: it may fail, or be the one in which the process ends.
    private void Change(DiskOperationKind kind, string path, Action change)
    {
        DiskFault fault = Begin(kind, path, out bool last);
        if (fault != DiskFault.None)
        {
            throw fault == DiskFault.NoSpace ? DiskErrors.NoSpace(path) : DiskErrors.Error(path);
        }

        if (!last || _chance.Next(2) == 0)
        {
            change();
        }

        if (last)
        {
            throw new EndedException();
        }
    }

    private DiskFault Begin(DiskOperationKind kind, string path, out bool last)
    {
        if (_ended)
        {
            throw new EndedException();
        }

        Operations++;
        last = _ended = Operations == EndsAt;
        return last ? DiskFault.None : Faults?.Invoke(new DiskOperation(kind, path, Operations)) ?? DiskFault.None;
    }

    private DiskFault Ask(DiskOperationKind kind, string path)
    {
        if (_ended)
        {
            throw new EndedException();
        }

        Reads++;
        DiskFault fault = Faults?.Invoke(new DiskOperation(kind, path, Reads)) ?? DiskFault.None;
        return fault == DiskFault.Error ? throw DiskErrors.Error(path) : fault;
    }

    private void Resize(SimulatedFile file, Action<SimulatedFile> change)
    {
        _used -= file.Allocated;
        change(file);
        _used += file.Allocated;
    }

    private Writer Open(string path)
    {
        SimulatedFile file = Find(path);
        file.Handles++;
        return new Writer(this, path, file);
    }

    private void Unname(SimulatedFile file)
    {
        file.Names--;
        Release(file);
    }

    private void Close(SimulatedFile file)
    {
        lock (_gate)
        {
            if (!_ended)
            {
                file.Handles--;
                Release(file);
            }
        }
    }

    private void Release(SimulatedFile file)
    {
        if (file is { Names: 0, Handles: 0 })
        {
            _used -= file.Allocated;
        }
    }

    private void Append(string path, SimulatedFile file, ref int position, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            DiskFault fault = Begin(DiskOperationKind.Append, path, out bool last);
            long room = file.Allocated + Capacity - _used - position;
            int written = fault != DiskFault.None || last ? _chance.Next(bytes.Length + 1) : (int)Math.Clamp(room, 0, bytes.Length);
            int at = position;
            ReadOnlySpan<byte> part = bytes[..written];
            _used -= file.Allocated;
            file.Write(at, part);
            _used += file.Allocated;
            position += written;
            if (last)
            {
                throw new EndedException();
            }

            if (fault == DiskFault.Error)
            {
                throw DiskErrors.Error(path);
            }

            if (fault != DiskFault.None || written < bytes.Length)
            {
                throw DiskErrors.NoSpace(path);
            }
        }
    }

    private void Sync(string path, SimulatedFile file, ref bool broken)
    {
        lock (_gate)
        {
            if (broken && !_ended)
            {
                throw new InvalidOperationException($"'{path}' is synced again after a sync of it failed: the engine must not do that.");
            }

            DiskFault fault = Begin(DiskOperationKind.Sync, path, out bool last);
            if (fault != DiskFault.None)
            {
                broken = true;
                file.FailSync(_chance);
                throw fault == DiskFault.NoSpace ? DiskErrors.NoSpace(path) : DiskErrors.Error(path);
            }

            if (last)
            {
                throw new EndedException();
            }

            file.Sync();
        }
    }

    private int Read(string path, SimulatedFile file, long offset, Span<byte> buffer)
    {
        lock (_gate)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            bool cut = Ask(DiskOperationKind.Read, path) == DiskFault.Short;
            int read = file.Read(offset, buffer);
            return cut && read > 0 ? _chance.Next(read) : read;
        }
    }

    private sealed class Writer(SimulatedDisk disk, string path, SimulatedFile file) : IAppendFile
    {
        private int _position;
        private bool _broken;
        private bool _closed;

        public void Append(ReadOnlySpan<byte> bytes)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            disk.Append(path, file, ref _position, bytes);
        }

        public void Sync()
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            disk.Sync(path, file, ref _broken);
        }

        public void Dispose()
        {
            if (!_closed)
            {
                _closed = true;
                disk.Close(file);
            }
        }
    }

    private sealed class Reader(SimulatedDisk disk, string path, SimulatedFile file) : IReadFile
    {
        private bool _closed;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> buffer)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            return disk.Read(path, file, offset, buffer);
        }

        public void Dispose()
        {
            if (!_closed)
            {
                _closed = true;
                disk.Close(file);
            }
        }
    }

    private sealed class Held(SimulatedDisk disk, string path) : IDisposable
    {
        public void Dispose()
        {
            lock (disk._gate)
            {
                disk._locks.Remove(path);
            }
        }
    }
}
