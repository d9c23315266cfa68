using System.Buffers.Binary;
using System.Text;
using Plimsoll.Series;
using Plimsoll.Series.Blocks;
using Plimsoll.Series.Tests;
using Plimsoll.Series.Tests.Blocks;
using Plimsoll.Series.Tests.Disks;

namespace Plimsoll.Fuzz.Targets;

public sealed class BlockFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new BlockFiles();
}

public sealed class ForgedBlockFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new ForgedBlocks();
}

/// <summary>A block's file, changed anyhow: it is set aside, or what it answers is what was written; repair loses nothing that it does not name.</summary>
internal sealed class BlockFiles : FuzzTarget
{
    private static readonly (MemoryDisk Disk, string Path, PlainSeries Series) Sound = Make(6, 30);

    public override IReadOnlyList<byte[]> Seeds { get; } = [Sound.Disk.Contents(Sound.Path)];

    public override int Runs => 800;

    public override long MayAllocate(int inputBytes) => 96L << 20;

    public override Reading Run(byte[] input)
    {
        MemoryDisk disk = new();
        StoreImage.Put(disk, Sound.Path, input);
        using BlockFolder folder = new(disk);
        if (folder.Blocks.All.SingleOrDefault() is not { } block)
        {
            return Reading.Refused(folder.Reports.Single());
        }

        int refused = 0;
        string why = "";
        for (int id = 0; id < block.Index.Count; id++)
        {
            try
            {
                PlainSeries read = [];
                BlockFolder.ReadSeries(block, id, read);
                CheckSubset(read);
                LabelSet labels = read.Keys.Single();
                Check.That(block.Index.Find(LabelBytes.From(labels)) == id, $"{labels} is found elsewhere");
            }
            catch (BlockDamageException damage)
            {
                why = Reading.ShapeOf(damage.Message.Replace(Sound.Path, "", StringComparison.Ordinal));
                refused++;
            }
        }

        Check.That(refused == 0 || block.IsDamaged, "damage was told and is not remembered");
        folder.Compact();
        PlainSeries left = folder.ReadAll();
        CheckSubset(left);
        long lost = Sound.Series.All.Count() - left.All.Count();
        Check.That(lost == 0 || folder.Reports.Count > 0, $"{lost} samples are lost without a word");
        return new Reading(refused == 0, why + Reading.Accepted(refused, lost, folder.Reports.Count).Shape);
    }

    internal static (MemoryDisk Disk, string Path, PlainSeries Series) Make(int count, int samples)
    {
        PlainSeries series = [];
        for (int s = 0; s < count; s++)
        {
            for (int i = 0; i < samples; i++)
            {
                series.Set(LabelSet.Of($"m{s % 3}", ("host", $"host-{s}"), ("zone", $"z{s % 4}")), Samples.Start + (i * 1000), s % 2 == 0 ? s + (i / 4.0) : Math.Sin(i + s));
            }
        }

        using BlockFolder folder = new();
        string path = folder.Write(series).Path;
        return (folder.Disk, path, series);
    }

    private static void CheckSubset(PlainSeries read)
    {
        foreach ((LabelSet labels, long ms, long bits) in read.All)
        {
            Check.That(Sound.Series.TryGetValue(labels, out SortedDictionary<long, long>? written) && written.TryGetValue(ms, out long value) && value == bits, $"{bits:x} of {labels} at {ms} is read, which nobody wrote");
        }
    }
}

/// <summary>
/// Changes to a block whose checksums are made to fit: an input is a list of changes, each of a piece (page, directory, chunk, group), an
/// offset in it and a byte. It is refused or read; what it answers may be nonsense, but it never breaks the reader.
/// </summary>
internal sealed class ForgedBlocks : FuzzTarget
{
    private const int ChangeBytes = 4;
    private static readonly (MemoryDisk Disk, string Path, PlainSeries Series) Sound = BlockFiles.Make(90, 3);
    private static readonly byte[] File = Sound.Disk.Contents(Sound.Path);
    private static readonly (ulong Number, List<(long Offset, int Length)> Pieces, int Directory) Shape = Pieces();

    public override IReadOnlyList<byte[]> Seeds { get; } = [[]];

    public override IReadOnlyList<byte[]> Words { get; } = [.. Enumerable.Range(0, Shape.Pieces.Count).Select(piece => (byte[])[(byte)piece, 0, 0, 0xFF]), .. Enumerable.Range(0, Shape.Pieces.Count).Select(piece => (byte[])[(byte)piece, 7, 0, 1])];

    public override int MaxBytes => 64;

    public override int Runs => 400;

    public override long MayAllocate(int inputBytes) => 128L << 20;

    public override Reading Run(byte[] input)
    {
        byte[] forged = [.. File];
        for (int at = 0; at + ChangeBytes <= input.Length; at += ChangeBytes)
        {
            (long offset, int length) = Shape.Pieces[input[at] % Shape.Pieces.Count];
            forged[offset + (BinaryPrimitives.ReadUInt16LittleEndian(input.AsSpan(at + 1)) % length)] = input[at + 3];
        }

        for (int piece = 0; piece < Shape.Pieces.Count; piece++)
        {
            Seal(forged, piece);
        }

        MemoryDisk disk = new();
        StoreImage.Put(disk, Sound.Path, forged);
        try
        {
            using Block block = Block.Open(disk, Sound.Path, BlockFolder.Tenant, Shape.Number, new BlockCache(1 << 20));
            return Everything(block);
        }
        catch (InvalidDataException refused)
        {
            return Reading.Refused(refused);
        }
    }

    private static Reading Everything(Block block)
    {
        BlockIndex index = block.Index;
        List<string> refusals = [];
        List<Loss> losses = [];
        long samples = 0;
        using (MergeInput input = new(block, 1 << 16, losses))
        {
            while (input.NextSeries(CancellationToken.None))
            {
                while (input.NextChunk(CancellationToken.None))
                {
                    samples++;
                    Try(() => index.Statistics(input.Current), refusals);
                }
            }
        }

        for (int name = 0; name < index.NameCount; name++)
        {
            int of = name;
            for (int value = 0; value < Math.Min(index.ValueCount(name), 40); value++)
            {
                int at = value;
                Try(() => index.Value(of, at), refusals);
                Try(() => index.Postings(of, at), refusals);
            }

            Try(() => index.FindValue(of, "host-17"u8), refusals);
        }

        for (int id = 0; id < Math.Min(index.Count, 12); id++)
        {
            int of = id;
            Try(() => index.Labels(of), refusals);
            Try(() => index.ValueOf(of, 0), refusals);
            Try(() => BlockFolder.ReadSeries(block, of, []), refusals);
        }

        Try(() => index.Find(LabelBytes.From(LabelSet.Of("m1", ("host", "host-16"), ("zone", "z0")))), refusals);
        bool isSound = BlockVerifier.Verify(block, CancellationToken.None).IsSound && refusals.Count == 0 && losses.Count == 0;
        return new Reading(isSound, (refusals.Count > 0 ? refusals[0] : "") + Reading.Accepted(samples, refusals.Count, losses.Count).Shape);
    }

    private static void Try(Action read, List<string> refusals)
    {
        try
        {
            read();
        }
        catch (BlockDamageException damage)
        {
            refusals.Add(Reading.ShapeOf(damage.Message.Replace(Sound.Path, "", StringComparison.Ordinal)));
        }
    }

    private static void Seal(byte[] file, int piece)
    {
        (long offset, int length) = Shape.Pieces[piece];
        uint checksum = Checksum.At(Shape.Number, (ulong)offset, file.AsSpan((int)offset, length));
        if (piece == Shape.Directory)
        {
            BlockFormat.WriteTail(file.AsSpan()[^BlockFormat.TailLength..], Shape.Number, offset, length, checksum);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan((int)offset + length), checksum);
        }
    }

    private static (ulong Number, List<(long Offset, int Length)> Pieces, int Directory) Pieces()
    {
        using BlockFolder folder = new(Sound.Disk);
        Block block = folder.Blocks.All.Single();
        List<(long, int)> pieces = [];
        foreach (PageTable table in new[] { block.Directory.Values, block.Directory.Postings, block.Directory.Targets, block.Directory.TargetSeries, block.Directory.Series })
        {
            for (int page = 0; page < table.Pages; page++)
            {
                pieces.Add((table.Offset(page), table.Length(page)));
            }
        }

        (long offset, int length, _) = BlockFormat.ReadTail(File.AsSpan()[^BlockFormat.TailLength..], block.Number, File.Length);
        int directory = pieces.Count;
        pieces.Add((offset, length));
        List<ChunkRef> chunks = [];
        block.Index.Chunks(0, TimeRange.All, chunks);
        block.Index.Chunks(80, TimeRange.All, chunks);
        foreach (ChunkRef chunk in chunks)
        {
            pieces.Add((chunk.Offset, chunk.Length));
            pieces.Add((chunk.GroupOffset, chunk.GroupHeaderLength));
        }

        return (block.Number, [.. pieces.Distinct()], directory);
    }
}
