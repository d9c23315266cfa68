using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Plimsoll.Collect;

/// <summary>
/// Decodes Snappy blocks (the raw format, not the framed one): the decoded length as a varint, then literals and copies of what was
/// decoded before. Trusts nothing that a block says.
/// </summary>
/// <remarks>
/// Implementation note: remote write repeats labels, so nearly every element is a copy of up to 64 bytes from a few hundred bytes
/// before. Far from both ends all elements are moved in whole vectors, past their end, without loops; near an end each is moved
/// exactly.
/// </remarks>
internal static unsafe class SnappyBlock
{
    /// <summary>Room behind the decoded bytes that lets the last of them be decoded as fast as the others.</summary>
    public const int Slack = 72;

    private const int MaxHeaderBytes = 5;

    // What the fast loop may touch past its pointers: it reads a tag and two vectors, and writes at most 71 bytes (Repeat).
    private const int ReadsAhead = 69;
    private const int WritesAhead = 72;

    // By tag, for copies: the length, above it (bits 8 to 10) the high bits of a short offset, above those (from bit 11) how many
    // bytes of offset follow the tag.
    private static readonly ushort[] Copies = MakeCopies();

    /// <summary>Reads the length that a block declares to decode to.</summary>
    /// <param name="headerBytes">How many bytes the length takes.</param>
    /// <returns>False when the block doesn't begin as one, or declares more than 2^32 − 1 bytes.</returns>
    public static bool TryReadLength(ReadOnlySpan<byte> block, out long decodedBytes, out int headerBytes)
    {
        ulong length = 0;
        for (int i = 0; i < MaxHeaderBytes && i < block.Length; i++)
        {
            length |= (ulong)(block[i] & 0x7f) << (7 * i);
            if (block[i] < 0x80)
            {
                decodedBytes = (long)length;
                headerBytes = i + 1;
                return length <= uint.MaxValue;
            }
        }

        decodedBytes = 0;
        headerBytes = 0;
        return false;
    }

    /// <summary>Decodes a whole block.</summary>
    /// <param name="destination">
    /// At least as long as the block declares; <see cref="Slack"/> more makes it faster. What lies past the decoded bytes is overwritten.
    /// </param>
    /// <param name="decodedBytes">As declared; zero when it fails.</param>
    /// <returns>False when the block is damaged, or declares more than the destination holds.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> block, Span<byte> destination, out int decodedBytes)
    {
        decodedBytes = 0;
        if (!TryReadLength(block, out long declared, out int header) || declared > destination.Length)
        {
            return false;
        }

        fixed (byte* from = block)
        fixed (byte* to = destination)
        fixed (ushort* copies = Copies)
        {
            if (Decode(from + header, from + block.Length, to, to + declared, to + destination.Length, copies))
            {
                decodedBytes = (int)declared;
                return true;
            }
        }

        return false;
    }

    private static bool Decode(byte* from, byte* fromEnd, byte* start, byte* end, byte* room, ushort* copies)
    {
        byte* to = start;
        // Subtracting from a pointer near null must not wrap, so the distance is compared first.
        byte* fastFrom = fromEnd - from > ReadsAhead ? fromEnd - ReadsAhead : from;
        byte* fastTo = room - start > WritesAhead ? Min(room - WritesAhead, end) : start;
        while (from < fromEnd)
        {
            while (from < fastFrom && to < fastTo)
            {
                uint tag = *from;
                uint kind = tag & 3;
                if (kind != 0)
                {
                    if (kind == 3)
                    {
                        break;
                    }

                    // The way to the next tag is kept short: it is what the processor waits for. One or two bytes of offset follow.
                    uint copy = copies[tag];
                    uint offset = (Unsafe.ReadUnaligned<ushort>(from + 1) & (0xffffu >> (int)(16 - (8 * kind)))) + (copy & 0x700);
                    from += 1 + kind;
                    if (offset - 1UL >= (ulong)(to - start))
                    {
                        return false;
                    }

                    byte* source = to - offset;
                    byte* target = to;
                    to += copy & 0xff;
                    if (offset >= 32)
                    {
                        Vector256.Store(Vector256.Load(source), target);
                        Vector256.Store(Vector256.Load(source + 32), target + 32);
                    }
                    else
                    {
                        Repeat(source, target, offset, copy & 0xff);
                    }

                    continue;
                }

                uint literal = (tag >> 2) + 1;
                if (literal <= 16)
                {
                    Vector128.Store(Vector128.Load(from + 1), to);
                }
                else if (literal <= 60)
                {
                    Vector256.Store(Vector256.Load(from + 1), to);
                    Vector256.Store(Vector256.Load(from + 33), to + 32);
                }
                else
                {
                    break;
                }

                from += 1 + literal;
                to += literal;
            }

            if (from < fromEnd && !DecodeOne(ref from, fromEnd, start, ref to, end))
            {
                return false;
            }
        }

        return to == end;
    }

    // One element, moved exactly: for the ends of both buffers, and for literals longer than a tag can say.
    private static bool DecodeOne(ref byte* from, byte* fromEnd, byte* start, ref byte* to, byte* end)
    {
        uint tag = *from++;
        uint extra = (tag & 3) switch
        {
            0 => tag >> 2 >= 60 ? (tag >> 2) - 59 : 0,
            1 => 1,
            2 => 2,
            _ => 4,
        };
        if (fromEnd - from < extra || to > end)
        {
            return false;
        }

        ulong number = 0;
        for (uint i = 0; i < extra; i++)
        {
            number |= (ulong)from[i] << (int)(8 * i);
        }

        from += extra;
        if ((tag & 3) == 0)
        {
            ulong literal = (extra == 0 ? tag >> 2 : number) + 1;
            if (literal > (ulong)(fromEnd - from) || literal > (ulong)(end - to))
            {
                return false;
            }

            Buffer.MemoryCopy(from, to, end - to, (long)literal);
            from += literal;
            to += literal;
            return true;
        }

        uint length = (tag & 3) == 1 ? 4 + ((tag >> 2) & 7) : (tag >> 2) + 1;
        ulong offset = number + ((tag & 3) == 1 ? (tag >> 5) << 8 : 0);
        if (offset - 1 >= (ulong)(to - start) || length > end - to)
        {
            return false;
        }

        byte* source = to - offset;
        for (uint i = 0; i < length; i++)
        {
            to[i] = source[i];
        }

        to += length;
        return true;
    }

    // A copy that reads what it writes: the bytes between source and target, again and again. Writes at most 7 bytes past the length.
    private static void Repeat(byte* source, byte* to, uint offset, uint length)
    {
        if (offset < 16)
        {
            // Doubles the pattern until a vector fits into it; the distance stays a multiple of the offset.
            byte* end = to + length;
            do
            {
                ulong pattern = Unsafe.ReadUnaligned<ulong>(source);
                if (offset >= 8)
                {
                    Unsafe.WriteUnaligned(to, pattern);
                    to += 8;
                    source += 8;
                    continue;
                }

                Unsafe.WriteUnaligned(to, pattern);
                to += offset;
                offset *= 2;
            }
            while (to < end);
            return;
        }

        for (uint done = 0; done < length; done += 16)
        {
            Vector128.Store(Vector128.Load(source + done), to + done);
        }
    }

    private static byte* Min(byte* left, byte* right) => left < right ? left : right;

    private static ushort[] MakeCopies()
    {
        ushort[] copies = new ushort[256];
        for (int tag = 0; tag < copies.Length; tag++)
        {
            copies[tag] = (tag & 3) switch
            {
                1 => (ushort)((4 + ((tag >> 2) & 7)) | ((tag >> 5) << 8) | (1 << 11)),
                2 => (ushort)(((tag >> 2) + 1) | (2 << 11)),
                3 => (ushort)(((tag >> 2) + 1) | (4 << 11)),
                _ => 0,
            };
        }

        return copies;
    }
}
