using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Plimsoll.Series.Upgrades.Version1.Chunks;
using Plimsoll.Series.Upgrades.Version1.Head;
using Plimsoll.Series.Upgrades.Version1.Log;

namespace Plimsoll.Series.Upgrades.Version1.Writing;

/// <summary>
/// The only one who changes the head: takes what waits, admits it, makes it durable with one fsync, then shows it to
/// readers and answers.
/// </summary>
internal sealed partial class BatchCommitter : IAsyncDisposable
{
    private const int MaxGroup = 256;
    private const int MaxGroupBytes = 16 << 20;

    /// <summary>A batch may not be larger; the sender splits it.</summary>
    private const int MaxBatchSamples = 4_000_000;

    private readonly SeriesStoreOptions _options;
    private readonly BatchAdmission _admission;
    private readonly ConcurrentDictionary<TenantId, TenantHead> _heads;
    private readonly StoreCounters _counters;
    private readonly LogWriter _log;
    private readonly ILogger _logger;
    private readonly Channel<AppendRequest> _queue;
    private readonly List<StagedBatch> _group = [];
    private readonly Stack<StagedBatch> _spare = [];
    private readonly ByteWriter _scratch = new();
    private Task _loop = Task.CompletedTask;

    public BatchCommitter(
        SeriesStoreOptions options,
        BatchAdmission admission,
        ConcurrentDictionary<TenantId, TenantHead> heads,
        LogWriter log,
        StoreCounters counters)
    {
        _options = options;
        _logger = options.Logger;
        _log = log;
        _admission = admission;
        _heads = heads;
        _counters = counters;
        _queue = Channel.CreateBounded<AppendRequest>(new BoundedChannelOptions(options.MaxQueuedAppends) { SingleReader = true });
    }

    public void Start() => _loop = Task.Run(LoopAsync);

    public async ValueTask<AppendResult> AppendAsync(TenantId tenant, SampleBatch batch, CancellationToken cancellation)
    {
        if (batch.SampleCount > MaxBatchSamples || batch.SeriesCount > MaxBatchSamples)
        {
            throw new ArgumentException($"The batch has {batch.SampleCount} samples in {batch.SeriesCount} series; at most {MaxBatchSamples} of each are taken at once.", nameof(batch));
        }

        AppendRequest request = new(tenant, batch);
        await EnqueueAsync(request, cancellation);
        return await request.Completion.Task;
    }

    /// <summary>Does something between two batches, while the head and the log stand still.</summary>
    public async Task BetweenAsync(Action action, CancellationToken cancellation)
    {
        AppendRequest request = new(action);
        await EnqueueAsync(request, cancellation);
        await request.Completion.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    private async Task EnqueueAsync(AppendRequest request, CancellationToken cancellation)
    {
        try
        {
            await _queue.Writer.WriteAsync(request, cancellation);
        }
        catch (ChannelClosedException closed)
        {
            throw new ObjectDisposedException($"The series store in '{_options.Folder}' is closed.", closed);
        }
    }

    private async Task LoopAsync()
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync())
            {
                while (_queue.Reader.TryRead(out AppendRequest? request))
                {
                    if (request.Between is not null)
                    {
                        Run(request);
                    }
                    else
                    {
                        CommitGroup(request);
                    }
                }
            }
        }
        catch (Exception bug)
        {
            // Nothing of what waits may hang for ever; the store takes no more.
            _counters.Report($"The series store stopped taking samples: {bug.Message}");
            LogStopped(bug);
            _queue.Writer.TryComplete(bug);
            while (_queue.Reader.TryRead(out AppendRequest? request))
            {
                request.Completion.SetException(new SeriesStoreException("The series store stopped taking samples.", bug));
            }
        }
    }

    private static void Run(AppendRequest request)
    {
        try
        {
            request.Between!();
            request.Completion.SetResult(new AppendResult(0, 0, []));
        }
        catch (Exception failure)
        {
            request.Completion.SetException(failure);
        }
    }

    // Whoever waits by now shares the fsync.
    private void CommitGroup(AppendRequest first)
    {
        AppendRequest? request = first;
        try
        {
            _log.Begin();
            while (request is not null)
            {
                Stage(request);
                request = TakeNext();
            }

            if (_log.PendingBytes > 0)
            {
                _counters.LogSyncs++;
                _log.Commit();
            }
        }
        catch (Exception failure)
        {
            FailGroup(request, failure);
            return;
        }

        Apply();
    }

    private AppendRequest? TakeNext() =>
        _group.Count < MaxGroup && _log.PendingBytes < MaxGroupBytes
        && _queue.Reader.TryPeek(out AppendRequest? next) && next.Between is null
        && _queue.Reader.TryRead(out next)
            ? next
            : null;

    private void Stage(AppendRequest request)
    {
        StagedBatch staged = _spare.TryPop(out StagedBatch? spare) ? spare : new StagedBatch();
        staged.Request = request;
        staged.Head = _heads.GetOrAdd(request.Tenant, tenant => new TenantHead(tenant));
        _group.Add(staged);
        _admission.Admit(staged.Head, request.Batch!, _options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds(), staged);
        if (staged.Count > 0 || staged.NewSeries.Count > 0)
        {
            ByteWriter record = _log.BeginRecord();
            LogRecords.WriteAppend(record, staged);
            _log.EndRecord();
        }
    }

    private void FailGroup(AppendRequest? current, Exception failure)
    {
        _counters.Report(failure.Message);
        LogFailed(failure);
        if (current is not null && !_group.Exists(staged => staged.Request == current))
        {
            _counters.Failed++;
            current.Completion.SetException(failure);
        }

        foreach (StagedBatch staged in _group)
        {
            foreach ((HeadSeries series, _, _) in staged.Runs)
            {
                series.Unstage();
            }

            foreach (HeadSeries series in staged.NewSeries)
            {
                staged.Head!.Unstage(series);
            }

            _counters.Failed++;
            staged.Request!.Completion.SetException(failure);
            Recycle(staged);
        }

        _group.Clear();
    }

    private void Recycle(StagedBatch staged)
    {
        staged.Clear();
        _spare.Push(staged);
    }

    private void Apply()
    {
        foreach (StagedBatch staged in _group)
        {
            staged.Head!.Lock.EnterWriteLock();
            try
            {
                foreach (HeadSeries series in staged.NewSeries)
                {
                    staged.Head.Publish_NeedsLock(series);
                }

                foreach ((HeadSeries series, int start, int count) in staged.Runs)
                {
                    _counters.HeadChunks += series.Append_NeedsLock(staged.TimestampsMs(start, count), staged.Values(start, count), _scratch);
                }
            }
            finally
            {
                staged.Head.Lock.ExitWriteLock();
            }

            AppendResult result = staged.Result();
            _counters.HeadSamples += staged.Count;
            _counters.Appended += result.Accepted;
            _counters.Refused += result.Refused;
            staged.Request!.Completion.SetResult(result);
            Recycle(staged);
        }

        _group.Clear();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "An append was not stored")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The series store stopped taking samples")]
    private partial void LogStopped(Exception bug);
}
