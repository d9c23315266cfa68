using System.Runtime;
using System.Runtime.ExceptionServices;
using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>What the .NET runtime does: garbage collection, thread pool, exceptions, locks, compilation.</summary>
internal sealed class RuntimeUsage(MetricSink sink)
{
    private static long _exceptions;
    private static int _counting;

    private static readonly LabelSet[] CollectedGenerations = Labels("gen0", "gen1", "gen2");
    private static readonly LabelSet[] HeapGenerations = Labels("gen0", "gen1", "gen2", "loh", "poh");

    private readonly MetricFamily _collections = sink.Counter("dotnet_gc_collections_total", "Garbage collections by the oldest generation that they took; each counts once.");
    private readonly MetricFamily _pause = sink.Counter("dotnet_gc_pause_seconds_total", "Time that garbage collection held the threads up, in seconds.");
    private readonly MetricFamily _allocated = sink.Counter("dotnet_gc_allocated_bytes_total", "Bytes allocated on the managed heap.");
    private readonly MetricFamily _heap = sink.Gauge("dotnet_gc_heap_size_bytes", "The managed heap after its last collection, in bytes.");
    private readonly MetricFamily _committed = sink.Gauge("dotnet_gc_committed_bytes", "Memory that the managed heap has taken from the host, in bytes.");
    private readonly MetricFamily _threads = sink.Gauge("dotnet_threadpool_threads", "Threads of the pool.");
    private readonly MetricFamily _queue = sink.Gauge("dotnet_threadpool_queue_length", "Work items that wait for a thread of the pool.");
    private readonly MetricFamily _completed = sink.Counter("dotnet_threadpool_completed_items_total", "Work items that the pool has completed.");
    private readonly MetricFamily _thrown = sink.Counter("dotnet_exceptions_total", "Exceptions thrown, caught or not.");
    private readonly MetricFamily _contentions = sink.Counter("dotnet_contentions_total", "Times that a thread had to wait for a lock.");
    private readonly MetricFamily _methods = sink.Counter("dotnet_jit_methods_total", "Methods compiled while running.");

    public void Collect()
    {
        CountExceptions();
        int older = 0;
        for (int generation = CollectedGenerations.Length - 1; generation >= 0; generation--)
        {
            // The runtime counts a collection for every generation up to its oldest.
            int count = GC.CollectionCount(generation);
            _collections.Add(CollectedGenerations[generation], count - older);
            older = count;
        }

        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        ReadOnlySpan<GCGenerationInfo> generations = memory.GenerationInfo;
        for (int i = 0; i < Math.Min(generations.Length, HeapGenerations.Length); i++)
        {
            _heap.Add(HeapGenerations[i], generations[i].SizeAfterBytes);
        }

        _committed.Add(memory.TotalCommittedBytes);
        _pause.Add(GC.GetTotalPauseDuration().TotalSeconds);
        _allocated.Add(GC.GetTotalAllocatedBytes());
        _threads.Add(ThreadPool.ThreadCount);
        _queue.Add(ThreadPool.PendingWorkItemCount);
        _completed.Add(ThreadPool.CompletedWorkItemCount);
        _thrown.Add(Interlocked.Read(ref _exceptions));
        _contentions.Add(Monitor.LockContentionCount);
        _methods.Add(JitInfo.GetCompiledMethodCount());
    }

    // Counted from the first round on: the runtime itself keeps no count that can be read.
    private static void CountExceptions()
    {
        if (Interlocked.Exchange(ref _counting, 1) == 0)
        {
            AppDomain.CurrentDomain.FirstChanceException += static (object? _, FirstChanceExceptionEventArgs _) => Interlocked.Increment(ref _exceptions);
        }
    }

    private static LabelSet[] Labels(params string[] generations) =>
        [.. generations.Select(generation => LabelSet.From(new Label("generation", generation)))];
}
