using System.Runtime.InteropServices;

namespace Plimsoll.Series.Memory;

/// <summary>
/// Memory outside the garbage collector's sight, in pieces of a few sizes: carved from slabs, and given back to a list of
/// their size. A piece is not cleared. Not safe for use by several threads at once.
/// </summary>
/// <remarks>
/// A million series with a few pieces each would otherwise be millions of objects to mark; and arrays of the large object
/// heap would be cleared before each use.
/// </remarks>
internal sealed unsafe class NativePool : IDisposable
{
    /// <summary>Larger pieces come from the operating system one by one.</summary>
    private const int MaxPooled = 4096;
    private const int FirstSlab = 32 << 10;
    private const int MaxSlab = 1 << 20;

    private readonly nint[] _free = new nint[ClassOf(MaxPooled) + 1];
    private readonly List<nint> _slabs = [];
    private readonly HashSet<nint> _large = [];
    private byte* _next;
    private int _left;
    private bool _disposed;

    /// <summary>Bytes taken from the operating system.</summary>
    public long Bytes { get; private set; }

    /// <summary>The size that a piece of at least this many bytes really has.</summary>
    public static int RoundUp(int size) => size <= MaxPooled ? SizeOf(ClassOf(size)) : (size + 63) & ~63;

    public byte* Take(int size)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int rounded = RoundUp(size);
        if (rounded > MaxPooled)
        {
            byte* large = (byte*)NativeMemory.AlignedAlloc((nuint)rounded, 64);
            _large.Add((nint)large);
            Bytes += rounded;
            return large;
        }

        int sizeClass = ClassOf(rounded);
        byte* piece = (byte*)_free[sizeClass];
        if (piece != null)
        {
            _free[sizeClass] = *(nint*)piece;
            return piece;
        }

        if (_left < rounded)
        {
            AddSlab(rounded);
        }

        piece = _next;
        _next += rounded;
        _left -= rounded;
        return piece;
    }

    /// <param name="size">As it was asked for.</param>
    public void Return(byte* piece, int size)
    {
        int rounded = RoundUp(size);
        if (rounded > MaxPooled)
        {
            _large.Remove((nint)piece);
            Bytes -= rounded;
            NativeMemory.AlignedFree(piece);
            return;
        }

        int sizeClass = ClassOf(rounded);
        *(nint*)piece = _free[sizeClass];
        _free[sizeClass] = (nint)piece;
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        foreach (nint slab in _slabs.Concat(_large))
        {
            NativeMemory.AlignedFree((void*)slab);
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

    private void AddSlab(int atLeast)
    {
        // What is left of the old slab becomes pieces of the sizes that fit.
        while (_left >= 16)
        {
            int sizeClass = ClassOf(Math.Min(_left, MaxPooled));
            while (SizeOf(sizeClass) > _left)
            {
                sizeClass--;
            }

            *(nint*)_next = _free[sizeClass];
            _free[sizeClass] = (nint)_next;
            _next += SizeOf(sizeClass);
            _left -= SizeOf(sizeClass);
        }

        int size = Math.Max(atLeast, (int)Math.Min(MaxSlab, Math.Max(FirstSlab, Bytes / 4 & ~63)));
        _next = (byte*)NativeMemory.AlignedAlloc((nuint)size, 64);
        _slabs.Add((nint)_next);
        _left = size;
        Bytes += size;
    }
}
