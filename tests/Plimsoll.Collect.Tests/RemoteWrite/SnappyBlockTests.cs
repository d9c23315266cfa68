using CsCheck;
using Plimsoll.Collect;
using Snappier;

namespace Plimsoll.Collect.Tests.RemoteWrite;

public sealed class SnappyBlockTests
{
    private const byte Canary = 0xA5;

    // Texts that repeat near and far, so that every kind of element occurs.
    private static readonly Gen<byte[]> Texts = Gen.Select(
        Gen.Byte.Array[0, 40].Array[1, 6],
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 400]).Array[0, 60],
        (parts, picks) =>
        {
            List<byte> text = [];
            foreach ((int part, int length) in picks)
            {
                byte[] from = parts[part % parts.Length];
                for (int i = 0; i < length && from.Length > 0; i++)
                {
                    text.Add(from[i % from.Length]);
                }
            }

            return text.ToArray();
        });

    private static readonly Gen<byte[]> Sources = Gen.OneOf(Texts, Gen.Byte.Array[0, 300], Gen.Byte[0, 3].Array[0, 5000]);

    [Fact]
    public void What_Snappier_compresses_comes_back_with_and_without_slack() => Sources.Sample(source =>
    {
        byte[] block = Snappy.CompressToArray(source);
        foreach (int slack in (int[])[0, 1, 64, SnappyBlock.Slack, 500])
        {
            Assert.Equal(source, Decode(block, source.Length + slack));
        }
    });

    [Fact]
    public void Handmade_elements_are_decoded_as_the_format_says_or_refused() => Elements().Sample(
        block => Assert.Equal(Oracle(block), Decode(block, DeclaredOr(block, 0))),
        iter: 20_000);

    [Fact]
    public void A_truncated_block_is_refused() => Sources.Sample(
        source =>
        {
            byte[] block = Snappy.CompressToArray(source);
            for (int length = 0; length < block.Length; length += 1 + (block.Length / 100))
            {
                Assert.Null(Decode(block[..length], source.Length + SnappyBlock.Slack));
            }
        },
        iter: 50);

    [Fact]
    public void A_flipped_bit_is_decoded_as_the_format_says_or_refused() => Gen.Select(Sources, Gen.Int[0, 1 << 20]).Sample((source, where) =>
    {
        byte[] block = Snappy.CompressToArray(source);
        int bit = where % (block.Length * 8);
        block[bit / 8] ^= (byte)(1 << (bit % 8));
        int declared = DeclaredOr(block, 0);
        if (declared < 1 << 20 && bit >= 8 * Varint(source.Length).Length)
        {
            Assert.Equal(Oracle(block), Decode(block, declared));
        }
    });

    [Fact]
    public void A_block_that_declares_more_than_there_is_room_for_is_refused()
    {
        byte[] block = Snappy.CompressToArray(new byte[1000]);
        Assert.Null(Decode(block, 999));
        Assert.Null(Decode([0xff, 0xff, 0xff, 0xff, 0x0f], 100));
        Assert.Null(Decode([0xff, 0xff, 0xff, 0xff, 0xff, 0x01], 100));
        Assert.Null(Decode([], 100));
        Assert.False(SnappyBlock.TryReadLength([0x80, 0x80, 0x80, 0x80, 0x10], out _, out _));
    }

    [Fact]
    public void Near_copies_repeat_their_pattern_for_every_offset_and_length()
    {
        for (int offset = 1; offset <= 70; offset++)
        {
            for (int length = 1; length <= 64; length++)
            {
                List<byte> block = [.. Varint(70 + length), 60 << 2, 69];
                for (int i = 0; i < 70; i++)
                {
                    block.Add((byte)(i + 1));
                }

                block.AddRange([(byte)(((length - 1) << 2) | 2), (byte)offset, 0]);
                byte[] bytes = [.. block];
                byte[] expected = Oracle(bytes)!;
                Assert.Equal(expected, Decode(bytes, 70 + length)!);

                // Again far from the block's end, where the fast loop moves it.
                byte[] longer = [.. Varint(70 + length + 200), .. bytes.AsSpan(Varint(70 + length).Length), 60 << 2, 199, .. new byte[200]];
                Assert.Equal([.. expected, .. new byte[200]], Decode(longer, 70 + length + 200 + SnappyBlock.Slack)!);
            }
        }
    }

    // Elements in any order, mostly sound: that decoders agree on what is refused matters as much as what is decoded.
    private static Gen<byte[]> Elements() => Gen.Select(
        Gen.Select(Gen.Int[0, 7], Gen.Int[1, 64], Gen.Int[1, 300]).Array[1, 30],
        Gen.Int[-1, 1],
        (elements, off) =>
        {
            List<byte> body = [];
            int decoded = 0;
            foreach ((int kind, int length, int distance) in elements)
            {
                if (kind < 3 || decoded == 0)
                {
                    body.AddRange(length <= 60 ? [(byte)((length - 1) << 2)] : [60 << 2, (byte)(length - 1)]);
                    for (int i = 0; i < length; i++)
                    {
                        body.Add((byte)(decoded + i));
                    }

                    decoded += length;
                }
                else if (kind == 3)
                {
                    int shorter = 4 + (length % 8);
                    int offset = kind == 3 && distance == 300 ? decoded + 1 : 1 + (distance % decoded);
                    body.AddRange([(byte)(1 | ((shorter - 4) << 2) | ((offset >> 8 & 7) << 5)), (byte)offset]);
                    decoded += shorter;
                }
                else
                {
                    int offset = distance == 299 ? decoded + 1 : 1 + (distance % decoded);
                    body.AddRange(kind == 4
                        ? [(byte)(3 | ((length - 1) << 2)), (byte)offset, (byte)(offset >> 8), 0, 0]
                        : [(byte)(2 | ((length - 1) << 2)), (byte)offset, (byte)(offset >> 8)]);
                    decoded += length;
                }
            }

            return (byte[])[.. Varint(Math.Max(0, decoded + (off == 1 ? 1 : 0))), .. body];
        });

    private static byte[] Varint(int value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }

    private static int DeclaredOr(byte[] block, int otherwise) => SnappyBlock.TryReadLength(block, out long length, out _) ? (int)length : otherwise;

    // The format's description word by word. Snappier itself lets elements reach past the declared length, so it is the judge of
    // sound blocks alone.
    private static byte[]? Oracle(byte[] block)
    {
        List<byte> decoded = [];
        int at = Varint(DeclaredOr(block, 0)).Length;
        while (at < block.Length)
        {
            int tag = block[at++];
            int extra = (tag & 3) switch { 0 => Math.Max(0, (tag >> 2) - 59), 1 => 1, 2 => 2, _ => 4 };
            if (at + extra > block.Length)
            {
                return null;
            }

            long number = 0;
            for (int i = 0; i < extra; i++)
            {
                number |= (long)block[at++] << (8 * i);
            }

            if ((tag & 3) == 0)
            {
                long length = (extra == 0 ? tag >> 2 : number) + 1;
                if (length > block.Length - at)
                {
                    return null;
                }

                decoded.AddRange(block.AsSpan(at, (int)length));
                at += (int)length;
                continue;
            }

            long offset = (tag & 3) == 1 ? number | (long)((tag >> 5) << 8) : number;
            int count = (tag & 3) == 1 ? 4 + ((tag >> 2) & 7) : (tag >> 2) + 1;
            if (offset == 0 || offset > decoded.Count)
            {
                return null;
            }

            for (int i = 0; i < count; i++)
            {
                decoded.Add(decoded[^(int)offset]);
            }
        }

        return decoded.Count == DeclaredOr(block, 0) ? [.. decoded] : null;
    }

    // Decodes into the middle of a buffer whose rest must stay as it was.
    private static byte[]? Decode(byte[] block, int room)
    {
        const int margin = 128;
        byte[] buffer = new byte[room + (2 * margin)];
        buffer.AsSpan().Fill(Canary);
        bool decoded = SnappyBlock.TryDecode(block, buffer.AsSpan(margin, room), out int length);
        Assert.DoesNotContain(buffer[..margin], value => value != Canary);
        Assert.DoesNotContain(buffer[(margin + room)..], value => value != Canary);
        Assert.True(decoded || length == 0);
        return decoded ? buffer[margin..(margin + length)] : null;
    }
}
