using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Plimsoll.Series.Log;

/// <summary>A place in the log: a segment and an offset in it.</summary>
internal readonly record struct LogPosition(ulong Segment, long Offset) : IComparable<LogPosition>
{
    public int CompareTo(LogPosition other) => Segment != other.Segment ? Segment.CompareTo(other.Segment) : Offset.CompareTo(other.Offset);

    public static bool operator <(LogPosition left, LogPosition right) => left.CompareTo(right) < 0;

    public static bool operator >(LogPosition left, LogPosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(LogPosition left, LogPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(LogPosition left, LogPosition right) => left.CompareTo(right) >= 0;
}

/// <summary>
/// The write-ahead log of all tenants. Whoever commits first writes for all who wait by then (group commit); with
/// <see cref="Durability.Power"/> one sync comes before their acknowledgement, with <see cref="Durability.Process"/>
/// a sync follows within 100 ms. A segment that failed is never touched again; its successor's header says how far it counts.
/// </summary>
/// <remarks>Safe for use by several threads. <see cref="Enqueue"/> fixes the order, so it is called under the tenant's gate.</remarks>
internal sealed partial class WriteAheadLog(StoreFolder folder, SeriesStoreOptions options, StoreCounters counters) : IDisposable
{
    /// <summary>Segments kept to be written over: a sync of one is quicker, which only matters where somebody waits for it.</summary>
    private readonly int _maxSpares = options.Durability == Durability.Power ? 3 : 0;

    private readonly Lock _gate = new();
    private readonly Lock _syncGate = new();
    private readonly IFileSystem _files = options.FileSystem;
    private readonly ILogger _logger = options.Logger;
    private readonly Stack<LogEntry> _idle = new();
    private readonly Queue<ulong> _spares = new();
    private readonly List<IAppendFile> _unsynced = [];
    private readonly ByteWriter _gather = new();
    private List<LogEntry> _pending = [];
    private List<LogEntry> _group = [];
    private IAppendFile? _file;
    private Exception? _failure;
    private long _totalBytes;
    private long _checkpointBytes;
    private long _checkpoints;
    private ulong _segment;
    private long _length;
    private bool _leading;
    private bool _dirty;
    private bool _full;

    /// <summary>Bytes of all segments and the checkpoint.</summary>
    public long TotalBytes => Interlocked.Read(ref _totalBytes);

    /// <summary>True when it takes longer to read the log back than it would a new checkpoint.</summary>
    public bool IsLong
    {
        get
        {
            long checkpoint = Interlocked.Read(ref _checkpointBytes);
            return TotalBytes - checkpoint > Math.Max(options.CheckpointBytes, checkpoint);
        }
    }

    /// <summary>Checkpoints that replaced the log since the store was opened.</summary>
    public long Checkpoints => Interlocked.Read(ref _checkpoints);

    /// <summary>A checkpoint took the place of what was before it.</summary>
    public void OnCheckpoint(long total, long checkpoint)
    {
        SetBytes(total, checkpoint);
        Interlocked.Increment(ref _checkpoints);
    }

    /// <summary>Says how long the log is and how much of it is the checkpoint.</summary>
    public void SetBytes(long total, long checkpoint)
    {
        Interlocked.Exchange(ref _totalBytes, total);
        Interlocked.Exchange(ref _checkpointBytes, checkpoint);
    }

    /// <summary>Set when a sync failed: what was acknowledged since the last one is only in memory until a checkpoint.</summary>
    public bool NeedsCheckpoint { get; set; }

    /// <summary>Where the next record goes: everything written lies before it, everything that waits does not.</summary>
    public LogPosition Position
    {
        get
        {
            lock (_gate)
            {
                return new LogPosition(_segment, _length);
            }
        }
    }

    /// <summary>Goes on after the segments that were read back.</summary>
    public void Start(ulong lastSegment, long lastLength)
    {
        _segment = lastSegment;
        _length = lastLength;
        try
        {
            OpenSegment();
        }
        catch (IOException failure) when (SeriesStoreException.IsNoSpace(failure))
        {
            // Reads go on, and deleting and shortening the retention must be possible; the first append tries again.
            SeriesStoreException full = Explain(failure);
            counters.Report(full.Message);
            LogFailed(full);
        }
    }

    /// <summary>Refuses at once while the disk is known to be full, so that memory does not fill with what can't be kept.</summary>
    /// <exception cref="SeriesStoreFullException">There is no room yet.</exception>
    public void CheckSpace()
    {
        if (Volatile.Read(ref _full))
        {
            if (_files.FreeBytes(folder.Log) <= options.DiskReserveBytes)
            {
                throw Full(null);
            }

            Volatile.Write(ref _full, false);
        }
    }

    public LogEntry Rent()
    {
        LogEntry? entry;
        lock (_gate)
        {
            _idle.TryPop(out entry);
        }

        entry ??= new LogEntry();
        entry.Clear();
        return entry;
    }

    public void Return(LogEntry entry)
    {
        lock (_gate)
        {
            if (_idle.Count < 64)
            {
                _idle.Push(entry);
            }
        }
    }

    /// <summary>Gives the record its place. A record of nothing waits for those before it.</summary>
    public void Enqueue(LogEntry entry)
    {
        Exception? failure;
        lock (_gate)
        {
            failure = _failure;
            if (failure is null)
            {
                _pending.Add(entry);
                return;
            }
        }

        // A definition that this record leans on may be among those that were just not written.
        entry.Client?.OnNotWritten(entry.Defined);
        entry.Fail(failure);
    }

    /// <summary>Completes when the record is as durable as the store promises.</summary>
    /// <exception cref="SeriesStoreException">It was not written.</exception>
    public ValueTask CommitAsync(LogEntry entry)
    {
        if (!entry.IsCompleted && TryLead())
        {
            LeadUntil(entry);
        }

        return entry.Task;
    }

    /// <summary>Goes on in a new segment.</summary>
    /// <returns>Its number: every record enqueued so far lies in segments below it.</returns>
    public async Task<ulong> RotateAsync()
    {
        LogEntry barrier = Rent();
        Enqueue(barrier);
        await CommitAsync(barrier);
        Return(barrier);
        while (!TryLead())
        {
            await Task.Yield();
        }

        try
        {
            WriteGroups();
            CloseSegment();
            OpenSegment();
            return _segment;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Explain(failure);
        }
        finally
        {
            StopLeading();
        }
    }

    /// <summary>Lets go of the segments below a number; a few are kept to be written over.</summary>
    public void Release(ulong below)
    {
        foreach (ulong segment in folder.Sequences(folder.Log, StoreFolder.SegmentSuffix))
        {
            if (segment >= below)
            {
                break;
            }

            lock (_gate)
            {
                if (_spares.Contains(segment))
                {
                    continue;
                }

                if (_spares.Count < _maxSpares)
                {
                    _spares.Enqueue(segment);
                    continue;
                }
            }

            folder.TryDelete(folder.Segment(segment));
        }
    }

    /// <summary>Gives up the segments kept to be written over.</summary>
    public void DropSpares()
    {
        while (TakeSpare(out ulong spare))
        {
            folder.TryDelete(folder.Segment(spare));
        }
    }

    /// <summary>Makes everything written durable, unless that is being done already: on a slow disk callers must not queue up.</summary>
    public void SyncUnlessBusy()
    {
        if (_syncGate.TryEnter())
        {
            try
            {
                Sync();
            }
            finally
            {
                _syncGate.Exit();
            }
        }
    }

    /// <summary>Makes everything written durable.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a sync throws, the file must not be synced again.")]
    public void Sync()
    {
        lock (_syncGate)
        {
            if (!_dirty && _unsynced.Count == 0)
            {
                return;
            }

            _dirty = false;
            try
            {
                foreach (IAppendFile closed in _unsynced)
                {
                    closed.Sync();
                }

                if (_file is { } file && options.Durability == Durability.Process)
                {
                    counters.LogSyncs++;
                    file.Sync();
                }
            }
            catch (Exception failure)
            {
                OnSyncFailed(failure);
            }

            _unsynced.ForEach(closed => closed.Dispose());
            _unsynced.Clear();
        }
    }

    /// <summary>Looks whether the reserve of the disk is still free; below it the log takes no more.</summary>
    public void WatchSpace()
    {
        if (_files.FreeBytes(folder.Log) <= options.DiskReserveBytes && !Volatile.Read(ref _full))
        {
            Volatile.Write(ref _full, true);
            counters.Report(Full(null).Message);
        }
    }

    public void Dispose()
    {
        while (!TryLead())
        {
            Thread.Yield();
        }

        WriteGroups();
        Sync();
        lock (_syncGate)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private bool TryLead()
    {
        lock (_gate)
        {
            bool free = !_leading;
            _leading = true;
            return free;
        }
    }

    // Only while nobody waits, or else they would wait for ever.
    private void StopLeading()
    {
        while (true)
        {
            WriteGroups();
            lock (_gate)
            {
                if (_pending.Count == 0)
                {
                    _leading = false;
                    return;
                }
            }
        }
    }

    private void LeadUntil(LogEntry own)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_pending.Count == 0)
                {
                    _leading = false;
                    return;
                }

                (_group, _pending) = (_pending, _group);
            }

            WriteGroup();
            if (own.IsCompleted)
            {
                // Those who came meanwhile are written by another thread, so that this one's sender is answered now.
                lock (_gate)
                {
                    if (_pending.Count == 0)
                    {
                        _leading = false;
                        return;
                    }
                }

                ThreadPool.UnsafeQueueUserWorkItem(static log => log.StopLeading(), this, preferLocal: false);
                return;
            }
        }
    }

    private void WriteGroups()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_pending.Count == 0)
                {
                    return;
                }

                (_group, _pending) = (_pending, _group);
            }

            WriteGroup();
        }
    }

    private void WriteGroup()
    {
        try
        {
            if (_file is null || _brokenSync || _length >= options.SegmentBytes)
            {
                CloseSegment();
                OpenSegment();
            }

            long length = Append();
            if (length > 0 && options.Durability == Durability.Power)
            {
                counters.LogSyncs++;
                _file!.Sync();
            }

            lock (_gate)
            {
                _length += length;
            }

            Interlocked.Add(ref _totalBytes, length);
        }
        catch (Exception failure)
        {
            // Whatever it was, those who wait must hear of it, or they would wait for ever.
            Fail(failure);
            return;
        }

        foreach (LogEntry entry in _group)
        {
            entry.Succeed();
        }

        _group.Clear();
    }

    private long Append()
    {
        long length = 0;
        LogEntry? single = null;
        int records = 0;
        foreach (LogEntry entry in _group)
        {
            if (!entry.IsBarrier)
            {
                LogFormat.WriteFrame(entry.Bytes.At(0, LogFormat.FrameLength), _segment, _length + length, entry.Bytes.Written[LogFormat.FrameLength..]);
                length += entry.Bytes.Length;
                single = entry;
                records++;
            }
        }

        if (records == 1)
        {
            _file!.Append(single!.Bytes.Written);
        }
        else if (records > 1)
        {
            _gather.Clear();
            foreach (LogEntry entry in _group)
            {
                if (!entry.IsBarrier)
                {
                    _gather.Bytes(entry.Bytes.Written);
                }
            }

            _file!.Append(_gather.Written);
        }

        if (length > 0)
        {
            Volatile.Write(ref _dirty, true);
        }

        return length;
    }

    private void Fail(Exception cause)
    {
        SeriesStoreException failure = Explain(cause);
        AbandonSegment();
        List<LogEntry> failed;
        lock (_gate)
        {
            _failure = failure;
            failed = [.. _group, .. _pending];
            _group.Clear();
            _pending.Clear();
        }

        foreach (LogEntry entry in failed)
        {
            entry.Client?.OnNotWritten(entry.Defined);
        }

        lock (_gate)
        {
            _failure = null;
        }

        counters.Report(failure.Message);
        LogFailed(failure);
        foreach (LogEntry entry in failed)
        {
            counters.Failed++;
            entry.Fail(failure);
        }
    }

    private SeriesStoreException Explain(Exception cause)
    {
        if (SeriesStoreException.IsNoSpace(cause))
        {
            Volatile.Write(ref _full, true);
            return Full(cause);
        }

        return cause as SeriesStoreException
            ?? new SeriesStoreException($"The log '{folder.Segment(_segment)}' could not be written: {cause.Message} Nothing of the batch is acknowledged; send it again when the disk is well.", cause);
    }

    private SeriesStoreFullException Full(Exception? cause) => new(
        $"The disk of '{folder.Log}' is full, but for the {options.DiskReserveBytes >> 20} MiB kept free. Nothing of the batch is acknowledged; reads go on. Free some space or shorten the retention, then writing resumes by itself.", cause);

    private void OnSyncFailed(Exception failure)
    {
        // The kernel may have dropped the pages and call the next sync a success. All of it is still in memory.
        NeedsCheckpoint = true;
        counters.Report($"The log '{folder.Segment(_segment)}' could not be synced: {failure.Message} It is closed, and what it held is being written anew.");
        LogFailed(failure);
        _brokenSync = true;
    }

    private volatile bool _brokenSync;

    [LoggerMessage(Level = LogLevel.Error, Message = "The log could not be written")]
    private partial void LogFailed(Exception failure);
}
