using System.Buffers;

namespace Plimsoll.Collect.Import;

/// <summary>Cuts a stream into lines, with no more memory than the longest line that is allowed.</summary>
internal sealed class LineReader(Stream stream, int maxLineBytes) : IDisposable
{
    private const int FirstBytes = 64 << 10;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(FirstBytes, maxLineBytes + 1));
    private int _start;
    private int _end;
    private int _lineLength;
    private bool _streamEnded;

    /// <summary>The line's number, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Where the line begins in the stream.</summary>
    public long Offset { get; private set; }

    /// <summary>The line without its line feed; valid until the next one is read.</summary>
    public ReadOnlySpan<byte> Line => _buffer.AsSpan(_start, _lineLength);

    /// <summary>True when a line feed ended the line, and not the stream.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>True when the line was longer than allowed: there is no way on.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Moves to the next line; false at the end of the stream, and at a line that is too long.</summary>
    public async ValueTask<bool> NextAsync(CancellationToken cancellation)
    {
        int step = Number == 0 ? 0 : _lineLength + (IsWhole ? 1 : 0);
        _start += step;
        Offset += step;
        int searched = 0;
        while (true)
        {
            int found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            int length = found < 0 ? _end - _start : searched + found;
            if (length > maxLineBytes)
            {
                Number++;
                IsTooLong = true;
                return false;
            }

            if (found >= 0 || (_streamEnded && length > 0))
            {
                Number++;
                _lineLength = length;
                IsWhole = found >= 0;
                return true;
            }

            if (_streamEnded)
            {
                _lineLength = 0;
                IsWhole = false;
                return false;
            }

            searched = length;
            await FillAsync(cancellation);
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private async ValueTask FillAsync(CancellationToken cancellation)
    {
        int held = _end - _start;
        if (held == _buffer.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(2 * _buffer.Length);
            _buffer.AsSpan(_start, held).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        else if (_start > 0)
        {
            _buffer.AsSpan(_start, held).CopyTo(_buffer);
        }

        _start = 0;
        _end = held;
        int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
        _end += read;
        _streamEnded = read == 0;
    }
}
