using System.Buffers.Binary;

namespace Plimsoll.Series.Upgrades.Version1.Blocks;

/// <summary>One block on disk: immutable, shared by readers who pin it, gone when retired and no longer pinned.</summary>
internal sealed class Block : IDisposable
{
    private readonly Lock _gate = new();
    private readonly IReadFile _file;
    private readonly BlockFooter _footer;
    private BlockIndex? _index;
    private Action? _whenFree;
    private int _pins;
    private bool _retired;

    private Block(TenantId tenant, string path, IReadFile file, BlockFooter footer)
    {
        Tenant = tenant;
        Path = path;
        _file = file;
        _footer = footer;
        Length = file.Length;
    }

    public TenantId Tenant { get; }

    public string Path { get; }

    public ulong Sequence => _footer.Sequence;

    public long MinMs => _footer.MinMs;

    public long MaxMs => _footer.MaxMs;

    public long Samples => _footer.Samples;

    public int IndexLength => _footer.IndexLength;

    public long Length { get; }

    /// <summary>When the index was used last, in the cache's count of uses.</summary>
    public long LastUse { get; set; }

    /// <summary>Set when reading found damage: the block is to be moved aside.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Memory that the index holds now.</summary>
    public long IndexCost => Volatile.Read(ref _index)?.Cost ?? 0;

    /// <exception cref="InvalidDataException">The file is no sound block.</exception>
    public static Block Open(IFileSystem files, TenantId tenant, ulong sequence, string path)
    {
        IReadFile file = files.OpenRead(path);
        try
        {
            long length = file.Length;
            if (length < BlockFormat.HeaderLength + BlockFormat.FooterLength)
            {
                throw new InvalidDataException("the file is too short");
            }

            Span<byte> header = stackalloc byte[BlockFormat.HeaderLength];
            file.Read(0, header);
            BlockFormat.CheckHeader(header, tenant, sequence);
            Span<byte> footer = stackalloc byte[BlockFormat.FooterLength];
            file.Read(length - BlockFormat.FooterLength, footer);
            return new Block(tenant, path, file, BlockFormat.ReadFooter(footer, sequence, length));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <exception cref="SeriesStoreException">The index is damaged.</exception>
    public BlockIndex Index()
    {
        BlockIndex? index = Volatile.Read(ref _index);
        if (index is not null)
        {
            return index;
        }

        lock (_gate)
        {
            return _index ??= LoadIndex();
        }
    }

    /// <summary>Gives the index's memory back; who holds it goes on.</summary>
    public void DropIndex() => Volatile.Write(ref _index, null);

    /// <summary>Reads the encoded bytes of a chunk into the buffer's beginning, and checks them.</summary>
    /// <exception cref="SeriesStoreException">The chunk is damaged.</exception>
    public ReadOnlySpan<byte> ReadChunk(ChunkEntry chunk, ref byte[] buffer)
    {
        int length = chunk.Length + sizeof(uint);
        if (buffer.Length < length)
        {
            buffer = new byte[Math.Max(length, 2 * buffer.Length)];
        }

        int read = _file.Read(chunk.Offset, buffer.AsSpan(0, length));
        ReadOnlySpan<byte> bytes = buffer.AsSpan(0, chunk.Length);
        if (read < length || BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(chunk.Length)) != Checksum.Of(bytes))
        {
            throw Damage($"the chunk at {chunk.Offset} does not match its checksum", null);
        }

        return bytes;
    }

    /// <summary>Marks the block as damaged and says so.</summary>
    public SeriesStoreException Damage(string what, Exception? inner)
    {
        IsDamaged = true;
        return new SeriesStoreException($"The block '{Path}' is damaged: {what}. It is being moved to the quarantine folder; its samples are missing from then on.", inner!);
    }

    /// <summary>Keeps the block's file in place until <see cref="Unpin"/>; false when it is already gone.</summary>
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
        Action? whenFree = null;
        lock (_gate)
        {
            _pins--;
            whenFree = TakeWhenFree_NeedsLock();
        }

        whenFree?.Invoke();
    }

    /// <summary>Lets nobody pin the block any more, and does something with its file when the last reader has gone.</summary>
    public void Retire(Action whenFree)
    {
        Action? now;
        lock (_gate)
        {
            _retired = true;
            _whenFree = whenFree;
            now = TakeWhenFree_NeedsLock();
        }

        now?.Invoke();
    }

    public void Dispose() => _file.Dispose();

    private Action? TakeWhenFree_NeedsLock()
    {
        if (_pins > 0 || !_retired)
        {
            return null;
        }

        Action? whenFree = _whenFree;
        _whenFree = null;
        if (whenFree is not null)
        {
            _file.Dispose();
        }

        return whenFree;
    }

    private BlockIndex LoadIndex()
    {
        byte[] bytes = new byte[_footer.IndexLength];
        if (_file.Read(_footer.IndexOffset, bytes) != bytes.Length || Checksum.Of(bytes) != _footer.IndexChecksum)
        {
            throw Damage("its index does not match its checksum", null);
        }

        try
        {
            return new BlockIndex(bytes);
        }
        catch (Exception invalid) when (invalid is InvalidDataException or ArgumentException or OverflowException)
        {
            throw Damage("its index makes no sense", invalid);
        }
    }
}
