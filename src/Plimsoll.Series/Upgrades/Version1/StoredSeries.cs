using System.Collections.Concurrent;
using Plimsoll.Series.Upgrades.Version1.Blocks;
using Plimsoll.Series.Upgrades.Version1.Head;
using Plimsoll.Series.Upgrades.Version1.Log;
using Plimsoll.Series.Upgrades.Version1.Reading;

namespace Plimsoll.Series.Upgrades.Version1;

/// <summary>A store of version 1, opened to be read into one of the current version. It writes nothing but what it finds damaged.</summary>
internal sealed class StoredSeries : IDisposable
{
    private readonly ConcurrentDictionary<TenantId, TenantHead> _heads = new();

    public StoredSeries(SeriesStoreOptions options, StoreFolder folder)
    {
        Blocks = new BlockSet(options, folder, Counters);
        Blocks.Load();
        new LogReplay(options, folder, Blocks, tenant => _heads.GetOrAdd(tenant, new TenantHead(tenant)), Counters).Run();
    }

    /// <summary>What was found damaged.</summary>
    public StoreCounters Counters { get; } = new();

    public IEnumerable<TenantId> Tenants => _heads.Keys.Union(Blocks.All.Select(block => block.Tenant));

    public BlockSet Blocks { get; }

    public ISeriesReader OpenReader(TenantId tenant) => new SeriesReader(this, tenant);

    public TenantHead? FindHead(TenantId tenant) => _heads.GetValueOrDefault(tenant);

    public void Dispose() => Blocks.Dispose();
}
