namespace Plimsoll.Series.Blocks;

/// <summary>The file being written: collects small pieces into large writes, and gives each its checksum.</summary>
internal sealed class BlockSink(IAppendFile file, ulong number)
{
    private const int FlushBytes = 1 << 20;

    private readonly ByteWriter _pending = new(FlushBytes + (64 << 10));
    private long _flushed;

    public long Position => _flushed + _pending.Length;

    public void Plain(ReadOnlySpan<byte> bytes)
    {
        _pending.Bytes(bytes);
        if (_pending.Length >= FlushBytes)
        {
            Flush();
        }
    }

    /// <summary>The bytes and the checksum that proves them and their place.</summary>
    public void Checked(ReadOnlySpan<byte> bytes)
    {
        uint checksum = Checksum.At(number, (ulong)Position, bytes);
        _pending.Bytes(bytes);
        _pending.UInt32(checksum);
        if (_pending.Length >= FlushBytes)
        {
            Flush();
        }
    }

    public void Flush()
    {
        file.Append(_pending.Written);
        _flushed += _pending.Length;
        _pending.Clear();
    }
}
