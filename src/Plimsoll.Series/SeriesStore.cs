using System.Collections.Concurrent;
using Plimsoll.Series.Upgrades.Version1;
using Plimsoll.Series.Upgrades.Version1.Blocks;
using Plimsoll.Series.Upgrades.Version1.Head;
using Plimsoll.Series.Upgrades.Version1.Log;
using Plimsoll.Series.Upgrades.Version1.Reading;
using Plimsoll.Series.Upgrades.Version1.Writing;

namespace Plimsoll.Series;

/// <summary>
/// The embedded time series engine over one folder: tenants' series in memory, a write-ahead log, blocks on disk. One
/// process holds a folder at a time. Safe for use by several threads.
/// </summary>
public sealed class SeriesStore : IAsyncDisposable
{
    private static readonly TimeSpan MaintenancePeriod = TimeSpan.FromSeconds(10);

    private readonly SeriesStoreOptions _options;
    private readonly IDisposable _lock;
    private readonly ConcurrentDictionary<TenantId, TenantHead> _heads = new();
    private readonly StoreCounters _counters = new();
    private readonly BlockSet _blocks;
    private readonly LogWriter _log;
    private readonly BatchCommitter _committer;
    private readonly Maintenance _maintenance;
    private bool _disposed;

    private SeriesStore(SeriesStoreOptions options, StoreFolder folder, IDisposable held)
    {
        _options = options;
        _lock = held;
        long started = options.TimeProvider.GetTimestamp();
        _blocks = new BlockSet(options, folder, _counters);
        _blocks.Load();
        LogReplay replay = new(options, folder, _blocks, tenant => _heads.GetOrAdd(tenant, new TenantHead(tenant)), _counters);
        replay.Run();
        _counters.ReplayedSamples = replay.Samples;
        _counters.ReplayDuration = options.TimeProvider.GetElapsedTime(started);

        BatchAdmission admission = new(options, _blocks.Newest) { NextReference = replay.NextReference };
        _log = new LogWriter(folder, options.FileSystem, options.SegmentBytes, replay.LastSequence, replay.LastLength) { TotalBytes = replay.TotalBytes };
        _log.Begin();
        _committer = new BatchCommitter(options, admission, _heads, _log, _counters);
        _maintenance = new Maintenance(options, folder, _heads, _blocks, _committer, admission, _log, _counters);
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
        StoreFolder folder = new(options.Folder, options.FileSystem);
        IDisposable held = folder.CreateAndLock();
        try
        {
            folder.Prepare();
            return new SeriesStore(options, folder, held);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or (IOException and not SeriesStoreException))
        {
            held.Dispose();
            throw new SeriesStoreException($"The series store in '{options.Folder}' could not be opened: {failure.Message}", failure);
        }
        catch
        {
            held.Dispose();
            throw;
        }
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
        using PeriodicTimer timer = new(MaintenancePeriod, _options.TimeProvider);
        try
        {
            do
            {
                await _maintenance.RunDueAsync(cancellation);
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>Seals everything in the head into blocks now and empties the log.</summary>
    /// <exception cref="SeriesStoreException">A block or the checkpoint could not be written; nothing is lost.</exception>
    public Task FlushAsync(CancellationToken cancellation = default) => _maintenance.FlushAsync(cancellation);

    /// <summary>What the store holds and has done.</summary>
    public SeriesStoreStatistics Statistics => new()
    {
        Tenants = _heads.Count,
        HeadSeries = _heads.Values.Sum(head => (long)head.PublishedSeries),
        HeadSamples = _counters.HeadSamples,
        HeadChunks = _counters.HeadChunks,
        Blocks = _blocks.All.Count(),
        BlockSamples = _blocks.All.Sum(block => block.Samples),
        LogBytes = _log.TotalBytes,
        BlockBytes = _blocks.All.Sum(block => block.Length),
        AppendedSamples = _counters.Appended,
        RefusedSamples = _counters.Refused,
        FailedAppends = _counters.Failed,
        LogSyncs = _counters.LogSyncs,
        Quarantined = _counters.Quarantined,
        ReplayDuration = _counters.ReplayDuration,
        ReplayedSamples = _counters.ReplayedSamples,
        LastError = _counters.LastError,
    };

    /// <summary>Commits what waits, then lets go of the folder. Cancel <see cref="RunAsync"/> first.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _committer.DisposeAsync();
        _maintenance.Dispose();
        _log.Dispose();
        _blocks.Dispose();
        _lock.Dispose();
    }

    internal BlockSet Blocks => _blocks;

    /// <summary>Does the background work that is due, once.</summary>
    internal Task MaintainAsync(CancellationToken cancellation) => _maintenance.RunDueAsync(cancellation);

    internal TenantHead? FindHead(TenantId tenant) => _heads.TryGetValue(tenant, out TenantHead? head) ? head : null;
}
