namespace Plimsoll.Series.Log;

internal sealed partial class WriteAheadLog
{
    // The old segment is synced by whoever syncs next, not by those who wait for the new one.
    private void CloseSegment()
    {
        lock (_syncGate)
        {
            if (_file is not null)
            {
                if (options.Durability == Durability.Power || _brokenSync)
                {
                    _file.Dispose();
                }
                else
                {
                    _unsynced.Add(_file);
                }

                _file = null;
            }
        }
    }

    /// <summary>Closes a segment that failed: nothing may be appended to it, and after a failed sync no other of it can be believed.</summary>
    private void AbandonSegment()
    {
        if (options.Durability == Durability.Process)
        {
            // It was an append that failed; what was acknowledged before it still waits for its sync.
            CloseSegment();
            return;
        }

        lock (_syncGate)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private void OpenSegment()
    {
        ulong segment = _segment + 1;
        string path = folder.Segment(segment);
        Span<byte> header = stackalloc byte[LogFormat.HeaderLength];
        LogFormat.WriteHeader(header, LogFormat.SegmentMagic, segment, _segment == 0 ? LogFormat.UnknownLength : (ulong)_length);
        IAppendFile? file = null;
        try
        {
            file = TakeSpare(out ulong spare) ? _files.Recycle(folder.Segment(spare), path) : _files.Create(path);
            file.Append(header);
            file.Sync();
            _files.SyncFolder(folder.Log);
        }
        catch
        {
            // Nothing in it counts; under its number the next try begins anew.
            file?.Dispose();
            folder.TryDelete(path);
            throw;
        }

        lock (_syncGate)
        {
            _file = file;
            _brokenSync = false;
        }

        lock (_gate)
        {
            _segment = segment;
            _length = LogFormat.HeaderLength;
        }

        Interlocked.Add(ref _totalBytes, LogFormat.HeaderLength);
    }

    private bool TakeSpare(out ulong spare)
    {
        lock (_gate)
        {
            return _spares.TryDequeue(out spare);
        }
    }
}
