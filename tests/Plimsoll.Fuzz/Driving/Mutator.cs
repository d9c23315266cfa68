using System.Buffers.Binary;

namespace Plimsoll.Fuzz.Driving;

/// <summary>Makes new inputs of known ones, in ways that damage, chance and malice would.</summary>
internal sealed class Mutator(Random chance, IReadOnlyList<byte[]> words, int maxBytes)
{
    private const int Head = 16;
    private static readonly byte[] Bytes = [0, 1, 2, 7, 8, 9, 10, 0x0F, 0x10, 0x20, 0x3F, 0x40, 0x7F, 0x80, 0x81, 0xBF, 0xC0, 0xF0, 0xFE, 0xFF];
    private static readonly ulong[] Numbers =
    [
        0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0xFFF, 0x1000, 0x1001, 0x3FFF, 0x4000, 0x7FFF, 0xFFFF, 0x1_0000, 0x1F_FFFF, 0x20_0000, 0x0FFF_FFFF, 0x7FFF_FFFF,
        0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000, 0x1FFF_FFFF_FFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFF, 0x7FF0_0000_0000_0002, 0x7FF8_0000_0000_0000,
    ];

    private readonly byte[] _bytes = new byte[maxBytes + 1024];
    private int _length;

    /// <summary>One to a few changes of an input; another of the corpus may lend parts.</summary>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        _length = Math.Min(input.Length, maxBytes);
        input.AsSpan(0, _length).CopyTo(_bytes);
        int changes = 1;
        while (changes < 10 && chance.Next(5) < 2)
        {
            changes++;
        }

        for (; changes > 0; changes--)
        {
            Change(other);
        }

        return _bytes.AsSpan(0, _length).ToArray();
    }

    private void Change(byte[] other)
    {
        int at = Place();
        switch (chance.Next(words.Count > 0 ? 19 : 15))
        {
            case 0 or 1 when _length > at:
                _bytes[at] ^= (byte)(1 << chance.Next(8));
                break;
            case 2 when _length > at:
                _bytes[at] = (byte)chance.Next(256);
                break;
            case 3 or 4 when _length > at:
                _bytes[at] = Bytes[chance.Next(Bytes.Length)];
                break;
            case 5 when _length > at:
                _bytes[at] += (byte)(chance.Next(2) == 0 ? 1 : 255);
                break;
            case 6:
                _length = chance.Next(4) == 0 ? at : Math.Max(0, _length - chance.Next(1, 9));
                break;
            case 7:
                Remove(at, Some(_length - at));
                break;
            case 8:
                Span<byte> noise = stackalloc byte[chance.Next(1, 9)];
                chance.NextBytes(noise);
                Insert(at, noise);
                break;
            case 9:
                Insert(at, Part(_bytes.AsSpan(0, _length)).ToArray());
                break;
            case 10:
                Insert(at, Part(other));
                break;
            case 11:
                Overwrite(at, Part(other));
                break;
            case 12:
                ReplaceVarint(at);
                break;
            case 13:
                Span<byte> number = stackalloc byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(number, Number());
                Overwrite(at, number[..(1 << chance.Next(4))]);
                break;
            case 14:
                // The rest of another input behind the beginning of this one.
                int cut = other.Length == 0 ? 0 : chance.Next(other.Length);
                _length = at;
                Insert(at, other.AsSpan(cut));
                break;
            case > 14:
                byte[] word = words[chance.Next(words.Count)];
                if (chance.Next(3) == 0)
                {
                    Overwrite(at, word);
                }
                else
                {
                    for (int times = chance.Next(50) == 0 ? chance.Next(1, 400) : 1; times > 0; times--)
                    {
                        Insert(at, word);
                    }
                }

                break;
            default:
                break;
        }
    }

    // The first bytes say what all others mean, so they are hit more often.
    private int Place() => chance.Next(3) == 0 ? chance.Next(Math.Min(Head, _length) + 1) : chance.Next(_length + 1);

    private int Some(int most) => most <= 0 ? 0 : chance.Next(4) == 0 ? chance.Next(most + 1) : Math.Min(most, chance.Next(1, 17));

    private ReadOnlySpan<byte> Part(ReadOnlySpan<byte> of)
    {
        int from = of.IsEmpty ? 0 : chance.Next(of.Length);
        return of.Slice(from, Some(of.Length - from));
    }

    private ulong Number() => chance.Next(4) == 0 ? (ulong)chance.Next(_length + 2) : Numbers[chance.Next(Numbers.Length)];

    private void ReplaceVarint(int at)
    {
        int end = at;
        while (end < _length && end - at < 9 && _bytes[end] >= 0x80)
        {
            end++;
        }

        Remove(at, Math.Min(_length, end + 1) - at);
        Span<byte> varint = stackalloc byte[11];
        int length = 0;
        ulong number = Number();
        for (; number >= 0x80; number >>= 7)
        {
            varint[length++] = (byte)(number | 0x80);
        }

        varint[length++] = (byte)number;
        if (chance.Next(8) == 0)
        {
            // A byte more than it needs.
            varint[length - 1] |= 0x80;
            varint[length++] = 0;
        }

        Insert(at, varint[..length]);
    }

    private void Remove(int at, int count)
    {
        _bytes.AsSpan(at + count, _length - at - count).CopyTo(_bytes.AsSpan(at));
        _length -= count;
    }

    private void Insert(int at, ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..Math.Min(bytes.Length, maxBytes - _length)];
        _bytes.AsSpan(at, _length - at).CopyTo(_bytes.AsSpan(at + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(at));
        _length += bytes.Length;
    }

    private void Overwrite(int at, ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..Math.Min(bytes.Length, maxBytes - at)];
        bytes.CopyTo(_bytes.AsSpan(at));
        _length = Math.Max(_length, at + bytes.Length);
    }
}
