using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Plimsoll.Fuzz.Driving;

/// <summary>
/// Memory between two pages that nobody may touch: a reader that goes one byte past its input, or before it, ends the process with its
/// stack instead of reading on unnoticed. The runtime's own bounds checks do not see what goes through pointers and <c>Unsafe</c>.
/// </summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int None = 0;
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    private readonly byte* _mapped;
    private readonly nuint _mappedBytes;
    private readonly byte* _start;
    private readonly int _bytes;

    public GuardedMemory(int bytes)
    {
        int page = Environment.SystemPageSize;
        _bytes = (bytes + page - 1) / page * page;
        _mappedBytes = (nuint)(_bytes + (2 * page));
        nint mapped = Map(0, _mappedBytes, None, PrivateAnonymous, -1, 0);
        if (mapped == -1 || Protect(mapped + page, (nuint)_bytes, ReadWrite) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{_bytes} guarded bytes could not be mapped.");
        }

        _mapped = (byte*)mapped;
        _start = _mapped + page;
    }

    /// <summary>A copy that ends where the memory ends.</summary>
    public Span<byte> AtEnd(ReadOnlySpan<byte> bytes)
    {
        Span<byte> copy = Room(bytes.Length);
        bytes.CopyTo(copy);
        return copy;
    }

    /// <summary>A copy that begins where the memory begins.</summary>
    public Span<byte> AtStart(ReadOnlySpan<byte> bytes)
    {
        Span<byte> copy = new Span<byte>(_start, _bytes)[..bytes.Length];
        bytes.CopyTo(copy);
        return copy;
    }

    /// <summary>The last bytes of the memory, with whatever is in them.</summary>
    public Span<byte> Room(int bytes) => new Span<byte>(_start, _bytes)[(_bytes - bytes)..];

    /// <summary>The same, of numbers.</summary>
    public Span<T> Room<T>(int count)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Room(count * sizeof(T)));

    public void Dispose() => _ = Unmap((nint)_mapped, _mappedBytes);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);
}
