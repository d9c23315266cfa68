namespace Plimsoll.Series.Tests.Disks;

/// <summary>
/// One file as the kernel and the disk see it: the cache holds what was written, the disk what has reached it, and the sectors in
/// which they differ are unsynced.
/// </summary>
internal sealed class SimulatedFile
{
    public const int SectorBytes = 512;
    private readonly SortedSet<int> _unsynced = [];
    private byte[] _cache = [];
    private byte[] _disk = [];
    private int _diskLength;
    private bool _emptied;

    public int Length { get; private set; }

    public int Names { get; set; }

    public int Handles { get; set; }

    public bool IsSynced => _unsynced.Count == 0 && Length == _diskLength && !_emptied;

    /// <summary>Space that it takes, in whole sectors.</summary>
    public long Allocated => (Length + SectorBytes - 1L) / SectorBytes * SectorBytes;

    public static SimulatedFile Of(ReadOnlySpan<byte> contents)
    {
        SimulatedFile file = new();
        file.Write(0, contents);
        file.Sync();
        return file;
    }

    public byte[] Contents() => _cache[..Length];

    public int Read(long offset, Span<byte> buffer)
    {
        int count = (int)Math.Min(buffer.Length, Math.Max(0, Length - offset));
        if (count > 0)
        {
            _cache.AsSpan((int)offset, count).CopyTo(buffer);
        }

        return count;
    }

    public void Write(int offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        int end = offset + bytes.Length;
        Reserve(ref _cache, end);
        bytes.CopyTo(_cache.AsSpan(offset));
        Length = Math.Max(Length, end);
        for (int sector = offset / SectorBytes; sector <= (end - 1) / SectorBytes; sector++)
        {
            _unsynced.Add(sector);
        }
    }

    /// <summary>Empties the file, as opening it for writing anew does; the disk learns of it with the next sync.</summary>
    public void Empty()
    {
        _cache.AsSpan(0, Length).Clear();
        _emptied |= Length > 0;
        Length = 0;
        _unsynced.Clear();
    }

    public void Sync()
    {
        if (_emptied)
        {
            _disk.AsSpan().Clear();
            _emptied = false;
        }

        Reserve(ref _disk, Length);
        foreach (int sector in _unsynced)
        {
            Reach(sector, SectorBytes);
        }

        _diskLength = Length;
        _unsynced.Clear();
    }

    /// <summary>
    /// A sync that fails: some sectors reach the disk, and all count as clean from now on. Whether a reader still sees the others is a
    /// matter of the file system; chance decides.
    /// </summary>
    public void FailSync(Random chance)
    {
        Reserve(ref _disk, Length);
        bool dropped = chance.Next(2) == 0;
        foreach (int sector in _unsynced)
        {
            if (chance.Next(2) == 0)
            {
                Reach(sector, SectorBytes);
            }
            else if (dropped)
            {
                int from = sector * SectorBytes;
                int length = Math.Min(SectorBytes, Length - from);
                _disk.AsSpan(from, length).CopyTo(_cache.AsSpan(from));
            }
        }

        _unsynced.Clear();
        _diskLength = Length;
        _emptied = false;
    }

    /// <summary>What is left when the power goes: each unsynced sector is as it was, as it should be, or torn between.</summary>
    public SimulatedFile AfterPowerLoss(Random chance)
    {
        if (IsSynced)
        {
            return Of(_disk.AsSpan(0, _diskLength));
        }

        SimulatedFile after = new();
        Reserve(ref after._disk, Math.Max(Length, _diskLength));
        int length = LengthAfterPowerLoss(chance);
        bool emptied = _emptied && (length < _diskLength || chance.Next(2) == 0);
        if (!emptied)
        {
            _disk.AsSpan(0, _diskLength).CopyTo(after._disk);
        }

        // Mostly any sector may be the one that is missing; at times all or none made it, or those that were written first.
        int manner = chance.Next(6);
        int firstLost = manner == 2 && _unsynced.Count > 0 ? chance.Next(_unsynced.Max + 2) : 0;
        foreach (int sector in _unsynced)
        {
            int reached = manner switch
            {
                0 => SectorBytes,
                1 => 0,
                2 => sector < firstLost ? SectorBytes : 0,
                _ => chance.Next(5) switch { 0 or 1 => SectorBytes, 2 or 3 => 0, _ => chance.Next(SectorBytes) },
            };
            int from = sector * SectorBytes;
            int count = Math.Min(reached, Length - from);
            _cache.AsSpan(from, count).CopyTo(after._disk.AsSpan(from));
        }

        return Of(after._disk.AsSpan(0, length));
    }

    /// <summary>Flips a bit on the disk and in the cache, as if the file had been read anew.</summary>
    public void Flip(int offset, int bit)
    {
        _cache[offset] ^= (byte)(1 << bit);
        if (offset < _diskLength)
        {
            _disk[offset] ^= (byte)(1 << bit);
        }
    }

    /// <summary>Cuts the file at rest.</summary>
    public void Cut(int length)
    {
        byte[] kept = _cache[..Math.Min(length, Length)];
        Empty();
        Write(0, kept);
        Sync();
    }

    private int LengthAfterPowerLoss(Random chance)
    {
        int shorter = Math.Min(Length, _diskLength);
        int longer = Math.Max(Length, _diskLength);
        return chance.Next(4) switch
        {
            0 => _diskLength,
            1 => Length,
            2 => Math.Min(longer, (shorter + chance.Next(longer - shorter + 1) + SectorBytes - 1) / SectorBytes * SectorBytes),
            _ => shorter + chance.Next(longer - shorter + 1),
        };
    }

    private void Reach(int sector, int bytes)
    {
        int from = sector * SectorBytes;
        int count = Math.Min(bytes, Length - from);
        _cache.AsSpan(from, count).CopyTo(_disk.AsSpan(from));
    }

    private static void Reserve(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            Array.Resize(ref buffer, Math.Max(length, buffer.Length * 2));
        }
    }
}
