using System.Buffers.Binary;
using System.Text;

namespace Plimsoll.Series;

/// <summary>Reads what <see cref="ByteWriter"/> wrote; every length is checked before it is believed.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> source)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _source = source;

    public int Position { get; private set; }

    public readonly int Remaining => _source.Length - Position;

    public byte Byte() => Bytes(1)[0];

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    public long Int64() => (long)UInt64();

    public ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte next = Byte();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("A number runs over ten bytes.");
    }

    public long Zigzag() => ZigzagCode.Decode(Varint());

    /// <summary>A count of things of which each takes at least <paramref name="bytesEach"/> bytes of what is left; zero when they are not there.</summary>
    public int Count(int bytesEach = 1)
    {
        ulong count = Varint();
        return count <= (ulong)(bytesEach == 0 ? int.MaxValue : Remaining / bytesEach)
            ? (int)count
            : throw new InvalidDataException($"A count of {count} exceeds the {Remaining} bytes that are left.");
    }

    public ReadOnlySpan<byte> Bytes(int length)
    {
        if ((uint)length > (uint)Remaining)
        {
            throw new InvalidDataException($"{length} bytes are wanted where {Remaining} are left.");
        }

        ReadOnlySpan<byte> bytes = _source.Slice(Position, length);
        Position += length;
        return bytes;
    }

    public ReadOnlySpan<byte> Rest() => Bytes(Remaining);

    public string Text()
    {
        ReadOnlySpan<byte> bytes = Bytes(Count());
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException invalid)
        {
            throw new InvalidDataException("A text is not UTF-8.", invalid);
        }
    }
}
