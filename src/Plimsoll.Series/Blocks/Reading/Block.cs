using Plimsoll.Series.Encodings;

namespace Plimsoll.Series.Blocks;

/// <summary>
/// One block on disk: immutable, shared by readers who pin it. Its file may be deleted while it is pinned; the handle stays
/// until the last reader has gone.
/// </summary>
internal sealed class Block : IDisposable
{
    private readonly Lock _gate = new();
    private readonly IReadFile _file;
    private readonly BlockCache _cache;
    private int _pins;
    private bool _retired;
    private volatile bool _damaged;

    private Block(string path, IReadFile file, BlockDirectory directory, BlockCache cache)
    {
        Path = path;
        _file = file;
        Directory = directory;
        _cache = cache;
        Length = file.Length;
        Index = new BlockIndex(this);
    }

    public string Path { get; }

    public BlockMeta Meta => Directory.Meta;

    public TenantId Tenant => Meta.Tenant;

    public ulong Number => Meta.Number;

    /// <inheritdoc cref="BlockMeta.Order"/>
    public ulong Order => Meta.Order;

    public int Level => Meta.Level;

    public long MinMs => Meta.MinMs;

    public long MaxMs => Meta.MaxMs;

    public long Samples => Meta.Samples;

    public IReadOnlyList<SealedLog> SealedLogs => Meta.SealedLogs;

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    public BlockIndex Index { get; }

    /// <summary>Set when reading found damage: maintenance writes it anew without what is lost.</summary>
    public bool IsDamaged => _damaged;

    internal BlockDirectory Directory { get; }

    /// <exception cref="InvalidDataException">The file is no sound block of this tenant and number.</exception>
    public static Block Open(IFileSystem files, string path, TenantId tenant, ulong number, BlockCache cache)
    {
        IReadFile file = files.OpenRead(path);
        try
        {
            long length = file.Length;
            if (length < BlockFormat.HeaderLength + BlockFormat.TailLength)
            {
                throw new InvalidDataException("the file is too short");
            }

            Span<byte> header = stackalloc byte[BlockFormat.HeaderLength];
            file.Read(0, header);
            BlockFormat.CheckHeader(header, tenant, number);
            Span<byte> tail = stackalloc byte[BlockFormat.TailLength];
            file.Read(length - BlockFormat.TailLength, tail);
            (long offset, int directoryLength, uint checksum) = BlockFormat.ReadTail(tail, number, length);
            byte[] directory = new byte[directoryLength];
            if (file.Read(offset, directory) != directoryLength || Checksum.At(number, (ulong)offset, directory) != checksum)
            {
                throw new InvalidDataException("its directory does not match its checksum");
            }

            return new Block(path, file, BlockDirectory.Read(directory, tenant, number, offset), cache);
        }
        catch (OverflowException overflow)
        {
            file.Dispose();
            throw new InvalidDataException("its directory states numbers that are too large", overflow);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Keeps the block readable until <see cref="Unpin"/>; false when it is already gone.</summary>
    public bool TryPin()
    {
        lock (_gate)
        {
            if (_retired)
            {
                return false;
            }

            _pins++;
            return true;
        }
    }

    public void Unpin()
    {
        bool close;
        lock (_gate)
        {
            _pins--;
            close = _pins == 0 && _retired;
        }

        if (close)
        {
            _file.Dispose();
        }
    }

    /// <summary>Lets nobody pin the block any more; its handle is closed when the last reader has gone.</summary>
    public void Retire()
    {
        bool close;
        lock (_gate)
        {
            close = _pins == 0 && !_retired;
            _retired = true;
        }

        if (close)
        {
            _file.Dispose();
        }
    }

    public void Dispose() => Retire();

    /// <summary>The content of a page, checked.</summary>
    /// <exception cref="BlockDamageException">It is not what was written.</exception>
    internal byte[] ReadPiece(long offset, int length, string what)
    {
        byte[] bytes = new byte[length + BlockFormat.ChecksumLength];
        int read = ReadRaw(offset, bytes);
        return read == bytes.Length && IsSound(offset, bytes)
            ? bytes
            : throw Damage($"{what} at {offset} does not match its checksum");
    }

    /// <summary>Reads from the file as it is.</summary>
    /// <exception cref="SeriesStoreException">The disk can't read it now; whether the block is sound is not known.</exception>
    internal int ReadRaw(long offset, Span<byte> buffer)
    {
        try
        {
            return _file.Read(offset, buffer);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SeriesStoreException($"The block '{Path}' could not be read: {failure.Message} Check the disk, then try again.", failure);
        }
    }

    /// <summary>True when the bytes, their checksum last, are what was written at this place.</summary>
    internal bool IsSound(long offset, ReadOnlySpan<byte> withChecksum)
    {
        ReadOnlySpan<byte> content = withChecksum[..^BlockFormat.ChecksumLength];
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(withChecksum[^BlockFormat.ChecksumLength..])
            == Checksum.At(Number, (ulong)offset, content);
    }

    internal T? Cached<T>(long offset)
        where T : class => _cache.Find<T>(Number, offset);

    internal void Cache(long offset, object value, int cost) => _cache.Add(Number, offset, value, cost);

    /// <summary>Parses the header of a group and keeps it.</summary>
    internal ChunkGroup ParseGroup(long offset, ReadOnlySpan<byte> header)
    {
        try
        {
            ChunkGroup group = ChunkGroup.Parse(header);
            Cache(offset, group, 64 + (2 * header.Length));
            return group;
        }
        catch (InvalidDataException invalid)
        {
            throw Damage($"the header of the group at {offset} makes no sense", invalid);
        }
    }

    /// <summary>Marks the block as damaged and says so.</summary>
    internal BlockDamageException Damage(string place, Exception? inner = null)
    {
        _damaged = true;
        return new BlockDamageException(Path, place, inner);
    }
}
