using System.Runtime.InteropServices;

namespace Plimsoll.Series.Memory;

/// <summary>
/// Memory outside the garbage collector's sight, in pieces of a few sizes. A piece is not cleared. Not safe for use by several
/// threads at once.
/// </summary>
/// <remarks>
/// A million series with a few pieces each would otherwise be millions of objects to mark; and arrays of the large object
/// heap would be cleared before each use. Pieces of a size share slabs, and a slab whose pieces all came back serves any
/// size: the buffers of all series grow in step, and what they grew out of would else lie idle, three times what is in use.
/// </remarks>
internal sealed unsafe class NativePool : IDisposable
{
    /// <summary>Larger pieces come from the operating system one by one.</summary>
    private const int MaxPooled = 2048;

    /// <summary>A power of two, to which slabs are aligned: a piece knows its slab by its address.</summary>
    private const int SlabBytes = 8 << 10;

    /// <summary>Keeps pieces that are whole cache lines on their lines.</summary>
    private const int HeaderBytes = 64;

    private const int FirstArena = 4 * SlabBytes;
    private const int MaxArena = 1 << 20;

    /// <summary>By size: slabs with room for another piece.</summary>
    private readonly nint[] _partial = new nint[ClassOf(MaxPooled) + 1];
    private readonly List<Arena?> _arenas = [];

    /// <summary>Arenas with room for another slab.</summary>
    private readonly List<Arena> _roomy = [];
    private readonly HashSet<nint> _large = [];
    private bool _disposed;

    /// <summary>Bytes taken from the operating system.</summary>
    public long Bytes { get; private set; }

    /// <summary>The size that a piece of at least this many bytes really has.</summary>
    public static int RoundUp(int size) => size <= MaxPooled ? SizeOf(ClassOf(size)) : (size + 63) & ~63;

    public byte* Take(int size)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (size > MaxPooled)
        {
            return TakeLarge(RoundUp(size));
        }

        int sizeClass = ClassOf(size);
        Slab* slab = (Slab*)_partial[sizeClass];
        if (slab == null)
        {
            slab = AddSlab(sizeClass);
        }

        byte* piece = (byte*)slab->Free;
        if (piece != null)
        {
            slab->Free = *(nint*)piece;
        }
        else
        {
            piece = (byte*)slab + slab->Carved;
            slab->Carved += slab->PieceBytes;
        }

        slab->Used++;
        if (slab->IsFull)
        {
            Unlink(slab, sizeClass);
        }

        return piece;
    }

    /// <param name="size">As it was asked for.</param>
    public void Return(byte* piece, int size)
    {
        if (_disposed)
        {
            return; // It went with all the others.
        }

        if (size > MaxPooled)
        {
            _large.Remove((nint)piece);
            Bytes -= RoundUp(size);
            NativeMemory.AlignedFree(piece);
            return;
        }

        int sizeClass = ClassOf(size);
        Slab* slab = (Slab*)((nint)piece & ~(nint)(SlabBytes - 1));
        bool wasFull = slab->IsFull;
        *(nint*)piece = slab->Free;
        slab->Free = (nint)piece;
        slab->Used--;
        if (wasFull)
        {
            Link(slab, sizeClass);
        }

        if (slab->Used == 0)
        {
            Unlink(slab, sizeClass);
            Release(slab);
        }
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        foreach (Arena? arena in _arenas)
        {
            NativeMemory.AlignedFree((void*)(arena?.Start ?? 0));
        }

        foreach (nint piece in _large)
        {
            NativeMemory.AlignedFree((void*)piece);
        }

        Bytes = 0;
    }

    // Steps of 16 bytes up to 256, of 64 up to 1024, of 256 above: at most a quarter of a piece is wasted.
    private static int ClassOf(int size) =>
        size <= 256 ? (Math.Max(size, 16) + 15) / 16
        : size <= 1024 ? 16 + ((size - 256 + 63) / 64)
        : 28 + ((size - 1024 + 255) / 256);

    private static int SizeOf(int sizeClass) =>
        sizeClass <= 16 ? sizeClass * 16
        : sizeClass <= 28 ? 256 + ((sizeClass - 16) * 64)
        : 1024 + ((sizeClass - 28) * 256);

    private byte* TakeLarge(int size)
    {
        byte* piece = (byte*)NativeMemory.AlignedAlloc((nuint)size, 64);
        _large.Add((nint)piece);
        Bytes += size;
        return piece;
    }

    private Slab* AddSlab(int sizeClass)
    {
        Arena arena = _roomy.Count > 0 ? _roomy[^1] : AddArena();
        Slab* slab = (Slab*)arena.Empty;
        if (slab != null)
        {
            arena.Empty = (nint)slab->Next;
        }
        else
        {
            slab = (Slab*)(arena.Start + (arena.Carved * SlabBytes));
            arena.Carved++;
        }

        arena.Used++;
        if (!arena.HasRoom)
        {
            _roomy.RemoveAt(_roomy.Count - 1);
        }

        *slab = new Slab { Arena = arena.Number, PieceBytes = SizeOf(sizeClass), Carved = HeaderBytes };
        Link(slab, sizeClass);
        return slab;
    }

    // A slab without pieces serves any size; an arena without slabs goes back, unless it is the only one with room.
    private void Release(Slab* slab)
    {
        Arena arena = _arenas[slab->Arena]!;
        if (!arena.HasRoom)
        {
            _roomy.Add(arena);
        }

        slab->Next = (Slab*)arena.Empty;
        arena.Empty = (nint)slab;
        arena.Used--;
        if (arena.Used == 0 && _roomy.Count > 1)
        {
            _roomy.Remove(arena);
            _arenas[arena.Number] = null;
            Bytes -= (long)arena.Slabs * SlabBytes;
            NativeMemory.AlignedFree((void*)arena.Start);
        }
    }

    private Arena AddArena()
    {
        int size = (int)Math.Clamp(Bytes / 4 / SlabBytes * SlabBytes, FirstArena, MaxArena);
        int number = _arenas.IndexOf(null);
        if (number < 0)
        {
            number = _arenas.Count;
            _arenas.Add(null);
        }

        Arena arena = new(number, (nint)NativeMemory.AlignedAlloc((nuint)size, SlabBytes), size / SlabBytes);
        _arenas[number] = arena;
        _roomy.Add(arena);
        Bytes += size;
        return arena;
    }

    private void Link(Slab* slab, int sizeClass)
    {
        Slab* first = (Slab*)_partial[sizeClass];
        slab->Previous = null;
        slab->Next = first;
        if (first != null)
        {
            first->Previous = slab;
        }

        _partial[sizeClass] = (nint)slab;
    }

    private void Unlink(Slab* slab, int sizeClass)
    {
        if (slab->Previous == null)
        {
            _partial[sizeClass] = (nint)slab->Next;
        }
        else
        {
            slab->Previous->Next = slab->Next;
        }

        if (slab->Next != null)
        {
            slab->Next->Previous = slab->Previous;
        }
    }

    /// <summary>Stands at the start of a slab.</summary>
    private struct Slab
    {
        public Slab* Previous;
        public Slab* Next;
        public int Arena;

        /// <summary>The first of the pieces that came back; each names the next.</summary>
        public nint Free;

        public int PieceBytes;

        /// <summary>Where the pieces begin that were never handed out.</summary>
        public int Carved;

        public int Used;

        public readonly bool IsFull => Free == 0 && Carved + PieceBytes > SlabBytes;
    }

    /// <summary>A stretch of memory from the operating system, cut into slabs.</summary>
    private sealed class Arena(int number, nint start, int slabs)
    {
        public int Number { get; } = number;

        public nint Start { get; } = start;

        public int Slabs { get; } = slabs;

        /// <summary>Slabs that were cut so far.</summary>
        public int Carved { get; set; }

        /// <summary>Slabs with pieces.</summary>
        public int Used { get; set; }

        /// <summary>The first of the slabs that became empty; each names the next.</summary>
        public nint Empty { get; set; }

        public bool HasRoom => Empty != 0 || Carved < Slabs;
    }
}
