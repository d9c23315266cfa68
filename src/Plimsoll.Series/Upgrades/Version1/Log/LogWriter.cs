using Plimsoll.Series.Log;
using Plimsoll.Series.Upgrades.Version1.Chunks;

namespace Plimsoll.Series.Upgrades.Version1.Log;

/// <summary>
/// Appends records to the log's newest segment: records gather in memory, then one write and one fsync commit them all.
/// A segment that failed is never touched again; its successor's header says how far it counts.
/// </summary>
/// <remarks>Used by the committer alone, or while it stands still.</remarks>
internal sealed class LogWriter(StoreFolder folder, IFileSystem files, long segmentBytes, ulong lastSequence, long lastLength) : IDisposable
{
    private readonly ByteWriter _pending = new(1 << 16);
    private IAppendFile? _file;
    private int _recordStart;

    /// <summary>The newest segment, even if it is closed.</summary>
    public ulong Sequence { get; private set; } = lastSequence;

    /// <summary>Durable bytes of the newest segment.</summary>
    public long CommittedLength { get; private set; } = lastLength;

    /// <summary>Bytes of all segments since the last checkpoint.</summary>
    public long TotalBytes { get; set; }

    /// <summary>Bytes gathered for the next commit.</summary>
    public int PendingBytes => _pending.Length;

    /// <summary>Begins a group of records, in a new segment when the old one is full or broken.</summary>
    /// <exception cref="SeriesStoreException">No segment can be opened.</exception>
    public void Begin()
    {
        _pending.Clear();
        if (_file is not null && CommittedLength >= segmentBytes)
        {
            CloseSegment();
        }

        if (_file is null)
        {
            OpenSegment();
        }
    }

    /// <summary>Where the next record's payload is to be written; <see cref="EndRecord"/> completes it.</summary>
    public ByteWriter BeginRecord()
    {
        _recordStart = _pending.Length;
        _pending.Reserve(LogFormat.FrameLength);
        _pending.Advance(LogFormat.FrameLength);
        return _pending;
    }

    public void EndRecord()
    {
        int payload = _recordStart + LogFormat.FrameLength;
        LogFormat.WriteFrame(
            _pending.At(_recordStart, LogFormat.FrameLength), Sequence, CommittedLength + _recordStart, _pending.Written[payload..]);
    }

    /// <summary>Forgets the record begun last.</summary>
    public void AbandonRecord() => _pending.Truncate(_recordStart);

    /// <summary>Makes the group durable.</summary>
    /// <exception cref="SeriesStoreException">It is not; nothing of it counts.</exception>
    public void Commit()
    {
        if (_pending.Length == 0)
        {
            return;
        }

        try
        {
            _file!.Append(_pending.Written);
            _file.Sync();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            string path = folder.Segment(Sequence);
            CloseSegment();
            throw new SeriesStoreException($"The log '{path}' could not be written: {failure.Message} Nothing of the batch was stored; send it again when the disk is well.", failure);
        }

        CommittedLength += _pending.Length;
        TotalBytes += _pending.Length;
        _pending.Clear();
    }

    /// <summary>Goes on in a new segment.</summary>
    /// <returns>Its sequence: what was committed before lies in segments below it.</returns>
    public ulong Rotate()
    {
        CloseSegment();
        OpenSegment();
        return Sequence;
    }

    public void Dispose() => CloseSegment();

    private void CloseSegment()
    {
        try
        {
            _file?.Dispose();
        }
        finally
        {
            _file = null;
        }
    }

    private void OpenSegment()
    {
        ulong sequence = Sequence + 1;
        string path = folder.Segment(sequence);
        Span<byte> header = stackalloc byte[LogFormat.HeaderLength];
        LogFormat.WriteHeader(header, LogFormat.SegmentMagic, sequence, Sequence == 0 ? LogFormat.UnknownLength : (ulong)CommittedLength);
        IAppendFile? file = null;
        try
        {
            file = files.Create(path);
            file.Append(header);
            file.Sync();
            files.SyncFolder(folder.Log);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw new SeriesStoreException($"The log '{path}' could not be opened: {failure.Message} Nothing of the batch was stored; send it again when the disk is well.", failure);
        }

        _file = file;
        Sequence = sequence;
        CommittedLength = LogFormat.HeaderLength;
        TotalBytes += LogFormat.HeaderLength;
    }
}
