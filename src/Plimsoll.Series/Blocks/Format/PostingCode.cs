using System.Numerics;

namespace Plimsoll.Series.Blocks;

/// <summary>Ascending numbers in the form that takes least: a run, differences, or a bit for each.</summary>
internal static class PostingCode
{
    private const byte Run = 0;
    private const byte Differences = 1;
    private const byte Bits = 2;

    /// <param name="ids">Strictly ascending, at least one.</param>
    public static void Write(ByteWriter to, ReadOnlySpan<int> ids)
    {
        int span = ids[^1] - ids[0] + 1;
        if (span == ids.Length)
        {
            to.Byte(Run);
            to.Varint((ulong)ids[0]);
            to.Varint((ulong)ids.Length);
            return;
        }

        int bitBytes = (span + 7) / 8;
        if (bitBytes <= ids.Length)
        {
            to.Byte(Bits);
            to.Varint((ulong)ids[0]);
            to.Varint((ulong)ids.Length);
            Span<byte> bits = to.Reserve(bitBytes)[..bitBytes];
            bits.Clear();
            foreach (int id in ids)
            {
                bits[(id - ids[0]) >> 3] |= (byte)(1 << ((id - ids[0]) & 7));
            }

            to.Advance(bitBytes);
            return;
        }

        to.Byte(Differences);
        to.Varint((ulong)ids[0]);
        to.Varint((ulong)ids.Length);
        for (int i = 1; i < ids.Length; i++)
        {
            to.Varint((ulong)(ids[i] - ids[i - 1] - 1));
        }
    }

    public static int Count(ReadOnlySpan<byte> posting, int limit)
    {
        ByteReader from = new(posting);
        return ReadStart(ref from, limit, out _, out _);
    }

    /// <param name="limit">Numbers are below this.</param>
    /// <returns>How many were written.</returns>
    /// <exception cref="InvalidDataException">They are not in order, or too many for what was announced.</exception>
    public static int Read(ReadOnlySpan<byte> posting, int limit, Span<int> ids)
    {
        ByteReader from = new(posting);
        int count = ReadStart(ref from, limit, out byte kind, out int first);
        if (kind == Run)
        {
            for (int i = 0; i < count; i++)
            {
                ids[i] = first + i;
            }

            return count;
        }

        return kind == Bits ? ReadBits(from.Rest(), limit, first, ids[..count]) : ReadDifferences(ref from, limit, first, ids[..count]);
    }

    private static int ReadStart(ref ByteReader from, int limit, out byte kind, out int first)
    {
        kind = from.Byte();
        ulong start = from.Varint();
        ulong count = from.Varint();
        if (kind > Bits || start >= (ulong)limit || count == 0 || count > (ulong)limit - start)
        {
            throw new InvalidDataException("a posting list names series that are not there");
        }

        first = (int)start;
        return (int)count;
    }

    private static int ReadBits(ReadOnlySpan<byte> bits, int limit, int first, Span<int> ids)
    {
        int found = 0;
        for (int i = 0; i < bits.Length; i++)
        {
            for (uint left = bits[i]; left != 0; left &= left - 1)
            {
                int id = first + (8 * i) + BitOperations.TrailingZeroCount(left);
                if (found == ids.Length || id >= limit)
                {
                    throw new InvalidDataException("a posting list holds more than it states");
                }

                ids[found++] = id;
            }
        }

        return found == ids.Length ? found : throw new InvalidDataException("a posting list holds less than it states");
    }

    private static int ReadDifferences(ref ByteReader from, int limit, int first, Span<int> ids)
    {
        ReadOnlySpan<byte> bytes = from.Rest();
        int at = 0;
        long id = first;
        ids[0] = first;
        for (int i = 1; i < ids.Length; i++)
        {
            ulong difference = 0;
            int shift = 0;
            byte next;
            do
            {
                if (at == bytes.Length || shift > 28)
                {
                    throw new InvalidDataException("a posting list ends early");
                }

                next = bytes[at++];
                difference |= (ulong)(next & 0x7F) << shift;
                shift += 7;
            }
            while (next >= 0x80);

            id += (long)difference + 1;
            if (id >= limit)
            {
                throw new InvalidDataException("a posting list names series that are not there");
            }

            ids[i] = (int)id;
        }

        return at == bytes.Length ? ids.Length : throw new InvalidDataException("a posting list holds more than it states");
    }
}
