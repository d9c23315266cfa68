using System.Buffers.Binary;

namespace Plimsoll.Series.Encodings;

/// <summary>Reads bytes that may be damaged: whatever is missing or too large throws <see cref="InvalidDataException"/>.</summary>
internal ref struct ByteSource(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public readonly ReadOnlySpan<byte> Rest => _bytes[Position..];

    public readonly int Remaining => _bytes.Length - Position;

    public byte Byte()
    {
        if (Position >= _bytes.Length)
        {
            throw Ended();
        }

        return _bytes[Position++];
    }

    public ReadOnlySpan<byte> Bytes(int length)
    {
        if ((uint)length > (uint)Remaining)
        {
            throw Ended();
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(Position, length);
        Position += length;
        return taken;
    }

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(8));

    public ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte next = Byte();
            if (shift == 63 && next > 1)
            {
                break;
            }

            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("A varint is longer than 64 bits.");
    }

    /// <summary>A varint that may be no greater than <paramref name="max"/>.</summary>
    public int Varint(int max, string what)
    {
        ulong value = Varint();
        return max >= 0 && value <= (ulong)max ? (int)value : throw new InvalidDataException($"{what} is {value}: at most {max} is sound.");
    }

    public long Zigzag()
    {
        ulong value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public readonly void ExpectEnd()
    {
        if (Remaining != 0)
        {
            throw new InvalidDataException($"{Remaining} bytes follow where nothing should.");
        }
    }

    private static InvalidDataException Ended() => new("The bytes end before what they state.");
}
