using System.Collections.Concurrent;
using Plimsoll.Series.Blocks;
using Plimsoll.Series.Bulk;
using Plimsoll.Series.Cardinality;
using Plimsoll.Series.Deletions;
using Plimsoll.Series.Head;
using Plimsoll.Series.Log;
using Plimsoll.Series.Reading;
using Plimsoll.Series.Writing;

namespace Plimsoll.Series;

/// <summary>
/// The embedded time series engine over one folder: tenants' series in memory, a write-ahead log, blocks on disk. One
/// process holds a folder at a time. Safe for use by several threads.
/// </summary>
public sealed partial class SeriesStore : IAsyncDisposable
{
    private static readonly TimeSpan MaintenancePeriod = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SyncPeriod = TimeSpan.FromMilliseconds(100);

    private readonly SeriesStoreOptions _options;
    private readonly IDisposable _lock;
    private readonly ConcurrentDictionary<TenantId, TenantHead> _heads = new();
    private readonly ConcurrentBag<BatchAppender> _appenders = [];
    private readonly StoreCounters _counters = new();
    private readonly MaintenanceBell _bell = new();
    private readonly BlockSet _blocks;
    private readonly WriteAheadLog _log;
    private readonly HeadMemory _memory;
    private readonly DeletionSet _deletions;
    private readonly Compactor _compactor;
    private readonly Maintenance _maintenance;
    private readonly ITimer _syncTimer;
    private readonly SemaphoreSlim _places;
    private bool _disposed;

    // While the log is read back, what was taken once is taken again whatever its age.
    private bool IsOpen => _maintenance is not null;

    private SeriesStore(SeriesStoreOptions options, StoreFolder folder, IDisposable held)
    {
        _options = options;
        _lock = held;
        _places = new SemaphoreSlim(options.MaxQueuedAppends);
        _memory = new HeadMemory(options.MemoryBytes, () => _heads.Values.Sum(static head => head.Bytes));
        long started = options.TimeProvider.GetTimestamp();
        _blocks = new BlockSet(BlockOptionsOf(options, _counters), folder);
        _blocks.Load();
        folder.TryDelete(folder.Manifest); // A snapshot that is opened is a store from now on, and its blocks change.
        _deletions = new DeletionSet(folder, options.FileSystem, options.TimeProvider, options.DeletionGrace);
        LogDamage damage = new(folder, _counters, options.Logger);
        _deletions.Load(what =>
        {
            _counters.AddQuarantined();
            damage.Report(what);
        });
        LogReplay replay = new(options, folder, HeadOf, FloorsOf, _counters);
        replay.Run();
        _counters.ReplayedSamples = replay.Samples;
        _counters.ReplayDuration = options.TimeProvider.GetElapsedTime(started);
        foreach (TenantId tenant in _blocks.Tenants)
        {
            HeadOf(tenant);
        }

        foreach (TenantHead head in _heads.Values)
        {
            Continue(head);
            if (options.Durability == Durability.Power && head.Slots.Count > 0)
            {
                // A sync that failed in an earlier life leaves records that can be read and are not on the disk, and no later sync
                // tells. Until a checkpoint holds them, whoever repeats such a sample has it logged again before it is acknowledged.
                head.OnNotWritten([]);
            }
        }

        _log = new WriteAheadLog(folder, options, _counters);
        _log.SetBytes(replay.TotalBytes, replay.CheckpointBytes);
        _log.NeedsCheckpoint = replay.IsUnsafe;

        // Places of the log that blocks speak of lie before every new record, also where the log itself was taken away.
        ulong spokenOf = _blocks.All.SelectMany(static block => block.SealedLogs).Select(static entry => entry.Segment).DefaultIfEmpty().Max();
        _log.Start(Math.Max(replay.LastSegment, spokenOf), replay.LastLength);
        _compactor = new Compactor(_blocks, _deletions, OldestInHead, () => _log.Checkpoints);
        _maintenance = new Maintenance(options, folder, _heads, _blocks, _compactor, _log, _counters, _memory);
        _syncTimer = options.TimeProvider.CreateTimer(static log => ((WriteAheadLog)log!).SyncUnlessBusy(), _log, SyncPeriod, SyncPeriod);
    }

    /// <summary>Opens the store in a folder, creating it when it is empty, and reads back what the log holds.</summary>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    /// <exception cref="SeriesStoreInUseException">Another process holds the folder.</exception>
    /// <exception cref="SeriesStoreException">The folder can't be used: not writable, or of another version.</exception>
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
    /// <param name="mayWriteReserved">True for who may write the series that <see cref="Reserve"/> keeps.</param>
    public ISeriesWriter OpenWriter(TenantId tenant, bool mayWriteReserved = false) => new SeriesWriter(this, HeadOf(tenant), mayWriteReserved);

    /// <summary>Keeps the series that match for writers with the right to them; others are refused. Holds until the store is closed.</summary>
    public void Reserve(TenantId tenant, IReadOnlyList<LabelMatcher> matchers)
    {
        ArgumentNullException.ThrowIfNull(matchers);
        HeadOf(tenant).Reserve(matchers);
    }

    /// <summary>A writer of samples of any age, straight into blocks: for imports.</summary>
    public BulkWriter OpenBulkWriter(TenantId tenant) => new(
        _blocks,
        HeadOf(tenant),
        _options.Labels,
        _options.MemoryBytes / 4,
        (_options.TimeProvider.GetUtcNow() + _options.FutureTolerance).ToUnixTimeMilliseconds());

    /// <summary>
    /// The store's background work until cancelled: seals the head into blocks, replaces the log by checkpoints, merges blocks,
    /// deletes what is past the retention. Returns when cancelled; a failure is reported in <see cref="Statistics"/> and tried again.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                if (await _maintenance.RunDueAsync(cancellation))
                {
                    await _bell.WaitAsync(MaintenancePeriod, _options.TimeProvider, cancellation);
                }
                else
                {
                    // What failed is still due, so writers ring at every append: trying again at once would only fail again.
                    await Task.Delay(MaintenancePeriod, _options.TimeProvider, cancellation);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>Seals everything in the head into blocks now and empties the log. Writers and readers go on.</summary>
    /// <exception cref="SeriesStoreException">A block or the checkpoint could not be written; nothing is lost.</exception>
    public Task FlushAsync(CancellationToken cancellation = default) => _maintenance.FlushAsync(cancellation);

    /// <summary>
    /// Hides samples at once, and removes them for good when <see cref="SeriesStoreOptions.DeletionGrace"/> has passed. Samples
    /// with later timestamps than the request stay; one that comes late into the range before that is hidden and goes too.
    /// </summary>
    /// <param name="matchers">All must match; at least one.</param>
    /// <exception cref="ArgumentException">There is no matcher, or the range is empty.</exception>
    /// <exception cref="SeriesStoreException">The request could not be made durable; nothing is hidden.</exception>
    public SeriesDeletion Delete(TenantId tenant, IReadOnlyList<LabelMatcher> matchers, TimeRange range)
    {
        ArgumentNullException.ThrowIfNull(matchers);
        try
        {
            return SeriesDeletion.Of(_deletions.Add(tenant, matchers, range), _deletions.Grace);
        }
        catch (Exception failure) when (failure is (IOException and not SeriesStoreException) or UnauthorizedAccessException)
        {
            throw SeriesStoreException.Of($"The deletion could not be written: {failure.Message} Nothing is deleted.", failure);
        }
    }

    /// <summary>Takes a deletion back; false when there is none of this number, or its grace period has passed.</summary>
    public bool Undelete(TenantId tenant, ulong deletion) => _deletions.Undelete(tenant, deletion);

    /// <summary>The deletions whose samples are not yet gone for good.</summary>
    public IReadOnlyList<SeriesDeletion> Deletions(TenantId tenant) =>
        [.. _deletions.All.Where(deletion => deletion.Tenant == tenant).Select(deletion => SeriesDeletion.Of(deletion, _deletions.Grace))];

    /// <summary>What the store holds and has done.</summary>
    public SeriesStoreStatistics Statistics
    {
        get
        {
            BlockStatistics blocks = _blocks.Statistics;
            return new SeriesStoreStatistics
            {
                Tenants = _heads.Count,
                HeadSeries = _heads.Values.Sum(head => (long)head.Slots.Count),
                HeadSamples = _heads.Values.Sum(head => head.Samples),
                HeadChunks = _heads.Values.Sum(head => head.ChunkCount),
                HeadBytes = _heads.Values.Sum(head => head.Bytes),
                Blocks = blocks.Blocks,
                BlockSamples = blocks.Samples,
                LogBytes = _log.TotalBytes,
                BlockBytes = blocks.Bytes,
                AppendedSamples = _counters.Appended,
                RefusedSamples = _counters.Refused,
                FailedAppends = _counters.Failed,
                LogSyncs = _counters.LogSyncs,
                Quarantined = _counters.Quarantined + blocks.Quarantined,
                ReplayDuration = _counters.ReplayDuration,
                ReplayedSamples = _counters.ReplayedSamples,
                LastError = _counters.LastError,
            };
        }
    }

    /// <summary>Writes what waits, then lets go of the folder. Cancel <see cref="RunAsync"/> first.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _syncTimer.DisposeAsync();
        await _maintenance.CloseAsync();
        _maintenance.Dispose();
        _log.Dispose();
        _blocks.Dispose();
        foreach (TenantHead head in _heads.Values)
        {
            head.Dispose();
        }

        foreach (BatchAppender appender in _appenders)
        {
            appender.Dispose();
        }

        _bell.Dispose();
        _places.Dispose();
        _lock.Dispose();
    }

    internal BlockSet Blocks => _blocks;

    /// <summary>Does the background work that is due, once.</summary>
    internal Task<bool> MaintainAsync(CancellationToken cancellation) => _maintenance.RunDueAsync(cancellation);

    /// <summary>True while what was acknowledged may be in memory alone, because a sync failed.</summary>
    internal bool NeedsCheckpoint => _log.NeedsCheckpoint;

    /// <summary>Makes all of the log durable now.</summary>
    internal void Sync() => _log.Sync();

    /// <summary>What of a tenant is not to be seen within a range.</summary>
    internal SampleFilter HiddenOf(TenantId tenant, TimeRange range) => _deletions.Hidden(tenant, _blocks.Options.Retention).Within(range);

    internal TenantHead? FindHead(TenantId tenant) => _heads.GetValueOrDefault(tenant);

    /// <summary>Waits for a place among those who append, so that a slow disk does not gather requests without end.</summary>
    internal async ValueTask<BatchAppender> RentAppenderAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await _places.WaitAsync(cancellation);
        return _appenders.TryTake(out BatchAppender? appender) ? appender : new BatchAppender(_options, _log, _counters, _bell, new BlockLookup(_blocks), _memory);
    }

    internal void ReturnAppender(BatchAppender appender)
    {
        _appenders.Add(appender);
        if (!_disposed)
        {
            _places.Release(); // Whose append ends after the store is closed still hears how it went.
        }
    }

    private static BlockOptions BlockOptionsOf(SeriesStoreOptions options, StoreCounters counters) => new()
    {
        Files = options.FileSystem,
        Time = options.TimeProvider,
        Logger = options.Logger,
        Report = counters.Report,
        BlockSpan = options.BlockSpan,
        CacheBytes = options.IndexCacheBytes,
        Retention = new RetentionOptions
        {
            Age = options.Retention,
            AgeOf = options.RetentionOf,
            MaxBytes = options.RetentionBytes,
            Selectors = [.. options.RetentionRules.Select(rule => new SelectorRetention(rule.Tenant, rule.Matchers, rule.Age))],
        },
    };

    private TenantHead HeadOf(TenantId tenant) =>
        _heads.GetOrAdd(
            tenant,
            static (key, store) => new TenantHead(key)
            {
                LateWindowMs = store.IsOpen ? (long)store._options.LateWindow.TotalMilliseconds : long.MaxValue,
                Quota = store.QuotaOf(key),
            },
            this);

    private SeriesQuota QuotaOf(TenantId tenant)
    {
        SeriesQuotaLimits limits = _options.LimitsOf(tenant) ?? new SeriesQuotaLimits { ActiveSeries = _options.MaxSeriesPerTenant, Labels = _options.Labels };
        limits.Validate();
        return new SeriesQuota(tenant, limits, _options.TimeProvider);
    }

    private long OldestInHead(TenantId tenant) => FindHead(tenant)?.OldestMs ?? long.MaxValue;

    private SealedFloors FloorsOf(TenantId tenant) =>
        new(_blocks.SealedLogs(tenant).Select(entry => (new LogPosition(entry.Segment, entry.Offset), entry.ThroughMs)));

    // Where the head goes on after the blocks and the log.
    private void Continue(TenantHead head)
    {
        lock (head.Gate)
        {
            foreach (Block block in _blocks.Of(head.Tenant))
            {
                head.NewestMs = Math.Max(head.NewestMs, block.MaxMs);
                head.SealedThroughMs = Math.Max(head.SealedThroughMs, block.MaxMs + 1);
            }

            head.LateWindowMs = (long)_options.LateWindow.TotalMilliseconds;
        }
    }
}
