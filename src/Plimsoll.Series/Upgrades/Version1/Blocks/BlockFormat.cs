using System.Buffers.Binary;
using System.Text;

namespace Plimsoll.Series.Upgrades.Version1.Blocks;

/// <summary>What a block's footer says of it.</summary>
internal readonly record struct BlockFooter(
    ulong Sequence, long IndexOffset, int IndexLength, uint IndexChecksum, long MinMs, long MaxMs, long Samples, int Series, int Chunks);

/// <summary>The fixed parts of a block's file: docs/formats/series-v1.md describes each byte.</summary>
internal static class BlockFormat
{
    public const int HeaderLength = 96;
    public const int FooterLength = 80;

    private const ulong HeaderMagic = 0x314B_4C42_4D49_4C50; // "PLIMBLK1"
    private const uint FooterMagic = 0x444E4C50; // "PLND"

    public static void WriteHeader(Span<byte> header, TenantId tenant, ulong sequence)
    {
        header[..HeaderLength].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(header, HeaderMagic);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], sequence);
        header[16] = (byte)tenant.Value.Length;
        Encoding.ASCII.GetBytes(tenant.Value, header[17..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[92..], Checksum.Of(header[..92]));
    }

    public static void CheckHeader(ReadOnlySpan<byte> header, TenantId tenant, ulong sequence)
    {
        Span<byte> expected = stackalloc byte[HeaderLength];
        WriteHeader(expected, tenant, sequence);
        if (!header.SequenceEqual(expected))
        {
            throw new InvalidDataException("the header is damaged, or the file was moved or renamed");
        }
    }

    public static void WriteFooter(Span<byte> footer, BlockFooter values)
    {
        footer[..FooterLength].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(footer, values.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(footer[8..], values.IndexOffset);
        BinaryPrimitives.WriteInt32LittleEndian(footer[16..], values.IndexLength);
        BinaryPrimitives.WriteUInt32LittleEndian(footer[20..], values.IndexChecksum);
        BinaryPrimitives.WriteInt64LittleEndian(footer[24..], values.MinMs);
        BinaryPrimitives.WriteInt64LittleEndian(footer[32..], values.MaxMs);
        BinaryPrimitives.WriteInt64LittleEndian(footer[40..], values.Samples);
        BinaryPrimitives.WriteInt32LittleEndian(footer[48..], values.Series);
        BinaryPrimitives.WriteInt32LittleEndian(footer[52..], values.Chunks);
        BinaryPrimitives.WriteUInt32LittleEndian(footer[72..], Checksum.Of(footer[..72]));
        BinaryPrimitives.WriteUInt32LittleEndian(footer[76..], FooterMagic);
    }

    public static BlockFooter ReadFooter(ReadOnlySpan<byte> footer, ulong sequence, long fileLength)
    {
        if (footer.Length != FooterLength
            || BinaryPrimitives.ReadUInt32LittleEndian(footer[76..]) != FooterMagic
            || BinaryPrimitives.ReadUInt32LittleEndian(footer[72..]) != Checksum.Of(footer[..72]))
        {
            throw new InvalidDataException("the footer is damaged or missing");
        }

        BlockFooter values = new(
            BinaryPrimitives.ReadUInt64LittleEndian(footer),
            BinaryPrimitives.ReadInt64LittleEndian(footer[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(footer[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(footer[20..]),
            BinaryPrimitives.ReadInt64LittleEndian(footer[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(footer[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(footer[40..]),
            BinaryPrimitives.ReadInt32LittleEndian(footer[48..]),
            BinaryPrimitives.ReadInt32LittleEndian(footer[52..]));
        if (values.Sequence != sequence || values.IndexLength < 0 || values.IndexOffset < HeaderLength
            || values.IndexOffset + values.IndexLength + FooterLength != fileLength)
        {
            throw new InvalidDataException("the footer speaks of another file");
        }

        return values;
    }
}
