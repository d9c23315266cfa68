namespace Plimsoll.Series.Blocks;

/// <summary>Says what the blocks of each tenant are made of, from their indexes alone: no sample is read.</summary>
internal static class BlockAnalyzer
{
    public static List<StoreAnalysis> AnalyzeClosed(IFileSystem files, StoreFolder folder, int most, CancellationToken cancellation)
    {
        using ClosedBlocks closed = ClosedBlocks.Open(files, folder);
        return [.. closed.Blocks.GroupBy(block => block.Tenant).Select(tenant => Analyze([.. tenant], most, cancellation))];
    }

    public static StoreAnalysis AnalyzeOpen(BlockSet blocks, TenantId tenant, int most, CancellationToken cancellation)
    {
        List<Block> pinned = blocks.Pin(tenant, TimeRange.All);
        try
        {
            return Analyze(pinned, most, cancellation, tenant);
        }
        finally
        {
            pinned.ForEach(block => block.Unpin());
        }
    }

    private static StoreAnalysis Analyze(List<Block> blocks, int most, CancellationToken cancellation, TenantId? tenant = null)
    {
        Dictionary<string, (long Series, long Samples, long Bytes)> metrics = [];
        Dictionary<string, (long Values, long Bytes)> labels = [];
        List<BlockUse> uses = [];
        Block? before = null;
        foreach (Block block in blocks.OrderBy(block => block.MinMs).ThenBy(block => block.Number))
        {
            AddMetrics(block, metrics, cancellation);
            AddLabels(block, labels, cancellation);
            (long fresh, long ended) = Churn(before, block, cancellation);
            uses.Add(new BlockUse(
                block.Path, block.Level, block.MinMs, block.MaxMs, block.Meta.Series, fresh, ended, block.Samples, block.Length, block.Meta.IndexBytes));
            before = block;
        }

        List<LabelUse> all = [.. labels.Select(label => new LabelUse(label.Key, label.Value.Values, label.Value.Bytes))];
        return new StoreAnalysis(
            (tenant ?? blocks[0].Tenant).Value,
            blocks.Sum(block => block.Samples),
            blocks.Sum(block => block.Length),
            [.. metrics.Select(m => new MetricUse(m.Key, m.Value.Series, m.Value.Samples, m.Value.Bytes)).OrderByDescending(m => m.SampleBytes).ThenBy(m => m.Name, LabelOrder.Comparer).Take(most)],
            [.. all.OrderByDescending(label => label.Values).ThenBy(label => label.Name, LabelOrder.Comparer).Take(most)],
            [.. all.OrderByDescending(label => label.Bytes).ThenBy(label => label.Name, LabelOrder.Comparer).Take(most)],
            uses);
    }

    private static void AddMetrics(Block block, Dictionary<string, (long Series, long Samples, long Bytes)> metrics, CancellationToken cancellation)
    {
        BlockIndex index = block.Index;
        int name = index.FindName(Label.MetricName);
        List<ChunkRef> chunks = [];
        for (int id = 0; id < index.Count; id++)
        {
            cancellation.ThrowIfCancellationRequested();
            int value = name < 0 ? -1 : index.ValueOf(id, name);
            string metric = value < 0 ? "" : index.Value(name, value);
            chunks.Clear();
            index.Chunks(id, TimeRange.All, chunks);
            (long series, long samples, long bytes) = metrics.GetValueOrDefault(metric);
            foreach (ChunkRef chunk in chunks)
            {
                samples += chunk.Samples;
                bytes += chunk.Length + BlockFormat.ChecksumLength;
            }

            metrics[metric] = (series + 1, samples, bytes);
        }
    }

    private static void AddLabels(Block block, Dictionary<string, (long Values, long Bytes)> labels, CancellationToken cancellation)
    {
        BlockIndex index = block.Index;
        for (int name = 0; name < index.NameCount; name++)
        {
            cancellation.ThrowIfCancellationRequested();
            long bytes = 0;
            for (int value = 0; value < index.ValueCount(name); value++)
            {
                bytes += System.Text.Encoding.UTF8.GetByteCount(index.Value(name, value));
            }

            (long most, long mostBytes) = labels.GetValueOrDefault(index.Name(name));
            labels[index.Name(name)] = (Math.Max(most, index.ValueCount(name)), Math.Max(mostBytes, bytes));
        }
    }

    // Both are in the order of labels, so one walk over the two tells them apart.
    private static (long New, long Ended) Churn(Block? before, Block block, CancellationToken cancellation)
    {
        if (before is null)
        {
            return (block.Index.Count, 0);
        }

        long fresh = 0;
        long ended = 0;
        int left = 0;
        int right = 0;
        ByteWriter leftLabels = new(256);
        ByteWriter rightLabels = new(256);
        while (left < before.Index.Count || right < block.Index.Count)
        {
            cancellation.ThrowIfCancellationRequested();
            int order = left == before.Index.Count ? 1 : right == block.Index.Count ? -1 : Compare(before, left, leftLabels, block, right, rightLabels);
            ended += order < 0 ? 1 : 0;
            fresh += order > 0 ? 1 : 0;
            left += order <= 0 ? 1 : 0;
            right += order >= 0 ? 1 : 0;
        }

        return (fresh, ended);
    }

    private static int Compare(Block before, int left, ByteWriter leftLabels, Block block, int right, ByteWriter rightLabels)
    {
        leftLabels.Clear();
        rightLabels.Clear();
        before.Index.WriteLabels(left, leftLabels);
        block.Index.WriteLabels(right, rightLabels);
        return leftLabels.Written.SequenceEqual(rightLabels.Written) ? 0 : LabelBytes.Compare(leftLabels.Written, rightLabels.Written);
    }
}
