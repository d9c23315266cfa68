using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Plimsoll.Series.Blocks;

/// <summary>The blocks of a store, by tenant. Safe for several threads; those that write blocks work one at a time per window.</summary>
internal sealed partial class BlockSet : IDisposable
{
    private readonly BlockOptions _options;
    private readonly StoreFolder _folder;
    private readonly ConcurrentDictionary<TenantId, Block[]> _byTenant = new();
    private readonly Dictionary<TenantId, SortedSet<ulong>> _undeleted = [];
    private readonly BlockCache _cache;
    private readonly Lock _gate = new();
    private readonly Lock _names = new(); // Held while files get or lose names, so that a snapshot links what is there.
    private readonly ILogger _logger;
    private ulong _newestNumber;
    private long _quarantined;

    public BlockSet(BlockOptions options, StoreFolder folder)
    {
        _options = options;
        _folder = folder;
        _logger = options.Logger;
        _cache = new BlockCache(options.CacheBytes);
        Levels = new BlockLevels(options.BlockSpan, options.Retention.Age / 4);
    }

    public BlockLevels Levels { get; }

    public BlockOptions Options => _options;

    public IEnumerable<TenantId> Tenants => _byTenant.Where(tenant => tenant.Value.Length > 0).Select(tenant => tenant.Key);

    /// <summary>The blocks of a tenant, the winner of conflicts first.</summary>
    public IReadOnlyList<Block> Of(TenantId tenant) => _byTenant.GetValueOrDefault(tenant, []);

    public IEnumerable<Block> All => _byTenant.Values.SelectMany(blocks => blocks);

    public BlockStatistics Statistics
    {
        get
        {
            int blocks = 0;
            int damaged = 0;
            long samples = 0;
            long bytes = 0;
            long indexBytes = 0;
            foreach (Block block in All)
            {
                blocks++;
                damaged += block.IsDamaged ? 1 : 0;
                samples += block.Samples;
                bytes += block.Length;
                indexBytes += block.Meta.IndexBytes;
            }

            return new BlockStatistics(blocks, samples, bytes, indexBytes, damaged, Volatile.Read(ref _quarantined), _cache.Bytes);
        }
    }

    /// <summary>What blocks promise of the log of a tenant.</summary>
    public List<SealedLog> SealedLogs(TenantId tenant) => SealedLog.Prune(Of(tenant).SelectMany(block => block.SealedLogs));

    /// <summary>Begins a block of new samples. Nothing is seen of it before <see cref="Publish"/>.</summary>
    public BlockWriter Begin(TenantId tenant, int level = 0) => Begin(tenant, level, order: null);

    /// <summary>Makes a finished block visible to readers.</summary>
    /// <exception cref="IOException">It can't be read back.</exception>
    public Block Publish(BlockMeta meta)
    {
        Block block = OpenWritten(meta);
        lock (_gate)
        {
            Set_NeedsLock(meta.Tenant, [.. Of(meta.Tenant), block]);
        }

        return block;
    }

    /// <summary>The blocks of a tenant that overlap a range, the winner of conflicts first, each pinned.</summary>
    public List<Block> Pin(TenantId tenant, TimeRange range)
    {
        List<Block> pinned = [];
        while (true)
        {
            bool whole = true;
            foreach (Block block in Of(tenant))
            {
                if (range.Overlaps(block.MinMs, block.MaxMs) && block.Samples > 0)
                {
                    whole &= block.TryPin();
                    if (!whole)
                    {
                        break;
                    }

                    pinned.Add(block);
                }
            }

            if (whole)
            {
                return pinned;
            }

            // A merge replaced one in between: the new set has its samples.
            pinned.ForEach(block => block.Unpin());
            pinned.Clear();
        }
    }

    /// <summary>
    /// Gives each block a second name in another folder, which is laid out like this store's: blocks never change, so this
    /// is a copy that costs nothing. Merges and deletions wait meanwhile; readers and writers don't.
    /// </summary>
    /// <returns>How many blocks there are in the copy, and their bytes.</returns>
    public List<(TenantId Tenant, ulong Number, long Bytes)> LinkAll(StoreFolder target)
    {
        List<(TenantId Tenant, ulong Number, long Bytes)> linked = [];
        lock (_names)
        {
            foreach ((TenantId tenant, Block[] ofTenant) in _byTenant)
            {
                _options.Files.CreateFolder(target.BlocksOf(tenant));
                foreach (Block block in ofTenant)
                {
                    _options.Files.Link(block.Path, target.Block(tenant, block.Number));
                    linked.Add((tenant, block.Number, block.Length));
                }

                _options.Files.SyncFolder(target.BlocksOf(tenant));
            }

            _options.Files.CreateFolder(target.Blocks);
            _options.Files.SyncFolder(target.Blocks);
        }

        return linked;
    }

    public void Dispose()
    {
        foreach (Block block in All)
        {
            block.Dispose();
        }
    }

    /// <summary>Begins a block that replaces others and keeps their say in conflicts.</summary>
    internal BlockWriter Begin(TenantId tenant, int level, ulong? order)
    {
        ulong number = Interlocked.Increment(ref _newestNumber);
        lock (_names)
        {
            if (!_byTenant.ContainsKey(tenant))
            {
                _options.Files.CreateFolder(_folder.BlocksOf(tenant));
                _options.Files.SyncFolder(_folder.Blocks);
                _byTenant.TryAdd(tenant, []);
            }
        }

        return new BlockWriter(_options.Files, _folder.Block(tenant, number), tenant, number, order ?? number, level, disowned => Disown(tenant, disowned));
    }

    /// <summary>
    /// Puts a finished block in the place of its inputs, at once for all readers, and deletes these or moves them to the
    /// quarantine. Null for the output when nothing is left of them.
    /// </summary>
    internal void Replace(BlockMeta? output, IReadOnlyList<Block> inputs, bool quarantine, string reason)
    {
        TenantId tenant = inputs[0].Tenant;
        Block? block = output is null ? null : OpenWritten(output);
        lock (_gate)
        {
            List<Block> blocks = [.. Of(tenant).Where(one => !inputs.Contains(one))];
            if (block is not null)
            {
                blocks.Add(block);
            }

            Set_NeedsLock(tenant, blocks);
        }

        foreach (Block input in inputs)
        {
            input.Retire();
            if (quarantine && input.IsDamaged)
            {
                Quarantine(tenant, input.Number, input.Path, reason);
            }
            else
            {
                Delete(tenant, input.Number, reason);
            }
        }

        SyncNames(tenant);
    }

    /// <summary>Numbers of files that should be gone but could not be deleted: the next block of the tenant must name them.</summary>
    internal ulong[] Undeleted(TenantId tenant)
    {
        lock (_gate)
        {
            return _undeleted.TryGetValue(tenant, out SortedSet<ulong>? numbers) ? [.. numbers] : [];
        }
    }

    /// <summary>Tries again to delete what could not be deleted.</summary>
    internal void DeleteLeftovers(TenantId tenant)
    {
        foreach (ulong number in Undeleted(tenant))
        {
            Delete(tenant, number, "its samples are in another block");
        }
    }

    private Block OpenWritten(BlockMeta meta)
    {
        string path = _folder.Block(meta.Tenant, meta.Number);
        try
        {
            return Block.Open(_options.Files, path, meta.Tenant, meta.Number, _cache);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Disown(meta.Tenant, meta.Number);
            throw;
        }
        catch (InvalidDataException damage)
        {
            Disown(meta.Tenant, meta.Number);
            throw new IOException($"The block '{path}' was written and synced, but can't be read back: {damage.Message}. Check the disk.", damage);
        }
    }

    // It would come back at the next start beside the one that is written in its stead.
    private void Disown(TenantId tenant, ulong number) => Delete(tenant, number, "it was not published");

    private void Set_NeedsLock(TenantId tenant, IEnumerable<Block> blocks) =>
        _byTenant[tenant] = [.. blocks.OrderBy(block => block.Order).ThenBy(block => block.Number)];

    private void Delete(TenantId tenant, ulong number, string reason)
    {
        string path = _folder.Block(tenant, number);
        try
        {
            lock (_names)
            {
                _options.Files.Delete(path);
            }

            LogDeleted(path, reason);
            lock (_gate)
            {
                if (_undeleted.TryGetValue(tenant, out SortedSet<ulong>? numbers))
                {
                    numbers.Remove(number);
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            lock (_gate)
            {
                if (!_undeleted.TryGetValue(tenant, out SortedSet<ulong>? numbers))
                {
                    _undeleted.Add(tenant, numbers = []);
                }

                numbers.Add(number);
            }

            _options.Report($"The block '{path}' is no longer needed but could not be deleted; it is tried again: {failure.Message}");
            LogNotRemoved(path, failure.Message);
        }
    }

    private void Quarantine(TenantId tenant, ulong number, string path, string reason)
    {
        string target = Path.Combine(_folder.Quarantine, $"{tenant}-{Path.GetFileName(_folder.Block(tenant, number))}");
        Interlocked.Increment(ref _quarantined);
        try
        {
            lock (_names)
            {
                _options.Files.Rename(path, target);
            }

            _options.Report($"The block '{path}' was moved to '{target}': {reason}.");
            LogQuarantined(path, target, reason);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _options.Report($"The damaged block '{path}' ({reason}) could not be moved to '{target}': {failure.Message}");
            LogNotRemoved(path, failure.Message);
        }
    }

    private void SyncNames(TenantId tenant)
    {
        try
        {
            _options.Files.SyncFolder(_folder.BlocksOf(tenant));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The names come back after a power loss, and are deleted when the store is opened.
            _options.Report($"The folder of the blocks of '{tenant}' could not be synced: {failure.Message}");
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted the block {Path}: {Reason}")]
    private partial void LogDeleted(string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The block {Path} could not be removed: {Reason}")]
    private partial void LogNotRemoved(string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The block {Path} is damaged and was moved to {Target}: {Reason}")]
    private partial void LogQuarantined(string path, string target, string reason);
}

/// <summary>What the blocks hold now; quarantined since the store was opened.</summary>
internal readonly record struct BlockStatistics(
    int Blocks, long Samples, long Bytes, long IndexBytes, int Damaged, long Quarantined, long CacheBytes);
