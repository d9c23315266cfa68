using System.Buffers.Binary;

namespace Plimsoll.Series.Log;

/// <summary>The frame around the log's records: docs/formats/series-v2.md describes each byte.</summary>
internal static class LogFormat
{
    public const int HeaderLength = 32;
    public const int FrameLength = 12;

    public const uint SegmentMagic = 0x474C4C50; // "PLLG"
    public const uint CheckpointMagic = 0x504B4C50; // "PLKP"
    public const uint FrameMagic = 0x31524C50; // "PLR1"

    /// <summary>The preceding segment's length is not known, or there is none.</summary>
    public const ulong UnknownLength = ulong.MaxValue;

    /// <summary>A record may not be longer, so that a segment fits into memory when it is read back.</summary>
    public const int MaxRecord = 512 << 20;

    public static void WriteHeader(Span<byte> header, uint magic, ulong sequence, ulong precedingLength)
    {
        header[..HeaderLength].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, magic);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], precedingLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header[28..], Checksum.Of(header[..28]));
    }

    /// <summary>Reads a header; false when it is torn or damaged.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> bytes, uint magic, ulong sequence, out ulong precedingLength)
    {
        precedingLength = UnknownLength;
        if (bytes.Length < HeaderLength
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != magic
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[28..]) != Checksum.Of(bytes[..28])
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) != sequence)
        {
            return false;
        }

        precedingLength = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        return true;
    }

    public static void WriteFrame(Span<byte> frame, ulong sequence, long offset, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame, FrameMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], (uint)payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], Checksum.At(sequence, (ulong)offset, payload));
    }
}
