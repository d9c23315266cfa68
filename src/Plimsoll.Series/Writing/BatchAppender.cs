using System.Runtime.CompilerServices;
using Plimsoll.Series.Cardinality;
using Plimsoll.Series.Head;
using Plimsoll.Series.Log;
using Plimsoll.Series.Reading;

namespace Plimsoll.Series.Writing;

/// <summary>
/// Takes a batch into a tenant's head and the log: finds each series (mostly as the successor of the one before), judges
/// each sample, stores it, writes the record. Used by one thread at a time, again and again.
/// </summary>
internal sealed partial class BatchAppender(SeriesStoreOptions options, WriteAheadLog log, StoreCounters counters, MaintenanceBell bell, BlockLookup lookup, HeadMemory memory) : IDisposable
{
    private const int MaxExamples = 10;

    /// <summary>A batch may not be larger; the sender splits it.</summary>
    private const int MaxBatch = 4_000_000;

    private readonly SampleRecord _record = new();
    private readonly List<RefusedSample> _examples = [];
    private readonly List<int> _unreadable = [];
    private SampleBatch? _sets;
    private TimeRange _bounds;
    private SeriesQuota _quota = null!;
    private int _accepted;
    private int _refused;
    private bool _mayWriteReserved;

    private RawSampleBatch Staging { get; } = new();

    public async ValueTask<AppendResult> AppendAsync(TenantHead head, SampleBatch batch, bool mayWriteReserved)
    {
        Staging.Load(batch);
        _sets = batch;
        try
        {
            return await AppendAsync(head, Staging, mayWriteReserved);
        }
        finally
        {
            _sets = null;
        }
    }

    public async ValueTask<AppendResult> AppendAsync(TenantHead head, RawSampleBatch batch, bool mayWriteReserved)
    {
        if (batch.SampleCount > MaxBatch || batch.SeriesCount > MaxBatch || _sets is { HistogramCount: > MaxBatch })
        {
            throw new ArgumentException($"The batch has {batch.SampleCount} samples in {batch.SeriesCount} series; at most {MaxBatch} of each are taken at once.", nameof(batch));
        }

        log.CheckSpace();
        batch.Hash();
        _mayWriteReserved = mayWriteReserved;
        LogEntry entry = log.Rent();
        try
        {
            Store(head, batch, entry);
            await log.CommitAsync(entry);
        }
        finally
        {
            log.Return(entry);
        }

        counters.AddAppended(_accepted, _refused);
        if (head.IsSealingDue(options) || log.IsLong || log.NeedsCheckpoint)
        {
            bell.Ring();
        }

        return Result();
    }

    private AppendResult Result()
    {
        if (_refused == 0 && _unreadable.Count == 0)
        {
            return _accepted == _lastAccepted ? _lastResult : _lastResult = new AppendResult(_lastAccepted = _accepted, 0, []);
        }

        return new AppendResult(_accepted, _refused, [.. _examples]) { Unreadable = [.. _unreadable] };
    }

    // Requests mostly are of one size, and then need no new result.
    private AppendResult _lastResult = new(0, 0, []);
    private int _lastAccepted;

    private void Store(TenantHead head, RawSampleBatch batch, LogEntry entry)
    {
        _record.Clear();
        _rich.Clear();
        _examples.Clear();
        _unreadable.Clear();
        _accepted = _refused = 0;
        entry.Client = head;
        lock (head.Gate)
        {
            _bounds = TenantHead.Bounds(options);
            _quota = head.Quota;
            int samples = batch.SampleCount + (_sets?.HistogramCount ?? 0);
            if (_quota.TakeSamples(samples) is { } tooMany)
            {
                RefuseAll(batch, samples, tooMany);
                log.Enqueue(entry);
                return;
            }

            _bounds = _bounds with { MinMs = Math.Max(_bounds.MinMs, _quota.OldestMs()) };
            try
            {
                if (_sets is { IsRich: true } sets)
                {
                    StoreRich(head, batch, sets);
                }
                else
                {
                    StoreSeries(head, batch);
                }
            }
            catch
            {
                // What was stored before that is not logged: whoever sends it again must have it logged then.
                head.OnNotWritten(_record.Defined);
                throw;
            }

            if (!_record.IsEmpty || !_rich.IsEmpty)
            {
                if (_rich.IsEmpty)
                {
                    _record.Write(head.Tenant, entry.Bytes);
                }
                else
                {
                    _rich.Write(head.Tenant, _record, entry.Bytes);
                }

                entry.Defined.AddRange(_record.Defined);
            }

            log.Enqueue(entry);
        }
    }

    private unsafe void StoreSeries(TenantHead head, RawSampleBatch batch)
    {
        SlotTable slots = head.Slots;
        ReadOnlySpan<SeriesHash> hashes = batch.Hashes;
        ReadOnlySpan<long> timestampsMs = batch.AllTimestampsMs;
        ReadOnlySpan<double> values = batch.AllValues;
        SeriesSlot* previous = null;
        (long minMs, long maxMs) = (_bounds.MinMs, _bounds.MaxMs);
        long sealedMs = head.SealedThroughMs;
        long oldestMs = long.MaxValue;
        long newestMs = long.MinValue;
        int accepted = 0;
        for (int i = 0; i < hashes.Length; i++)
        {
            SeriesHash hash = hashes[i];
            int id = previous == null ? -1 : previous->Next;
            SeriesSlot* slot = id >= 0 ? slots[id] : null;
            if (slot == null || slot->HashLow != hash.Low || slot->HashHigh != hash.High)
            {
                id = slots.Find(hash.Low, hash.High);
                if (id < 0 && (id = AddSeries(head, batch, i)) < 0)
                {
                    continue;
                }

                slot = slots[id];
                if (previous != null)
                {
                    previous->Next = id;
                }
            }

            slots.PrefetchAfter(id);
            previous = slot;
            if ((slot->Flags & (SlotFlags.Defined | SlotFlags.Reserved | SlotFlags.HasRich)) != SlotFlags.Defined)
            {
                if (!Prepare(head, batch, i, slot, id))
                {
                    continue;
                }

                if ((slot->Flags & SlotFlags.HasRich) != SlotFlags.None)
                {
                    StoreRichFloats(head, batch, i, id);
                    continue;
                }
            }

            int end = batch.SampleEnd(i);
            for (int sample = batch.SampleStart(i); sample < end; sample++)
            {
                long ms = timestampsMs[sample];
                if (ms < minMs || ms > maxMs)
                {
                    RefuseBound(batch, i, ms);
                    continue;
                }

                double value = values[sample];
                AppendVerdict verdict = ms < sealedMs && (ms <= slot->LastMs || (slot->Flags & SlotFlags.KnowsBlocks) == SlotFlags.None)
                    ? AppendAmidBlocks(head, batch.LabelBytes(i), slot, id, ms, value)
                    : head.Append_NeedsGate(slot, id, ms, value);
                if (verdict == AppendVerdict.Stored)
                {
                    oldestMs = Math.Min(oldestMs, ms);
                    newestMs = Math.Max(newestMs, ms);
                    _record.Add(slot->Reference, ms, value);
                }
                else if (verdict == AppendVerdict.Repeated && head.HoldsUnlogged)
                {
                    _record.Add(slot->Reference, ms, value);
                }
                else if (verdict == AppendVerdict.TooOld)
                {
                    RefuseTooOld(batch, i, ms);
                    continue;
                }
                else if (verdict == AppendVerdict.Conflict)
                {
                    RefuseConflict(batch, i, ms);
                    continue;
                }

                accepted++;
            }
        }

        _accepted += accepted;
        head.Extend_NeedsGate(oldestMs, newestMs);
    }

    // Blocks may hold the instant already, and newer samples of the series than the head has seen: imported ones, or all of a series that was idle.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private unsafe AppendVerdict AppendAmidBlocks(TenantHead head, ReadOnlySpan<byte> labelBytes, SeriesSlot* slot, int id, long ms, double value)
    {
        LearnFromBlocks(head, labelBytes, id);
        return ms <= slot->LastMs && slot->LastMs - ms <= head.LateWindowMs && lookup.TryJudge(head.Tenant, labelBytes, ms, value, out AppendVerdict known)
            ? known
            : head.Append_NeedsGate(slot, id, ms, value);
    }

    private unsafe void LearnFromBlocks(TenantHead head, ReadOnlySpan<byte> labelBytes, int id)
    {
        if ((head.Slots[id]->Flags & SlotFlags.KnowsBlocks) == SlotFlags.None)
        {
            head.RestoreNewest_NeedsGate(id, lookup.NewestMs(head.Tenant, labelBytes));
            head.Slots[id]->Flags |= SlotFlags.KnowsBlocks;
        }
    }

    private int AddSeries(TenantHead head, RawSampleBatch batch, int series)
    {
        ReadOnlySpan<byte> labelBytes = batch.LabelBytes(series);
        int samples = Count(batch, series);
        if (samples == 0)
        {
            return -1;
        }

        if (!Series.LabelBytes.IsCanonical(labelBytes))
        {
            if (_sets is null)
            {
                _unreadable.Add(series);
            }
            else
            {
                string detail = _sets.Labels(series).Count == 0 ? "The series has no labels." : "A label holds a lone surrogate, which is no text.";
                Refuse(AppendRefusal.InvalidLabels, batch, series, FirstMs(batch, series), detail, samples);
            }

            return -1;
        }

        if (!HasSampleWithin(batch, series))
        {
            foreach (long ms in batch.TimestampsMs(series))
            {
                RefuseBound(batch, series, ms);
            }

            foreach (TimedHistogram histogram in HistogramsOf(series))
            {
                RefuseBound(batch, series, histogram.TimestampMs);
            }

            return -1;
        }

        if ((memory.TakeSeries() ?? head.Quota.TakeSeries(labelBytes, head.Slots.Count, sender: "")) is { } objection)
        {
            Refuse(objection.Reason, batch, series, FirstMs(batch, series), objection.Detail, samples);
            return -1;
        }

        int id = head.AddSeries_NeedsGate(batch.Hashes[series], labelBytes, head.NextReference);
        head.ReserveIfKept_NeedsGate(id, labelBytes);

        return id;
    }

    // The first sample of a series since the log began anew defines it there.
    private unsafe bool Prepare(TenantHead head, RawSampleBatch batch, int series, SeriesSlot* slot, int id)
    {
        if ((slot->Flags & SlotFlags.Reserved) != SlotFlags.None && !_mayWriteReserved)
        {
            int samples = Count(batch, series);
            if (samples > 0)
            {
                Refuse(AppendRefusal.Reserved, batch, series, FirstMs(batch, series), "The series is this server's own; send yours under other labels.", samples);
            }

            return false;
        }

        if ((slot->Flags & SlotFlags.Defined) == SlotFlags.None)
        {
            _record.Define(slot->Reference, batch.LabelBytes(series));
            head.SetDefined_NeedsGate(id);
        }

        return true;
    }

    private void RefuseTooOld(RawSampleBatch batch, int series, long ms) =>
        Refuse(AppendRefusal.TooOld, batch, series, ms, $"The sample is more than {options.LateWindow} older than the newest one of its series; samples of any age go in by `plimsoll series import`.", 1);

    private void RefuseConflict(RawSampleBatch batch, int series, long ms) =>
        Refuse(AppendRefusal.Duplicate, batch, series, ms, "The series has another value at that instant, which stays.", 1);

    private void RefuseBound(RawSampleBatch batch, int series, long ms)
    {
        if (ms < _quota.OldestMs())
        {
            QuotaRefusal old = _quota.TooOld(ms);
            Refuse(old.Reason, batch, series, ms, old.Detail, 1);
            return;
        }

        string detail = ms > _bounds.MaxMs
            ? $"The sample is more than {options.FutureTolerance} ahead of the clock."
            : $"The sample is older than the retention of {options.Retention.TotalDays:0.##} days.";
        Refuse(AppendRefusal.OutOfBounds, batch, series, ms, detail, 1);
    }

    private void Refuse(AppendRefusal reason, RawSampleBatch batch, int series, long ms, string detail, int samples)
    {
        _refused += samples;
        if (_examples.Count < MaxExamples)
        {
            LabelSet labels = _sets?.Labels(series) ?? Series.LabelBytes.ToLabelSet(batch.LabelBytes(series));
            _examples.Add(new RefusedSample(reason, labels.ToString(), ms, detail));
        }
    }

    private void RefuseAll(RawSampleBatch batch, int samples, QuotaRefusal refusal)
    {
        for (int series = 0; series < batch.SeriesCount; series++)
        {
            if (Count(batch, series) > 0)
            {
                Refuse(refusal.Reason, batch, series, FirstMs(batch, series), refusal.Detail, samples);
                return;
            }
        }
    }

    // A series whose samples are all refused is not worth remembering.
    private bool HasSampleWithin(RawSampleBatch batch, int series)
    {
        foreach (long ms in batch.TimestampsMs(series))
        {
            if (ms >= _bounds.MinMs && ms <= _bounds.MaxMs)
            {
                return true;
            }
        }

        foreach (TimedHistogram histogram in HistogramsOf(series))
        {
            if (histogram.TimestampMs >= _bounds.MinMs && histogram.TimestampMs <= _bounds.MaxMs)
            {
                return true;
            }
        }

        return false;
    }

    private ReadOnlySpan<TimedHistogram> HistogramsOf(int series) => _sets is null ? [] : _sets.Histograms(series);

    // Samples and histograms of a series.
    private int Count(RawSampleBatch batch, int series) => batch.SampleEnd(series) - batch.SampleStart(series) + HistogramsOf(series).Length;

    private long FirstMs(RawSampleBatch batch, int series) =>
        batch.SampleEnd(series) > batch.SampleStart(series) ? batch.TimestampsMs(series)[0] : HistogramsOf(series)[0].TimestampMs;

    /// <summary>Gives the buffers back.</summary>
    public void Dispose() => Staging.Dispose();
}
