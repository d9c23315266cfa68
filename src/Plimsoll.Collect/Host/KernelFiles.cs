using System.Runtime.InteropServices;
using System.Text;

namespace Plimsoll.Collect;

/// <summary>A path as the kernel takes it: UTF-8 with a zero at its end, made once.</summary>
internal sealed class KernelPath(string path)
{
    public string Text { get; } = path;

    public byte[] Bytes { get; } = Encoding.UTF8.GetBytes(path + "\0");
}

/// <summary>
/// Reads small kernel files into one reused buffer. A content is valid until the next read.
/// Not safe for use by several threads at once.
/// </summary>
/// <remarks>
/// Implementation note: plain open/read/close instead of FileStream, because many files under /sys answer with an error
/// as their normal state (the speed of a link that is down), and an exception costs more than reading all the others.
/// </remarks>
internal sealed partial class KernelFiles
{
    private const int MaxBytes = 16 << 20;
    private const int ReadOnlyCloseOnExecNonBlocking = 0x80000 | 0x800;
    private const int Interrupted = 4;
    private byte[] _buffer = new byte[32 << 10];

    /// <returns>False when the file is missing, unreadable or above 16 MiB; the content is then empty.</returns>
    public bool TryRead(KernelPath path, out ReadOnlySpan<byte> content)
    {
        content = default;
        int file = Open(ref MemoryMarshal.GetArrayDataReference(path.Bytes), ReadOnlyCloseOnExecNonBlocking, 0);
        if (file < 0)
        {
            return false;
        }

        int length = ReadAll(file);
        _ = Close(file);
        content = length < 0 ? default : _buffer.AsSpan(0, length);
        return length >= 0;
    }

    /// <summary>Reads a file of one line, without the white space around it.</summary>
    public bool TryReadLine(KernelPath path, out ReadOnlySpan<byte> line)
    {
        bool read = TryRead(path, out ReadOnlySpan<byte> content);
        int end = content.IndexOf((byte)'\n');
        line = (end < 0 ? content : content[..end]).Trim(" \t\r\0"u8);
        return read;
    }

    private int ReadAll(int file)
    {
        int length = 0;
        while (true)
        {
            if (length == _buffer.Length)
            {
                if (length >= MaxBytes)
                {
                    return -1;
                }

                Array.Resize(ref _buffer, _buffer.Length * 2);
            }

            nint read = Read(file, ref _buffer[length], _buffer.Length - length);
            if (read == 0)
            {
                return length;
            }

            if (read > 0)
            {
                length += (int)read;
            }
            else if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                return -1;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(ref byte path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Read(int file, ref byte buffer, nint count);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int file);
}
