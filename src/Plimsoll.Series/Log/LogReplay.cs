using Plimsoll.Series.Encodings;
using Plimsoll.Series.Head;

namespace Plimsoll.Series.Log;

/// <summary>
/// Brings the heads back at the start: the newest checkpoint, then every segment from it on. What blocks hold already is
/// passed over. Damage is moved aside and reported, and what is sound around it is kept.
/// </summary>
internal sealed partial class LogReplay(
    SeriesStoreOptions options, StoreFolder folder, Func<TenantId, TenantHead> heads, Func<TenantId, SealedFloors> floors, StoreCounters counters)
    : SampleRecordReader.ISink
{
    private readonly Dictionary<TenantId, ReplayedTenant> _tenants = [];
    private readonly SampleRecordReader _reader = new();
    private readonly LabelDeltas _labels = new();
    private readonly LogDamage _damage = new(folder, counters, options.Logger);
    private ReplayedTenant _tenant = null!;
    private LogPosition _position;
    private long _lost;

    public ulong LastSegment { get; private set; }

    /// <summary>How much of the last segment counts.</summary>
    public long LastLength { get; private set; }

    public long TotalBytes { get; private set; }

    public long CheckpointBytes { get; private set; }

    public long Samples { get; private set; }

    /// <summary>True if what was read may be gone from the disk.</summary>
    public bool IsUnsafe { get; private set; }

    public void Run()
    {
        ulong first = LoadCheckpoint();
        List<ulong> segments = folder.Sequences(folder.Log, StoreFolder.SegmentSuffix);
        foreach (ulong obsolete in segments.Where(segment => segment < first))
        {
            folder.TryDelete(folder.Segment(obsolete));
        }

        segments.RemoveAll(segment => segment < first);
        LastSegment = first > 0 ? first - 1 : 0;

        // Each segment's header says how far the one before counts, so they are read one behind.
        byte[]? next = segments.Count > 0 ? folder.ReadAll(folder.Segment(segments[0])) : null;
        for (int i = 0; i < segments.Count; i++)
        {
            byte[] current = next!;
            ulong limit = LogFormat.UnknownLength;
            next = i + 1 < segments.Count ? folder.ReadAll(folder.Segment(segments[i + 1])) : null;
            if (next is not null && segments[i + 1] != segments[i] + 1)
            {
                counters.AddQuarantined();
                _damage.Report($"The log misses segments between {segments[i]} and {segments[i + 1]}; what they held is lost.");
            }
            else if (next is not null)
            {
                LogFormat.TryReadHeader(next, LogFormat.SegmentMagic, segments[i + 1], out limit);
            }

            ReadSegment(segments[i], current, limit);
        }

        // What is appended from now on leans on what was read. Kill -9 may have left it unsynced.
        segments.ForEach(Sync);
        if (_lost > 0)
        {
            _damage.Report($"{_lost} samples of the log belong to series whose definition was damaged; they are lost.");
        }
    }

    void SampleRecordReader.ISink.Begin(TenantId tenant) => Enter(tenant);

    void SampleRecordReader.ISink.Define(uint reference, ReadOnlySpan<byte> labelBytes) => _tenant.Define(reference, labelBytes, isDurable: false);

    void SampleRecordReader.ISink.Samples(uint reference, bool consecutive, ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values)
    {
        (long stored, long lost) = consecutive
            ? _tenant.AppendAcross(reference, timestampsMs, values)
            : _tenant.AppendTo(reference, timestampsMs, values);
        Samples += stored;
        _lost += lost;
    }

    // After a sync that failed the file may have lost what could just be read: it is in memory, and must be written anew.
    private void Sync(ulong segment)
    {
        try
        {
            folder.Sync(folder.Segment(segment));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            IsUnsafe = true;
            _damage.Report($"The log '{folder.Segment(segment)}' could not be synced: {failure.Message} What it held is being written anew.");
        }
    }

    private void Enter(TenantId tenant)
    {
        if (!_tenants.TryGetValue(tenant, out ReplayedTenant? known))
        {
            _tenants.Add(tenant, known = new ReplayedTenant(heads(tenant), floors(tenant)));
        }

        _tenant = known;
        _tenant.MoveTo(_position);
    }

    private ulong LoadCheckpoint()
    {
        List<ulong> checkpoints = folder.Sequences(folder.Log, StoreFolder.CheckpointSuffix);
        if (checkpoints.Count == 0)
        {
            return 0;
        }

        ulong first = checkpoints[^1];
        foreach (ulong obsolete in checkpoints[..^1])
        {
            folder.TryDelete(folder.Checkpoint(obsolete));
        }

        string path = folder.Checkpoint(first);
        byte[] bytes = folder.ReadAll(path);
        TotalBytes = CheckpointBytes = bytes.Length;
        if (!LogFormat.TryReadHeader(bytes, LogFormat.CheckpointMagic, first, out _))
        {
            _damage.Quarantine(path, bytes, 0..Math.Min(bytes.Length, LogFormat.HeaderLength));
        }

        SegmentScan scan = SegmentScan.Of(bytes, first);
        foreach (Range damage in scan.Damaged)
        {
            _damage.Quarantine(path, bytes, damage);
        }

        if (scan.SoundEnd < bytes.Length)
        {
            _damage.Quarantine(path, bytes, scan.SoundEnd..bytes.Length);
        }

        _position = new LogPosition(first, 0);
        bool whole = false;
        foreach (Range record in scan.Records)
        {
            whole = KindOf(bytes.AsSpan(record)) == RecordKind.CheckpointEnd;
            Apply(path, bytes, record);
        }

        if (!whole && scan.SoundEnd == bytes.Length)
        {
            counters.AddQuarantined();
            _damage.Report($"The checkpoint '{path}' is cut off; what it held behind that is lost.");
        }

        return first;
    }

    private void ReadSegment(ulong segment, byte[] bytes, ulong limit)
    {
        string path = folder.Segment(segment);
        TotalBytes += bytes.Length;
        bool limited = limit != LogFormat.UnknownLength;
        if (limited && limit > (ulong)bytes.Length)
        {
            _damage.Report($"The log '{path}' has {bytes.Length} bytes where {limit} were written; the rest is lost.");
            counters.AddQuarantined();
        }

        int end = limited ? (int)Math.Min(limit, (ulong)bytes.Length) : bytes.Length;
        SegmentScan scan = SegmentScan.Of(bytes.AsSpan(0, end), segment);
        bool holdsAnything = scan.Records.Count > 0 || (limited && limit > LogFormat.HeaderLength);
        if (holdsAnything && !LogFormat.TryReadHeader(bytes, LogFormat.SegmentMagic, segment, out _))
        {
            _damage.Quarantine(path, bytes, 0..Math.Min(bytes.Length, LogFormat.HeaderLength));
        }

        foreach (Range damage in scan.Damaged)
        {
            _damage.Quarantine(path, bytes, damage);
        }

        if (limited && scan.SoundEnd < end)
        {
            _damage.Quarantine(path, bytes, scan.SoundEnd..end);
        }
        else if (!limited && SegmentScan.HasWholeFrame(bytes, scan.SoundEnd))
        {
            _damage.Report($"The last record of the log '{path}', at {scan.SoundEnd}, does not fit its checksum: it is damaged, or was never finished. It is left out.");
        }

        foreach (Range record in scan.Records)
        {
            _position = new LogPosition(segment, record.Start.Value - LogFormat.FrameLength);
            Apply(path, bytes, record);
        }

        LastSegment = segment;
        LastLength = scan.SoundEnd;
    }

    private void Apply(string path, byte[] bytes, Range record)
    {
        try
        {
            ReadOnlySpan<byte> payload = bytes.AsSpan(record);
            RecordKind kind = KindOf(payload);
            switch (kind)
            {
                case RecordKind.Samples:
                    _reader.Read(payload[1..], this);
                    break;
                case RecordKind.CheckpointStart:
                    ApplyStart(payload[1..]);
                    break;
                case RecordKind.CheckpointSeries:
                    ApplySeries(payload[1..]);
                    break;
                case RecordKind.Rich:
                    ApplyRich(payload[1..]);
                    break;
                case RecordKind.CheckpointRich:
                    ApplyCheckpointRich(payload[1..]);
                    break;
                case RecordKind.Exemplars:
                    ApplyExemplars(payload[1..]);
                    break;
                case RecordKind.Metadata:
                    ApplyMetadata(payload[1..]);
                    break;
                case RecordKind.CheckpointEnd:
                    break;
                default:
                    throw new InvalidDataException($"The record's kind {(byte)kind} is unknown.");
            }
        }
        catch (Exception invalid) when (invalid is InvalidDataException or OverflowException)
        {
            _damage.QuarantineNonsense(path, bytes, record, invalid.Message);
        }
    }

    private static RecordKind KindOf(ReadOnlySpan<byte> payload) => payload.IsEmpty ? RecordKind.None : (RecordKind)payload[0];

    private void ApplyStart(ReadOnlySpan<byte> payload)
    {
        ByteReader source = new(payload);
        Enter(SampleRecordReader.ReadTenant(ref source));
        _tenant.Restore(SampleRecordReader.Reference(source.Varint()), source.Zigzag());
    }

    private void ApplySeries(ReadOnlySpan<byte> payload)
    {
        ByteReader source = new(payload);
        Enter(SampleRecordReader.ReadTenant(ref source));
        _labels.Clear();
        while (source.Remaining > 0)
        {
            uint reference = SampleRecordReader.Reference(source.Varint());
            _labels.Read(ref source);
            _tenant.Define(reference, _labels.Last, isDurable: true);
            Samples += _tenant.RestoreSeries(reference, ref source);
        }
    }
}
