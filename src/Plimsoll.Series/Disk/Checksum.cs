using System.Buffers.Binary;
using System.Numerics;

namespace Plimsoll.Series;

/// <summary>CRC32C (Castagnoli): initial value and final exclusive or of all ones. Processors compute it in hardware.</summary>
internal static class Checksum
{
    public static uint Of(ReadOnlySpan<byte> bytes) => ~Continue(uint.MaxValue, bytes);

    /// <summary>The checksum of a record that also proves where it stands: sequence and offset go before the bytes.</summary>
    public static uint At(ulong sequence, ulong offset, ReadOnlySpan<byte> bytes)
    {
        uint state = BitOperations.Crc32C(uint.MaxValue, sequence);
        return ~Continue(BitOperations.Crc32C(state, offset), bytes);
    }

    private static uint Continue(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 8)
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (byte next in bytes)
        {
            state = BitOperations.Crc32C(state, next);
        }

        return state;
    }
}
