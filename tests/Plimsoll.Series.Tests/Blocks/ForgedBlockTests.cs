using System.Buffers.Binary;
using Plimsoll.Series.Blocks;
using Plimsoll.Series.Tests.Disks;

namespace Plimsoll.Series.Tests.Blocks;

/// <summary>Blocks whose content was changed and whose checksums were made to fit: parsers must bear what no disk would do.</summary>
public sealed class ForgedBlockTests
{
    private const long Start = Samples.Start;

    [Fact]
    public void A_forged_index_is_refused_or_read_but_never_breaks_the_reader()
    {
        using BlockFolder folder = new();
        PlainSeries series = [];
        for (int s = 0; s < 90; s++)
        {
            for (int i = 0; i < 3; i++)
            {
                series.Set(LabelSet.Of($"m{s % 3}", ("host", $"host-{s}"), ("zone", $"z{s % 4}")), Start + i, s + (i / 4.0));
            }
        }

        Block block = folder.Write(series);
        byte[] sound = folder.Disk.Contents(block.Path);
        List<(long Offset, int Length)> pieces = Pieces(block, sound, out int directory);
        int refused = 0;
        int iterations = Environment.GetEnvironmentVariable("PLIMSOLL_FUZZ_ITERATIONS") is { } text ? int.Parse(text) : 500;
        for (int seed = 0; seed < iterations; seed++)
        {
            Random random = new(seed);
            byte[] forged = [.. sound];
            int piece = random.Next(pieces.Count);
            (long offset, int length) = pieces[piece];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                forged[offset + random.Next(length)] = random.Next(3) == 0 ? (byte)0xFF : (byte)random.Next(256);
            }

            Seal(forged, block.Number, offset, length, piece == directory);
            try
            {
                refused += ReadEverything(block, forged) ? 0 : 1;
            }
            catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"Seed {seed}, piece {piece} at {offset}: {failure}");
            }
        }

        Assert.True(refused > iterations / 4, $"{refused} of {iterations} were refused.");
    }

    private static List<(long, int)> Pieces(Block block, byte[] sound, out int directory)
    {
        List<(long, int)> pieces = [];
        foreach (PageTable table in new[] { block.Directory.Values, block.Directory.Postings, block.Directory.Targets, block.Directory.TargetSeries, block.Directory.Series })
        {
            for (int page = 0; page < table.Pages; page++)
            {
                pieces.Add((table.Offset(page), table.Length(page)));
            }
        }

        (long offset, int length, _) = BlockFormat.ReadTail(sound.AsSpan()[^BlockFormat.TailLength..], block.Number, sound.Length);
        directory = pieces.Count;
        pieces.Add((offset, length));
        List<ChunkRef> chunks = [];
        block.Index.Chunks(0, TimeRange.All, chunks);
        block.Index.Chunks(80, TimeRange.All, chunks);
        foreach (ChunkRef chunk in chunks)
        {
            pieces.Add((chunk.Offset, chunk.Length));
            pieces.Add((chunk.GroupOffset, chunk.GroupHeaderLength));
        }

        return pieces;
    }

    private static void Seal(byte[] file, ulong number, long offset, int length, bool isDirectory)
    {
        uint checksum = Checksum.At(number, (ulong)offset, file.AsSpan((int)offset, length));
        if (isDirectory)
        {
            BlockFormat.WriteTail(file.AsSpan()[^BlockFormat.TailLength..], number, offset, length, checksum);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan((int)offset + length), checksum);
        }
    }

    // False when anything was refused.
    private static bool ReadEverything(Block original, byte[] forged)
    {
        MemoryDisk disk = new();
        disk.CreateFolder(Path.GetDirectoryName(original.Path)!);
        using (IAppendFile file = disk.Create(original.Path))
        {
            file.Append(forged);
        }

        Block block;
        try
        {
            block = Block.Open(disk, original.Path, original.Tenant, original.Number, new BlockCache(1 << 20));
        }
        catch (InvalidDataException)
        {
            return false;
        }

        using (block)
        {
            bool sound = true;
            BlockIndex index = block.Index;
            List<Loss> losses = [];
            using (MergeInput input = new(block, 1 << 16, losses))
            {
                while (input.NextSeries(CancellationToken.None))
                {
                    while (input.NextChunk(CancellationToken.None))
                    {
                        sound &= Try(() => index.Statistics(input.Current));
                    }
                }
            }

            for (int name = 0; name < index.NameCount; name++)
            {
                for (int value = 0; value < Math.Min(index.ValueCount(name), 200); value++)
                {
                    sound &= Try(() => index.Value(name, value)) & Try(() => index.Postings(name, value));
                }

                sound &= Try(() => index.FindValue(name, "host-17"u8));
            }

            for (int id = 0; id < Math.Min(index.Count, 200); id++)
            {
                sound &= Try(() => index.Labels(id)) & Try(() => index.ValueOf(id, 0));
            }

            sound &= Try(() => index.Find(LabelBytes.From(LabelSet.Of("m1", ("host", "host-16"), ("zone", "z0")))));
            return sound && losses.Count == 0 && BlockVerifier.Verify(block, CancellationToken.None).IsSound;
        }
    }

    private static bool Try(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (BlockDamageException)
        {
            return false;
        }
    }
}
