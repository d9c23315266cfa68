using System.Buffers.Binary;

namespace Plimsoll.Series.Encodings;

/// <summary>Writes into a span that the caller made large enough; running over its end is a broken invariant and throws.</summary>
internal ref struct ByteSink(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    public int Length { get; private set; }

    public readonly Span<byte> Rest => _destination[Length..];

    /// <summary>A byte already written, to be changed once more is known.</summary>
    public readonly ref byte this[int index] => ref _destination[index];

    public void Byte(byte value) => _destination[Length++] = value;

    public void Bytes(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Rest);
        Length += bytes.Length;
    }

    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Rest, value);
        Length += 8;
    }

    /// <summary>Seven bits a byte, least significant first, the eighth says that more follow.</summary>
    public void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }

        Byte((byte)value);
    }

    /// <summary>A signed number as a varint: 0, −1, 1, −2 … become 0, 1, 2, 3 …</summary>
    public void Zigzag(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Takes over bytes that were written to <see cref="Rest"/>.</summary>
    public void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)(_destination.Length - Length));
        Length += bytes;
    }
}
