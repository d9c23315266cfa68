using System.Collections.Concurrent;
using System.Threading.Channels;
using Plimsoll.Series.Chunks;
using Plimsoll.Series.Head;

namespace Plimsoll.Series.Writing;

/// <summary>
/// The only one who changes the head: takes what waits, admits it, makes it durable with one fsync, then shows it to
/// readers and answers.
/// </summary>
internal sealed class BatchCommitter : IAsyncDisposable
{
    private const int MaxGroup = 256;
    private const int MaxGroupSamples = 1_000_000;

    private readonly SeriesStoreOptions _options;
    private readonly BatchAdmission _admission;
    private readonly ConcurrentDictionary<TenantId, TenantHead> _heads;
    private readonly StoreCounters _counters;
    private readonly Channel<AppendRequest> _queue;
    private readonly List<StagedBatch> _group = [];
    private readonly Stack<StagedBatch> _spare = [];
    private readonly ByteWriter _scratch = new();
    private Task _loop = Task.CompletedTask;

    public BatchCommitter(
        SeriesStoreOptions options, BatchAdmission admission, ConcurrentDictionary<TenantId, TenantHead> heads, StoreCounters counters)
    {
        _options = options;
        _admission = admission;
        _heads = heads;
        _counters = counters;
        _queue = Channel.CreateBounded<AppendRequest>(new BoundedChannelOptions(options.MaxQueuedAppends) { SingleReader = true });
    }

    public void Start() => _loop = Task.Run(LoopAsync);

    public async ValueTask<AppendResult> AppendAsync(TenantId tenant, SampleBatch batch, CancellationToken cancellation)
    {
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
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (_queue.Reader.TryRead(out AppendRequest? request))
            {
                if (request.Between is not null)
                {
                    Run(request);
                    continue;
                }

                CommitGroup(request);
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

    private void CommitGroup(AppendRequest first)
    {
        Stage(first);
        Apply();
    }

    private void Stage(AppendRequest request)
    {
        StagedBatch staged = _spare.TryPop(out StagedBatch? spare) ? spare : new StagedBatch();
        staged.Request = request;
        staged.Head = _heads.GetOrAdd(request.Tenant, tenant => new TenantHead(tenant));
        _admission.Admit(staged.Head, request.Batch!, _options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds(), staged);
        _group.Add(staged);
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
            staged.Clear();
            _spare.Push(staged);
        }

        _group.Clear();
    }
}
