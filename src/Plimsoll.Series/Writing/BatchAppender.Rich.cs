using Plimsoll.Series.Exemplars;
using Plimsoll.Series.Head;
using Plimsoll.Series.Log;
using Plimsoll.Series.Metadata;

namespace Plimsoll.Series.Writing;

// Batches with histograms, starts, exemplars or metadata, and floats of series that have histograms: not made for speed.
internal sealed partial class BatchAppender
{
    private readonly RichRecord _rich = new();
    private readonly byte[] _exemplarLabels = new byte[ExemplarStore.MaxLabelBytes];

    private unsafe void StoreRich(TenantHead head, RawSampleBatch batch, SampleBatch sets)
    {
        for (int i = 0; i < batch.SeriesCount; i++)
        {
            SeriesHash hash = batch.Hashes[i];
            int id = head.Slots.Find(hash.Low, hash.High);
            if (id < 0 && (id = AddSeries(head, batch, i)) < 0)
            {
                continue;
            }

            SeriesSlot* slot = head.Slots[id];
            if ((slot->Flags & (SlotFlags.Defined | SlotFlags.Reserved)) != SlotFlags.Defined && !Prepare(head, batch, i, slot, id))
            {
                continue;
            }

            StoreRichFloats(head, batch, i, id);
            StoreHistograms(head, batch, i, id, sets.Histograms(i));
            StoreExemplars(head, batch, i, sets.Exemplars(i));
        }

        foreach (MetricDescription family in sets.Metadata)
        {
            MetadataVerdict verdict = head.Metadata.Set(family.Name, family.Metadata);
            if (verdict == MetadataVerdict.Changed || (verdict == MetadataVerdict.Same && head.HoldsUnlogged))
            {
                _rich.Metadata.Add(family);
            }
        }
    }

    private unsafe void StoreRichFloats(TenantHead head, RawSampleBatch batch, int series, int id)
    {
        ReadOnlySpan<long> timestampsMs = batch.TimestampsMs(series);
        ReadOnlySpan<double> values = batch.Values(series);
        uint reference = head.Slots[id]->Reference;
        for (int i = 0; i < timestampsMs.Length; i++)
        {
            long ms = timestampsMs[i];
            if (!IsWithin(batch, series, ms))
            {
                continue;
            }

            bool isNewest = ms > head.Slots[id]->LastMs;
            long startMs = _sets?.StartOf(batch.SampleStart(series) + i) ?? 0;
            bool startChanged = false;
            AppendVerdict verdict = IsMaybeSealed(head, batch.LabelBytes(series), id, ms) && lookup.TryJudge(head.Tenant, batch.LabelBytes(series), ms, values[i], out AppendVerdict known)
                ? known
                : head.AppendRichFloat_NeedsGate(id, ms, values[i], startMs, out startChanged);
            if (!IsTaken(head, batch, series, ms, verdict))
            {
                continue;
            }

            if (IsLogged(head, verdict))
            {
                _record.Add(reference, ms, values[i]);
            }

            if (startChanged || (startMs != 0 && verdict == AppendVerdict.Repeated && head.HoldsUnlogged))
            {
                _rich.AddStart(reference, ms, startMs, isNewest);
            }
        }
    }

    private unsafe void StoreHistograms(TenantHead head, RawSampleBatch batch, int series, int id, ReadOnlySpan<TimedHistogram> histograms)
    {
        uint reference = head.Slots[id]->Reference;
        foreach (TimedHistogram each in histograms)
        {
            long ms = each.TimestampMs;
            if (!IsWithin(batch, series, ms))
            {
                continue;
            }

            AppendVerdict verdict = IsMaybeSealed(head, batch.LabelBytes(series), id, ms) && lookup.TryJudge(head.Tenant, batch.LabelBytes(series), ms, each.Histogram, out AppendVerdict known)
                ? known
                : head.AppendHistogram_NeedsGate(id, ms, each.Histogram, each.StartTimestampMs);
            if (IsTaken(head, batch, series, ms, verdict) && IsLogged(head, verdict))
            {
                _rich.Add(reference, ms, each.Histogram, each.StartTimestampMs);
            }
        }
    }

    private void StoreExemplars(TenantHead head, RawSampleBatch batch, int series, ReadOnlySpan<Exemplar> exemplars)
    {
        foreach (Exemplar exemplar in exemplars)
        {
            int length = LabelBytes.Length(exemplar.Labels);
            if (length > _exemplarLabels.Length || !RawSampleBatch.IsText(exemplar.Labels))
            {
                continue; // An exemplar is a hint: what does not fit is left out.
            }

            ReadOnlySpan<byte> labels = _exemplarLabels.AsSpan(0, LabelBytes.Write(exemplar.Labels, _exemplarLabels));
            ExemplarVerdict verdict = head.Exemplars.Add(batch.LabelBytes(series), labels, exemplar.TimestampMs, exemplar.Value);
            if (verdict == ExemplarVerdict.Stored || (verdict == ExemplarVerdict.Repeated && head.HoldsUnlogged))
            {
                _rich.Exemplars.Add(batch.LabelBytes(series), labels, exemplar.TimestampMs, exemplar.Value);
            }
        }
    }

    private bool IsWithin(RawSampleBatch batch, int series, long ms)
    {
        if (ms < _bounds.MinMs || ms > _bounds.MaxMs)
        {
            RefuseBound(batch, series, ms);
            return false;
        }

        return true;
    }

    private bool IsMaybeSealed(TenantHead head, ReadOnlySpan<byte> labelBytes, int id, long ms)
    {
        if (ms >= head.SealedThroughMs)
        {
            return false;
        }

        LearnFromBlocks(head, labelBytes, id);
        return head.NewestOf_NeedsGate(id) is long newestMs && ms <= newestMs && newestMs - ms <= head.LateWindowMs;
    }

    private static bool IsLogged(TenantHead head, AppendVerdict verdict) =>
        verdict == AppendVerdict.Stored || (verdict == AppendVerdict.Repeated && head.HoldsUnlogged);

    private bool IsTaken(TenantHead head, RawSampleBatch batch, int series, long ms, AppendVerdict verdict)
    {
        switch (verdict)
        {
            case AppendVerdict.TooOld:
                RefuseTooOld(batch, series, ms);
                return false;
            case AppendVerdict.Conflict:
                RefuseConflict(batch, series, ms);
                return false;
            case AppendVerdict.Stored:
                head.Extend_NeedsGate(ms, ms);
                _accepted++;
                return true;
            default:
                _accepted++;
                return true;
        }
    }
}
