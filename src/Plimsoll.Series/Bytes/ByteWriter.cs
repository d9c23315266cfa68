using System.Buffers.Binary;
using System.Text;

namespace Plimsoll.Series;

/// <summary>Bytes being put together, in a buffer that grows and is used again. Integers are little-endian.</summary>
internal sealed class ByteWriter(int capacity = 1024)
{
    // Strict: a lone surrogate has no UTF-8 and would come back as another label.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private byte[] _buffer = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Forgets everything past a length.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Room for at least this many bytes; <see cref="Advance"/> then says how many were used.</summary>
    public Span<byte> Reserve(int bytes)
    {
        if (_buffer.Length - Length < bytes)
        {
            Array.Resize(ref _buffer, checked((int)Math.Max((long)Length + bytes, Math.Min(2L * _buffer.Length, Array.MaxLength))));
        }

        return _buffer.AsSpan(Length);
    }

    public void Advance(int bytes) => Length += bytes;

    /// <summary>Bytes already written, to fill in a length or a checksum afterwards.</summary>
    public Span<byte> At(int offset, int length) => _buffer.AsSpan(0, Length).Slice(offset, length);

    public void Byte(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Reserve(4), value);
        Length += 4;
    }

    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8), value);
        Length += 8;
    }

    public void Int64(long value) => UInt64((ulong)value);

    /// <summary>Seven bits a byte, lowest first, the high bit set on all but the last: 1 to 10 bytes.</summary>
    public void Varint(ulong value)
    {
        Span<byte> target = Reserve(10);
        int used = 0;
        while (value >= 0x80)
        {
            target[used++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[used++] = (byte)value;
        Length += used;
    }

    /// <summary>A signed varint: 0, -1, 1, -2 … become 0, 1, 2, 3 ….</summary>
    public void Zigzag(long value) => Varint(ZigzagCode.Encode(value));

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>A varint of the length in bytes, then UTF-8.</summary>
    public void Text(string text)
    {
        int bytes = Utf8.GetByteCount(text);
        Varint((ulong)bytes);
        Length += Utf8.GetBytes(text, Reserve(bytes));
    }
}

/// <summary>Signed numbers as unsigned ones, small for small amounts of either sign.</summary>
internal static class ZigzagCode
{
    public static ulong Encode(long value) => unchecked((ulong)((value << 1) ^ (value >> 63)));

    public static long Decode(ulong code) => unchecked((long)(code >> 1) ^ -(long)(code & 1));
}
