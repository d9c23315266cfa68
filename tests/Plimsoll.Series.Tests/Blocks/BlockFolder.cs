using Plimsoll.Series.Blocks;
using Plimsoll.Series.Deletions;
using Plimsoll.Series.Tests.Disks;

namespace Plimsoll.Series.Tests.Blocks;

/// <summary>What a series holds, in the simplest form there is: by labels, then by time, the bits of each value.</summary>
internal sealed class PlainSeries : SortedDictionary<LabelSet, SortedDictionary<long, long>>
{
    public void Set(LabelSet labels, long ms, double value, bool overwrite = true)
    {
        if (!TryGetValue(labels, out SortedDictionary<long, long>? samples))
        {
            Add(labels, samples = []);
        }

        if (overwrite || !samples.ContainsKey(ms))
        {
            samples[ms] = BitConverter.DoubleToInt64Bits(value);
        }
    }

    public IEnumerable<(LabelSet Labels, long Ms, long Bits)> All =>
        from series in this from sample in series.Value select (series.Key, sample.Key, sample.Value);

    /// <summary>Adds what is not there yet: what came first wins.</summary>
    public void AddMissing(PlainSeries other)
    {
        foreach ((LabelSet labels, long ms, long bits) in other.All)
        {
            Set(labels, ms, BitConverter.Int64BitsToDouble(bits), overwrite: false);
        }
    }

    public void Remove(Func<LabelSet, long, bool> gone)
    {
        foreach ((LabelSet labels, long ms, _) in All.ToList())
        {
            if (gone(labels, ms))
            {
                this[labels].Remove(ms);
            }
        }

        foreach (LabelSet empty in this.Where(series => series.Value.Count == 0).Select(series => series.Key).ToList())
        {
            Remove(empty);
        }
    }
}

/// <summary>A folder with blocks on a disk in memory, in the words of the tests.</summary>
internal sealed class BlockFolder : IDisposable
{
    public static readonly TenantId Tenant = new("local");

    private long _checkpoints;

    public BlockFolder(MemoryDisk? disk = null, ManualClock? clock = null, Func<BlockOptions, BlockOptions>? with = null, TimeSpan? grace = null)
    {
        Disk = disk ?? new MemoryDisk();
        Clock = clock ?? new ManualClock { NowMs = Samples.Start + (30 * 86_400_000L) };
        BlockOptions options = new()
        {
            Files = Disk,
            Time = Clock,
            Report = Reports.Add,
            Retention = new RetentionOptions { Age = TimeSpan.FromDays(10_000) },
        };
        Folder = new StoreFolder("/data/series", Disk);
        Disk.CreateFolder(Folder.Blocks);
        Disk.CreateFolder(Folder.Quarantine);
        Options = with is null ? options : with(options);
        Blocks = new BlockSet(Options, Folder);
        Deletions = new DeletionSet(Folder, Disk, Clock, grace ?? TimeSpan.FromHours(24));
        Blocks.Load();
        Deletions.Load(Reports.Add);
        Compactor = new Compactor(Blocks, Deletions, _ => long.MaxValue, () => _checkpoints);
    }

    public MemoryDisk Disk { get; }

    public ManualClock Clock { get; }

    public StoreFolder Folder { get; }

    public BlockOptions Options { get; }

    public BlockSet Blocks { get; }

    public DeletionSet Deletions { get; }

    public Compactor Compactor { get; }

    public List<string> Reports { get; } = [];

    public Block Write(PlainSeries series, int level = 0, IReadOnlyList<SealedLog>? logs = null, TenantId? tenant = null)
    {
        using BlockWriter writer = Blocks.Begin(tenant ?? Tenant, level);
        Fill(writer, series);
        return Blocks.Publish(writer.Finish(logs ?? []));
    }

    /// <summary>Does what is due; on this disk and clock nothing has to be waited for.</summary>
    public bool Compact()
    {
        bool any = Round();

        // A deletion that was carried out is forgotten after the next checkpoint.
        _checkpoints++;
        Round();
        return any;

        bool Round()
        {
            Task<bool> round = Compactor.RunDueAsync(CancellationToken.None);
            Assert.True(round.IsCompleted);
            return round.GetAwaiter().GetResult();
        }
    }

    public static void Fill(BlockWriter writer, PlainSeries series)
    {
        foreach ((LabelSet labels, SortedDictionary<long, long> samples) in series)
        {
            writer.BeginSeries(LabelBytes.From(labels));
            writer.Add([.. samples.Keys], [.. samples.Values.Select(BitConverter.Int64BitsToDouble)], []);
        }
    }

    /// <summary>What a reader would see of a tenant, deletions included.</summary>
    public PlainSeries ReadAll(TenantId? tenant = null)
    {
        PlainSeries all = [];
        foreach (Block block in Blocks.Pin(tenant ?? Tenant, TimeRange.All))
        {
            try
            {
                all.AddMissing(Read(block));
            }
            finally
            {
                block.Unpin();
            }
        }

        List<TimeRange> hidden = [];
        SampleFilter filter = Deletions.Hidden(tenant ?? Tenant, Options.Retention);
        all.Remove((labels, ms) =>
        {
            filter.HiddenOf(labels, hidden);
            return hidden.Exists(range => range.Overlaps(ms, ms));
        });
        return all;
    }

    public static PlainSeries Read(Block block)
    {
        PlainSeries all = [];
        for (int id = 0; id < block.Index.Count; id++)
        {
            ReadSeries(block, id, all);
        }

        return all;
    }

    public static void ReadSeries(Block block, int id, PlainSeries to)
    {
        long[] times = new long[4096];
        double[] values = new double[4096];
        LabelSet labels = block.Index.Labels(id);
        List<ChunkRef> chunks = [];
        block.Index.Chunks(id, TimeRange.All, chunks);
        using ChunkFetch fetch = new();
        foreach (ChunkRef chunk in chunks)
        {
            fetch.Add(block, chunk);
        }

        fetch.Read(CancellationToken.None);
        for (int i = 0; i < chunks.Count; i++)
        {
            int count = fetch.Decode(i, times, values);
            for (int s = 0; s < count; s++)
            {
                to.Set(labels, times[s], values[s]);
            }
        }
    }

    public void Dispose() => Blocks.Dispose();
}
