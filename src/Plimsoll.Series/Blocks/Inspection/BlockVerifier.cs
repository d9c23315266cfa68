using Plimsoll.Series.Encodings;

namespace Plimsoll.Series.Blocks;

/// <summary>Reads a block from end to end: every chunk is decoded and held against the index, every posting against the labels.</summary>
internal static class BlockVerifier
{
    private const int ReadAheadBytes = 1 << 20;
    private const int MostToTell = 1000;

    /// <summary>Verifies all blocks of a folder that no store holds open.</summary>
    public static IEnumerable<BlockVerification> VerifyClosed(IFileSystem files, StoreFolder folder, CancellationToken cancellation)
    {
        using ClosedBlocks closed = ClosedBlocks.Open(files, folder);
        foreach ((string path, string reason) in closed.Unreadable)
        {
            yield return new BlockVerification(path, Path.GetFileName(Path.GetDirectoryName(path)) ?? "", 0, 0, 0, [$"nothing of it can be read: {reason}"]);
        }

        foreach (Block block in closed.Blocks)
        {
            yield return Verify(block, cancellation);
        }
    }

    /// <summary>Verifies the blocks that a store has open. Those found damaged are repaired at its next maintenance.</summary>
    public static IEnumerable<BlockVerification> VerifyOpen(BlockSet blocks, CancellationToken cancellation)
    {
        foreach (Block block in blocks.All.ToList())
        {
            if (!block.TryPin())
            {
                continue; // It was merged away, and what it held is verified there.
            }

            try
            {
                yield return Verify(block, cancellation);
            }
            finally
            {
                block.Unpin();
            }
        }
    }

    /// <param name="block">Pinned by the caller.</param>
    public static BlockVerification Verify(Block block, CancellationToken cancellation)
    {
        List<Loss> losses = [];
        List<string> wrong = [];
        VerifySamples(block, losses, wrong, cancellation);
        if (losses.Count == 0 && wrong.Count == 0)
        {
            VerifyPostings(block, wrong, cancellation);
        }

        List<string> damage = [.. losses.Select(loss => $"lost {loss}"), .. wrong];
        if (damage.Count > MostToTell)
        {
            damage = [.. damage.Take(MostToTell), $"and {damage.Count - MostToTell} more"];
        }

        return new BlockVerification(block.Path, block.Tenant.Value, block.Meta.Series, block.Samples, block.Length, damage);
    }

    private static void VerifySamples(Block block, List<Loss> losses, List<string> wrong, CancellationToken cancellation)
    {
        using MergeInput input = new(block, ReadAheadBytes, losses);
        byte[] before = [];
        long samples = 0;
        long minMs = long.MaxValue;
        long maxMs = long.MinValue;
        while (input.NextSeries(cancellation))
        {
            if (before.Length > 0 && LabelBytes.Compare(before, input.Labels) >= 0)
            {
                wrong.Add($"the series {LabelBytes.ToLabelSet(input.Labels)} is out of order");
            }

            before = input.Labels.ToArray();
            while (input.NextChunk(cancellation))
            {
                samples += input.Count;
                minMs = Math.Min(minMs, input.Current.MinMs);
                maxMs = Math.Max(maxMs, input.Current.MaxMs);
                VerifyStatistics(block, input, wrong);
            }
        }

        if (losses.Count == 0 && samples > 0 && (samples != block.Samples || minMs != block.MinMs || maxMs != block.MaxMs))
        {
            wrong.Add($"it holds {samples} samples from {minMs} to {maxMs} where it states {block.Samples} from {block.MinMs} to {block.MaxMs}");
        }
    }

    private static void VerifyStatistics(Block block, MergeInput input, List<string> wrong)
    {
        if (input.IsHistogram)
        {
            return;
        }

        try
        {
            ChunkStatistics told = block.Index.Statistics(input.Current);
            ChunkStatistics real = ChunkStatistics.Of(input.Values.AsSpan(0, input.Count));
            if (!told.Equals(real))
            {
                wrong.Add($"the statistics of a chunk of {LabelBytes.ToLabelSet(input.Labels)} are {told} where its samples make {real}");
            }
        }
        catch (BlockDamageException damage)
        {
            wrong.Add(damage.Place);
        }
    }

    private static void VerifyPostings(Block block, List<string> wrong, CancellationToken cancellation)
    {
        BlockIndex index = block.Index;
        try
        {
            for (int name = 0; name < index.NameCount; name++)
            {
                long listed = 0;
                for (int value = 0; value < index.ValueCount(name); value++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    ReadOnlySpan<int> ids = index.Postings(name, value);
                    listed += ids.Length;
                    foreach (int id in ids)
                    {
                        if (index.ValueOf(id, name) != value)
                        {
                            wrong.Add($"{index.Name(name)}=\"{index.Value(name, value)}\" lists the series {index.Labels(id)}");
                        }
                    }
                }

                long having = 0;
                for (int id = 0; id < index.Count; id++)
                {
                    having += index.ValueOf(id, name) >= 0 ? 1 : 0;
                }

                if (listed != having)
                {
                    wrong.Add($"the label {index.Name(name)} lists {listed} series where {having} have it");
                }
            }
        }
        catch (BlockDamageException damage)
        {
            wrong.Add(damage.Place);
        }
    }
}
