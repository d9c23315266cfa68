using System.Collections.Concurrent;
using Plimsoll.Series.Head;
using Plimsoll.Series.Reading;
using Plimsoll.Series.Writing;

namespace Plimsoll.Series;

/// <summary>
/// The embedded time series engine over one folder: tenants' series in memory, a write-ahead log, blocks on disk. One
/// process holds a folder at a time. Safe for use by several threads.
/// </summary>
public sealed class SeriesStore : IAsyncDisposable
{
    private readonly SeriesStoreOptions _options;
    private readonly ConcurrentDictionary<TenantId, TenantHead> _heads = new();
    private readonly StoreCounters _counters = new();
    private readonly BatchCommitter _committer;

    private SeriesStore(SeriesStoreOptions options)
    {
        _options = options;
        BatchAdmission admission = new(options, (_, _, _) => (long.MinValue, 0));
        _committer = new BatchCommitter(options, admission, _heads, _counters);
        _committer.Start();
    }

    /// <summary>Opens the store in a folder, creating it when it is empty, and reads back what the log holds.</summary>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    /// <exception cref="SeriesStoreInUseException">Another process holds the folder.</exception>
    /// <exception cref="SeriesStoreException">The folder can't be used: not writable, or of a newer version.</exception>
    public static SeriesStore Open(SeriesStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new SeriesStore(options);
    }

    /// <summary>A reader of one tenant's series; it needs no disposal and lives as long as the store.</summary>
    public ISeriesReader OpenReader(TenantId tenant) => new SeriesReader(this, tenant);

    /// <summary>A writer of one tenant's series; it needs no disposal and lives as long as the store.</summary>
    public ISeriesWriter OpenWriter(TenantId tenant) => new SeriesWriter(_committer, tenant);

    /// <summary>
    /// The store's background work until cancelled: seals the head into blocks, replaces the log by checkpoints, deletes what
    /// is past the retention. Returns when cancelled; a failure is reported in <see cref="Statistics"/> and tried again.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, _options.TimeProvider, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Seals everything in the head into blocks now and empties the log.</summary>
    public async Task FlushAsync(CancellationToken cancellation = default) => await _committer.BetweenAsync(static () => { }, cancellation);

    /// <summary>What the store holds and has done.</summary>
    public SeriesStoreStatistics Statistics => new()
    {
        Tenants = _heads.Count,
        HeadSeries = _heads.Values.Sum(head => (long)head.PublishedSeries),
        HeadSamples = _counters.HeadSamples,
        HeadChunks = _counters.HeadChunks,
        Blocks = 0,
        BlockSamples = 0,
        LogBytes = 0,
        BlockBytes = 0,
        AppendedSamples = _counters.Appended,
        RefusedSamples = _counters.Refused,
        FailedAppends = _counters.Failed,
        LogSyncs = _counters.LogSyncs,
        Quarantined = _counters.Quarantined,
        ReplayDuration = _counters.ReplayDuration,
        ReplayedSamples = _counters.ReplayedSamples,
        LastError = _counters.LastError,
    };

    public ValueTask DisposeAsync() => _committer.DisposeAsync();

    internal TenantHead? FindHead(TenantId tenant) => _heads.TryGetValue(tenant, out TenantHead? head) ? head : null;
}
