using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Plimsoll.Series.Upgrades.Version1.Blocks;

/// <summary>The blocks of a store, tenant by tenant in the order in which they were sealed.</summary>
internal sealed partial class BlockSet(SeriesStoreOptions options, StoreFolder folder, StoreCounters counters) : IDisposable
{
    private readonly ConcurrentDictionary<TenantId, Block[]> _byTenant = new();
    private readonly Lock _gate = new();
    private readonly ILogger _logger = options.Logger;
    private long _uses;

    /// <summary>The highest number that a block has or had.</summary>
    public ulong NewestSequence { get; private set; }

    public IEnumerable<Block> All => _byTenant.Values.SelectMany(blocks => blocks);

    /// <summary>Opens what the folder holds; a damaged block is moved aside.</summary>
    public void Load()
    {
        foreach (string name in options.FileSystem.ListFolders(folder.Blocks))
        {
            if (!TenantId.TryParse(name, out TenantId tenant))
            {
                counters.Report($"The folder '{Path.Combine(folder.Blocks, name)}' names no tenant and is left alone.");
                continue;
            }

            List<Block> blocks = [];
            foreach (ulong sequence in folder.Sequences(folder.BlocksOf(tenant), StoreFolder.BlockSuffix))
            {
                NewestSequence = Math.Max(NewestSequence, sequence);
                string path = folder.Block(tenant, sequence);
                Block? block = null;
                try
                {
                    block = Block.Open(options.FileSystem, tenant, sequence, path);
                    if (block.IndexLength <= options.IndexCacheBytes / 1024)
                    {
                        block.Index(); // Small enough to be checked at every start.
                        block.DropIndex();
                    }

                    blocks.Add(block);
                }
                catch (Exception damage) when (damage is InvalidDataException or IOException)
                {
                    block?.Dispose();
                    Quarantine(tenant, sequence, path, damage.Message);
                }
            }

            _byTenant[tenant] = [.. blocks];
        }
    }

    /// <summary>The blocks of a tenant that overlap a range, in order, each pinned.</summary>
    public List<Block> Pin(TenantId tenant, TimeRange range)
    {
        List<Block> pinned = [];
        foreach (Block block in _byTenant.GetValueOrDefault(tenant, []))
        {
            if (range.Overlaps(block.MinMs, block.MaxMs) && block.TryPin())
            {
                pinned.Add(block);
            }
        }

        return pinned;
    }

    /// <summary>The index of a block, kept in memory while there is room.</summary>
    public BlockIndex IndexOf(Block block)
    {
        block.LastUse = Interlocked.Increment(ref _uses);
        bool isNew = block.IndexCost == 0;
        BlockIndex index = block.Index();
        if (isNew)
        {
            Evict(keep: block);
        }

        return index;
    }

    /// <summary>The newest sample of each series in the blocks numbered above a given one.</summary>
    public Dictionary<(TenantId Tenant, LabelSet Labels), (long Ms, long Bits)> NewestAfter(ulong sequence)
    {
        Dictionary<(TenantId Tenant, LabelSet Labels), (long Ms, long Bits)> newest = [];
        foreach (Block block in All)
        {
            if (block.Sequence > sequence && TryIndexOf(block) is { } index)
            {
                foreach (int id in index.All)
                {
                    ChunkEntry[] chunks = index.Chunks(id, out long bits);
                    (TenantId, LabelSet) key = (block.Tenant, index.Labels(id));
                    if (!newest.TryGetValue(key, out (long Ms, long Bits) known) || chunks[^1].MaxMs > known.Ms)
                    {
                        newest[key] = (chunks[^1].MaxMs, bits);
                    }
                }
            }
        }

        return newest;
    }

    public void Dispose()
    {
        foreach (Block block in All)
        {
            block.Dispose();
        }
    }

    // A damaged block has no say in what is sealed: it is on its way out.
    private BlockIndex? TryIndexOf(Block block)
    {
        try
        {
            return block.IsDamaged ? null : IndexOf(block);
        }
        catch (SeriesStoreException damage)
        {
            counters.Report(damage.Message);
            return null;
        }
    }

    private void Quarantine(TenantId tenant, ulong sequence, string path, string reason)
    {
        string target = Path.Combine(folder.Quarantine, $"{tenant}-{Path.GetFileName(folder.Block(tenant, sequence))}");
        counters.AddQuarantined();
        counters.Report($"The block '{path}' was moved to '{target}': {reason}.");
        LogQuarantined(path, target, reason);
        try
        {
            options.FileSystem.Rename(path, target);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            counters.Report($"The damaged block '{path}' could not be moved to '{target}': {failure.Message}");
            LogNotDeleted(path, failure.Message);
        }
    }

    private void Evict(Block keep)
    {
        lock (_gate)
        {
            List<Block> held = [.. All.Where(block => block.IndexCost > 0).OrderBy(block => block.LastUse)];
            long cost = held.Sum(block => block.IndexCost);
            foreach (Block block in held)
            {
                if (cost > options.IndexCacheBytes && block != keep)
                {
                    cost -= block.IndexCost;
                    block.DropIndex();
                }
            }
        }
    }


    [LoggerMessage(Level = LogLevel.Error, Message = "The block {Path} could not be removed: {Reason}")]
    private partial void LogNotDeleted(string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The block {Path} is damaged and was moved to {Target}: {Reason}")]
    private partial void LogQuarantined(string path, string target, string reason);
}
