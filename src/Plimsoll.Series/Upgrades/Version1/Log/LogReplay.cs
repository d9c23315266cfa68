using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Plimsoll.Series.Log;
using Plimsoll.Series.Upgrades.Version1.Blocks;
using Plimsoll.Series.Upgrades.Version1.Chunks;
using Plimsoll.Series.Upgrades.Version1.Head;

namespace Plimsoll.Series.Upgrades.Version1.Log;

/// <summary>
/// Brings the head back at the start: the newest checkpoint, then every segment from it on. Samples that blocks hold
/// already are passed over. Damage is moved aside and reported, and what is sound around it is kept.
/// </summary>
internal sealed partial class LogReplay(
    SeriesStoreOptions options, StoreFolder folder, BlockSet blocks, Func<TenantId, TenantHead> heads, StoreCounters counters)
{
    private readonly Dictionary<ulong, (TenantHead Head, HeadSeries Series)> _byReference = [];
    private readonly ByteWriter _scratch = new();
    private readonly LogDamage _damage = new(folder, counters, options.Logger);
    private readonly ILogger _logger = options.Logger;
    private Dictionary<(TenantId Tenant, LabelSet Labels), (long Ms, long Bits)> _sealed = [];
    private long[] _timestampsMs = new long[256];
    private double[] _values = new double[256];
    private long _lost;

    public ulong LastSequence { get; private set; }

    /// <summary>How much of the last segment counts.</summary>
    public long LastLength { get; private set; }

    public ulong NextReference { get; private set; } = 1;

    public long TotalBytes { get; private set; }

    public long Samples { get; private set; }

    public void Run()
    {
        ulong first = LoadCheckpoint();
        List<ulong> sequences = folder.Sequences(folder.Log, StoreFolder.SegmentSuffix);
        foreach (ulong obsolete in sequences.Where(sequence => sequence < first))
        {
            folder.TryDelete(folder.Segment(obsolete));
        }

        sequences.RemoveAll(sequence => sequence < first);

        // Each segment's header says how far the one before counts, so they are read one behind.
        byte[]? bytes = null;
        for (int i = 0; i < sequences.Count; i++)
        {
            byte[] current = bytes ?? folder.ReadAll(folder.Segment(sequences[i]));
            bytes = i + 1 < sequences.Count ? folder.ReadAll(folder.Segment(sequences[i + 1])) : null;
            ulong limit = LogFormat.UnknownLength;
            if (bytes is not null && sequences[i + 1] != sequences[i] + 1)
            {
                counters.AddQuarantined();
                _damage.Report($"The log misses segments between {sequences[i]} and {sequences[i + 1]}; what they held is lost.");
            }
            else if (bytes is not null)
            {
                LogFormat.TryReadHeader(bytes, LogFormat.SegmentMagic, sequences[i + 1], out limit);
            }

            ReadSegment(sequences[i], current, limit);
        }

        LastSequence = Math.Max(LastSequence, first > 0 ? first - 1 : 0);
        if (_lost > 0)
        {
            _damage.Report($"{_lost} samples of the log belong to series whose definition was damaged; they are lost.");
        }
    }

    private ulong LoadCheckpoint()
    {
        List<ulong> checkpoints = folder.Sequences(folder.Log, StoreFolder.CheckpointSuffix);
        if (checkpoints.Count == 0)
        {
            _sealed = blocks.NewestAfter(0);
            return 0;
        }

        ulong first = checkpoints[^1];
        foreach (ulong obsolete in checkpoints[..^1])
        {
            folder.TryDelete(folder.Checkpoint(obsolete));
        }

        byte[] bytes = folder.ReadAll(folder.Checkpoint(first));
        TotalBytes += bytes.Length;
        SegmentScan scan = SegmentScan.Of(bytes, first);
        foreach (Range damage in scan.Damaged)
        {
            _damage.Quarantine(folder.Checkpoint(first), bytes, damage);
        }

        if (scan.SoundEnd < bytes.Length)
        {
            _damage.Quarantine(folder.Checkpoint(first), bytes, scan.SoundEnd..bytes.Length);
        }

        bool started = false;
        foreach (Range record in scan.Records)
        {
            // Without its first record a checkpoint does not say which blocks it knows: then every block is asked.
            bool isStart = bytes[record.Start.Value] == (byte)RecordKind.CheckpointStart;
            if (!isStart && !started)
            {
                _sealed = blocks.NewestAfter(0);
            }

            started = true;
            Apply(folder.Checkpoint(first), bytes, record);
        }

        return first;
    }

    private void ReadSegment(ulong sequence, byte[] bytes, ulong limit)
    {
        string path = folder.Segment(sequence);
        TotalBytes += bytes.Length;
        bool limited = limit != LogFormat.UnknownLength;
        if (limited && limit > (ulong)bytes.Length)
        {
            _damage.Report($"The log '{path}' has {bytes.Length} bytes where {limit} were written; the rest is lost.");
            counters.AddQuarantined();
        }

        int end = limited ? (int)Math.Min(limit, (ulong)bytes.Length) : bytes.Length;
        if (bytes.Length >= LogFormat.HeaderLength && !LogFormat.TryReadHeader(bytes, LogFormat.SegmentMagic, sequence, out _))
        {
            _damage.Quarantine(path, bytes, 0..LogFormat.HeaderLength);
        }

        SegmentScan scan = SegmentScan.Of(bytes.AsSpan(0, end), sequence);
        foreach (Range damage in scan.Damaged)
        {
            _damage.Quarantine(path, bytes, damage);
        }

        if (scan.SoundEnd < end)
        {
            if (limited)
            {
                _damage.Quarantine(path, bytes, scan.SoundEnd..end);
            }
            else
            {
                LogTorn(path, scan.SoundEnd, end - scan.SoundEnd);
            }
        }

        foreach (Range record in scan.Records)
        {
            Apply(path, bytes, record);
        }

        LastSequence = sequence;
        LastLength = scan.SoundEnd;
    }

    private void Apply(string path, byte[] bytes, Range record)
    {
        try
        {
            ByteReader source = new(bytes.AsSpan(record));
            switch ((RecordKind)source.Byte())
            {
                case RecordKind.Append:
                    ApplyAppend(ref source);
                    break;
                case RecordKind.CheckpointStart:
                    NextReference = Math.Max(NextReference, source.Varint());
                    _sealed = blocks.NewestAfter(source.Varint());
                    break;
                case RecordKind.CheckpointSeries:
                    ApplyCheckpointSeries(ref source);
                    break;
                default:
                    throw new InvalidDataException("The record's kind is unknown.");
            }
        }
        catch (Exception invalid) when (invalid is InvalidDataException or ArgumentException or OverflowException)
        {
            _damage.QuarantineNonsense(path, bytes, record, invalid.Message);
        }
    }

    private void ApplyAppend(ref ByteReader source)
    {
        TenantId tenant = new(source.Text());
        int series = source.Count(bytesEach: 11);
        for (int i = 0; i < series; i++)
        {
            ulong reference = source.Varint();
            long floorMs = source.Zigzag();
            long floorBits = source.Int64();
            Define(tenant, reference, LogRecords.ReadLabels(ref source), floorMs, floorBits);
        }

        long baseMs = source.Zigzag();
        int runs = source.Count(bytesEach: 2);
        for (int i = 0; i < runs; i++)
        {
            ulong reference = source.Varint();
            int count = source.Count(bytesEach: 9);
            ReadSamples(ref source, baseMs, count);
            if (_byReference.TryGetValue(reference, out (TenantHead Head, HeadSeries Series) known))
            {
                Append(known.Series, count);
            }
            else
            {
                _lost += count;
            }
        }
    }

    private void ReadSamples(ref ByteReader source, long baseMs, int count)
    {
        if (count > _timestampsMs.Length)
        {
            int size = Math.Max(count, 2 * _timestampsMs.Length);
            _timestampsMs = new long[size];
            _values = new double[size];
        }

        for (int i = 0; i < count; i++)
        {
            baseMs = unchecked(baseMs + source.Zigzag());
            _timestampsMs[i] = baseMs;
        }

        source.Bytes(8 * count).CopyTo(MemoryMarshal.AsBytes(_values.AsSpan(0, count)));
    }

    private void Append(HeadSeries series, int count)
    {
        // What is not newer is in a block already: the log outlived the sealing.
        int first = 0;
        while (first < count && _timestampsMs[first] <= series.LastMs)
        {
            first++;
        }

        int fresh = count - first;
        if (fresh > 0)
        {
            series.Append_NeedsLock(_timestampsMs.AsSpan(first, fresh), _values.AsSpan(first, fresh), _scratch);
            series.Unstage();
            Samples += fresh;
        }
    }

    private HeadSeries Define(TenantId tenant, ulong reference, LabelSet labels, long floorMs, long floorBits)
    {
        NextReference = Math.Max(NextReference, reference + 1);
        if (_sealed.TryGetValue((tenant, labels), out (long Ms, long Bits) inBlocks) && inBlocks.Ms > floorMs)
        {
            (floorMs, floorBits) = inBlocks;
        }

        TenantHead head = heads(tenant);
        if (head.TryGet(labels, out HeadSeries? series))
        {
            // It was dropped as idle and came back under a new reference; or its first definition was never acknowledged.
            if (floorMs > series!.LastMs)
            {
                series.Restore(floorMs, floorBits);
            }
        }
        else
        {
            series = new HeadSeries(reference, labels, floorMs, floorBits);
            head.Stage(series);
            head.Publish_NeedsLock(series);
        }

        _byReference[reference] = (head, series);
        return series;
    }

    private void ApplyCheckpointSeries(ref ByteReader source)
    {
        TenantId tenant = new(source.Text());
        while (source.Remaining > 0)
        {
            ulong reference = source.Varint();
            LabelSet labels = LogRecords.ReadLabels(ref source);
            HeadSeries series = Define(tenant, reference, labels, long.MinValue, 0);
            long sealedMs = series.LastMs;
            long lastMs = source.Zigzag();
            long lastBits = source.Int64();
            int chunks = source.Count(bytesEach: 4);
            for (int i = 0; i < chunks; i++)
            {
                int count = source.Count(bytesEach: 0);
                long minMs = source.Zigzag();
                long maxMs = source.Zigzag();
                byte[] bytes = source.Bytes(source.Count()).ToArray();
                if (maxMs > sealedMs)
                {
                    series.AddChunk_NeedsLock(new Chunk(bytes, count, minMs, maxMs));
                    Samples += count;
                }
            }

            if (lastMs > sealedMs)
            {
                series.Restore(lastMs, lastBits);
                series.DropThrough_NeedsLock(sealedMs, _scratch);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The log {Path} ends in a record that was never finished: {Bytes} bytes from {Offset} are passed over")]
    private partial void LogTorn(string path, int offset, int bytes);
}
