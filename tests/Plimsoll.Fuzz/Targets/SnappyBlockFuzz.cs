using Plimsoll.Collect;
using Snappier;

namespace Plimsoll.Fuzz.Targets;

public sealed class SnappyBlockFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new SnappyBlocks();
}

/// <summary>A Snappy block decodes as the format's description says word by word, or is refused; both buffers end at guarded pages.</summary>
internal sealed class SnappyBlocks : FuzzTarget
{
    private const int MaxDecoded = 1 << 20;
    private static readonly int[] Rooms = [0, 1, 31, 64, SnappyBlock.Slack, 500];
    private readonly GuardedMemory _block = new(1 << 20);
    private readonly GuardedMemory _decoded = new(MaxDecoded + 4096);

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Snappy.CompressToArray([]),
        Snappy.CompressToArray(Utf8("a")),
        Snappy.CompressToArray(RequestSeeds.Message(3, 2)),
        Snappy.CompressToArray(RequestSeeds.Message(40, 1)),
        Snappy.CompressToArray(Noise(700)),
        Snappy.CompressToArray([.. Enumerable.Repeat((byte)7, 3000)]),
        // A copy with an offset of four bytes, which no usual encoder writes.
        [8, 12, 1, 2, 3, 4, 3 | (3 << 2), 4, 0, 0, 0],
    ];

    // Literals of each length that a tag can say, and copies near and far.
    public override IReadOnlyList<byte[]> Words { get; } =
    [
        [59 << 2], [60 << 2, 99], [61 << 2, 0, 1], [62 << 2, 0, 0, 1], [63 << 2, 0xFF, 0xFF, 0xFF, 0x7F], [63 << 2, 0xFF, 0xFF, 0xFF, 0xFF],
        [1, 1], [1 | (7 << 2), 8], [1 | (7 << 5), 0xFF], [2 | (63 << 2), 1, 0], [2 | (63 << 2), 15, 0], [2 | (63 << 2), 31, 0], [2 | (63 << 2), 64, 0], [2, 0xFF, 0xFF],
        [3, 1, 0, 0, 0], [3 | (63 << 2), 0xFF, 0xFF, 0xFF, 0xFF], [2 | (10 << 2), 0, 0],
    ];

    public override int Runs => 40_000;

    // The plain model below takes lists of bytes, up to 64 for each 3.
    public override long MayAllocate(int inputBytes) => (1L << 20) + (400L * inputBytes);

    public override Reading Run(byte[] input)
    {
        ReadOnlySpan<byte> block = _block.AtEnd(input);
        if (!SnappyBlock.TryReadLength(block, out long declared, out int header))
        {
            return Reading.Refused("length");
        }

        if (declared > MaxDecoded)
        {
            return SnappyBlock.TryDecode(block, _decoded.Room(64), out _) ? throw new InvalidOperationException("A block is decoded into less room than it declares.") : Reading.Refused("declared");
        }

        byte[]? expected = Model(input, header, (int)declared);
        Span<byte> room = _decoded.Room((int)declared + Rooms[input.Length % Rooms.Length]);
        bool decoded = SnappyBlock.TryDecode(block, room, out int length);
        if (decoded != expected is not null || length != (expected?.Length ?? 0) || (decoded && !room[..length].SequenceEqual(expected)))
        {
            throw new InvalidOperationException($"The block {(decoded ? "is decoded to what it does not say" : "is refused, and is sound")}.");
        }

        if (!decoded)
        {
            return Reading.Refused($"block {(declared > 4 * input.Length ? "long" : "short")}");
        }

        byte[] again = Snappy.CompressToArray(room[..length]);
        byte[] once = room[..length].ToArray();
        return SnappyBlock.TryDecode(_block.AtEnd(again), _decoded.Room(once.Length), out int same) && same == once.Length && _decoded.Room(once.Length).SequenceEqual(once)
            ? Reading.Accepted(input.Length, length)
            : throw new InvalidOperationException("What Snappier compresses does not come back.");
    }

    protected override void Close()
    {
        _block.Dispose();
        _decoded.Dispose();
    }

    private static byte[] Noise(int count)
    {
        byte[] noise = new byte[count];
        new Random(4).NextBytes(noise);
        return noise;
    }

    private static byte[]? Model(byte[] block, int at, int declared)
    {
        List<byte> decoded = [];
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
            if (offset == 0 || offset > decoded.Count)
            {
                return null;
            }

            for (int count = (tag & 3) == 1 ? 4 + ((tag >> 2) & 7) : (tag >> 2) + 1; count > 0; count--)
            {
                decoded.Add(decoded[^(int)offset]);
            }
        }

        return decoded.Count == declared ? [.. decoded] : null;
    }
}
