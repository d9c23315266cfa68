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
    private readonly List<nint> _arenas = [];
    private readonly HashSet<nint> _large = [];
    private Slab* _empty;
    private byte* _next;
    private int _left;
    private long _arenaBytes;
    private bool _disposed;

    /// <summary>Bytes of the slabs in which there is a piece, and of what is larger.</summary>
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
            slab->Next = _empty;
            _empty = slab;
            Bytes -= SlabBytes;
        }
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        foreach (nint piece in _arenas.Concat(_large))
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
        Slab* slab = _empty;
        if (slab != null)
        {
            _empty = slab->Next;
        }
        else
        {
            if (_left == 0)
            {
                AddArena();
            }

            slab = (Slab*)_next;
            _next += SlabBytes;
            _left -= SlabBytes;
        }

        *slab = new Slab { PieceBytes = SizeOf(sizeClass), Carved = HeaderBytes };
        Link(slab, sizeClass);
        Bytes += SlabBytes;
        return slab;
    }

    private void AddArena()
    {
        int size = (int)Math.Clamp(_arenaBytes / 4 / SlabBytes * SlabBytes, FirstArena, MaxArena);
        _next = (byte*)NativeMemory.AlignedAlloc((nuint)size, SlabBytes);
        _arenas.Add((nint)_next);
        _arenaBytes += size;
        _left = size;
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

        /// <summary>The first of the pieces that came back; each names the next.</summary>
        public nint Free;

        public int PieceBytes;

        /// <summary>Where the pieces begin that were never handed out.</summary>
        public int Carved;

        public int Used;

        public readonly bool IsFull => Free == 0 && Carved + PieceBytes > SlabBytes;
    }
}
