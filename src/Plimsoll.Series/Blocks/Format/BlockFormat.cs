using System.Buffers.Binary;
using System.Text;

namespace Plimsoll.Series.Blocks;

/// <summary>The fixed parts of a block's file: docs/formats/series-v2.md describes each byte.</summary>
internal static class BlockFormat
{
    public const int HeaderLength = 96;
    public const int TailLength = 48;
    public const int ChecksumLength = 4;

    /// <summary>No page or directory is longer: what is read at once stays bounded, whatever a damaged length says.</summary>
    public const int MaxPiece = 256 << 20;

    private const ulong HeaderMagic = 0x324B_4C42_4D49_4C50; // "PLIMBLK2"
    private const ulong TailMagic = 0x3244_4E45_4D49_4C50; // "PLIMEND2"

    public static void WriteHeader(Span<byte> header, TenantId tenant, ulong number)
    {
        header[..HeaderLength].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(header, HeaderMagic);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], number);
        header[16] = (byte)tenant.Value.Length;
        Encoding.ASCII.GetBytes(tenant.Value, header[17..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[92..], Checksum.Of(header[..92]));
    }

    /// <exception cref="InvalidDataException">It is not the header of this block.</exception>
    public static void CheckHeader(ReadOnlySpan<byte> header, TenantId tenant, ulong number)
    {
        Span<byte> expected = stackalloc byte[HeaderLength];
        WriteHeader(expected, tenant, number);
        if (!header.SequenceEqual(expected))
        {
            throw new InvalidDataException("the header is damaged, or the file was moved or renamed");
        }
    }

    public static void WriteTail(Span<byte> tail, ulong number, long directoryOffset, int directoryLength, uint directoryChecksum)
    {
        tail[..TailLength].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(tail, number);
        BinaryPrimitives.WriteInt64LittleEndian(tail[8..], directoryOffset);
        BinaryPrimitives.WriteInt32LittleEndian(tail[16..], directoryLength);
        BinaryPrimitives.WriteUInt32LittleEndian(tail[20..], directoryChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(tail[36..], Checksum.Of(tail[..36]));
        BinaryPrimitives.WriteUInt64LittleEndian(tail[40..], TailMagic);
    }

    /// <exception cref="InvalidDataException">The end of the file is damaged or missing.</exception>
    public static (long Offset, int Length, uint Checksum) ReadTail(ReadOnlySpan<byte> tail, ulong number, long fileLength)
    {
        if (tail.Length != TailLength
            || BinaryPrimitives.ReadUInt64LittleEndian(tail[40..]) != TailMagic
            || BinaryPrimitives.ReadUInt32LittleEndian(tail[36..]) != Checksum.Of(tail[..36]))
        {
            throw new InvalidDataException("the end of the file is damaged or missing");
        }

        long offset = BinaryPrimitives.ReadInt64LittleEndian(tail[8..]);
        int length = BinaryPrimitives.ReadInt32LittleEndian(tail[16..]);
        if (BinaryPrimitives.ReadUInt64LittleEndian(tail) != number || offset < HeaderLength || length is < 0 or > MaxPiece
            || offset + length + TailLength != fileLength)
        {
            throw new InvalidDataException("the end of the file speaks of another file");
        }

        return (offset, length, BinaryPrimitives.ReadUInt32LittleEndian(tail[20..]));
    }
}
