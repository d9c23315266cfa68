using System.Text;
using Plimsoll.Series.Upgrades.Version1.Head;

namespace Plimsoll.Series.Upgrades.Version1.Writing;

/// <summary>
/// Decides sample by sample what of a batch is taken. The rule: a series only goes forward. A sample newer than all before
/// is taken; one that the head holds already with the same bits counts as taken (a sender repeats what it got no answer
/// for); another value at a known instant is a duplicate; anything else behind the newest is out of order.
/// </summary>
internal sealed class BatchAdmission(SeriesStoreOptions options, Func<TenantId, LabelSet, long, (long Ms, long Bits)> sealedFloor)
{
    private ulong _nextReference = 1;

    /// <summary>The reference that the next new series gets.</summary>
    public ulong NextReference
    {
        get => _nextReference;
        set => _nextReference = Math.Max(_nextReference, value);
    }

    public void Admit(TenantHead head, SampleBatch batch, long nowMs, StagedBatch staged)
    {
        long oldestMs = nowMs - (long)options.Retention.TotalMilliseconds;
        long newestMs = nowMs + (long)options.FutureTolerance.TotalMilliseconds;
        for (int i = 0; i < batch.SeriesCount; i++)
        {
            AdmitSeries(head, batch.Labels(i), batch.TimestampsMs(i), batch.Values(i), new TimeRange(oldestMs, newestMs), staged);
        }
    }

    private void AdmitSeries(
        TenantHead head, LabelSet labels, ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values, TimeRange bounds, StagedBatch staged)
    {
        if (!head.TryGet(labels, out HeadSeries? series))
        {
            if (LabelProblem(labels) is { } problem)
            {
                Refuse(AppendRefusal.InvalidLabels, labels, timestampsMs, problem, staged);
                return;
            }

            if (head.KnownSeries >= options.MaxSeriesPerTenant)
            {
                Refuse(AppendRefusal.TooManySeries, labels, timestampsMs, $"The tenant has {head.KnownSeries} series, as many as it may have.", staged);
                return;
            }
        }

        int start = staged.Count;
        for (int i = 0; i < timestampsMs.Length; i++)
        {
            long timestampMs = timestampsMs[i];
            if (timestampMs < bounds.MinMs || timestampMs > bounds.MaxMs)
            {
                RefuseBound(labels, timestampMs, bounds, staged);
                continue;
            }

            series ??= Create(head, labels, timestampMs, staged);
            if (timestampMs > series.StagedMs)
            {
                staged.Add(timestampMs, values[i]);
                series.StagedMs = timestampMs;
                series.StagedBits = BitConverter.DoubleToInt64Bits(values[i]);
            }
            else
            {
                AdmitKnownInstant(series, timestampMs, BitConverter.DoubleToInt64Bits(values[i]), staged, start);
            }
        }

        if (staged.Count > start)
        {
            staged.Runs.Add((series!, start, staged.Count - start));
        }
    }

    private static void AdmitKnownInstant(HeadSeries series, long timestampMs, long bits, StagedBatch staged, int start)
    {
        long known;
        bool isKnown = true;
        int inRun = staged.TimestampsMs(start, staged.Count - start).BinarySearch(timestampMs);
        if (timestampMs == series.StagedMs)
        {
            known = series.StagedBits;
        }
        else if (inRun >= 0)
        {
            known = BitConverter.DoubleToInt64Bits(staged.Values(start + inRun, 1)[0]);
        }
        else
        {
            isKnown = series.TryFind(timestampMs, out known);
        }

        if (isKnown && known == bits)
        {
            staged.Repeated++;
        }
        else if (!staged.WantsExamples)
        {
            staged.Refused++;
        }
        else if (isKnown)
        {
            staged.Refuse(AppendRefusal.Duplicate, series.Labels, timestampMs, "The series has another value at that instant; the first one stays.");
        }
        else
        {
            staged.Refuse(AppendRefusal.TooOld, series.Labels, timestampMs, $"The newest sample of the series is at {series.StagedMs}; samples come in ascending order.");
        }
    }

    private HeadSeries Create(TenantHead head, LabelSet labels, long firstMs, StagedBatch staged)
    {
        (long floorMs, long floorBits) = sealedFloor(head.Tenant, labels, firstMs);
        HeadSeries series = new(_nextReference++, labels, floorMs, floorBits);
        head.Stage(series);
        staged.NewSeries.Add(series);
        return series;
    }

    private string? LabelProblem(LabelSet labels)
    {
        LabelLimits limits = options.Labels;
        if (labels.Count == 0)
        {
            return "The series has no labels.";
        }

        if (labels.Count > limits.MaxLabels)
        {
            return $"The series has {labels.Count} labels; at most {limits.MaxLabels} are allowed.";
        }

        foreach (Label label in labels.AsSpan())
        {
            if (!IsWellFormed(label.Name) || !IsWellFormed(label.Value))
            {
                return $"The label '{Short(label.Name)}' holds a lone surrogate, which is no text.";
            }

            if (Encoding.UTF8.GetByteCount(label.Name) > limits.MaxNameBytes)
            {
                return $"The label name '{Short(label.Name)}' is over {limits.MaxNameBytes} bytes.";
            }

            if (Encoding.UTF8.GetByteCount(label.Value) > limits.MaxValueBytes)
            {
                return $"The value of the label '{Short(label.Name)}' is over {limits.MaxValueBytes} bytes.";
            }
        }

        return null;
    }

    private static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i])))
            {
                return false;
            }
        }

        return true;
    }

    private static string Short(string text) => text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "…");

    private static void Refuse(AppendRefusal reason, LabelSet labels, ReadOnlySpan<long> timestampsMs, string detail, StagedBatch staged)
    {
        if (timestampsMs.Length > 0)
        {
            staged.Refuse(reason, labels, timestampsMs[0], detail, timestampsMs.Length);
        }
    }

    private static void RefuseBound(LabelSet labels, long timestampMs, TimeRange bounds, StagedBatch staged)
    {
        if (staged.WantsExamples)
        {
            string detail = timestampMs < bounds.MinMs ? "The sample is older than the retention." : "The sample is too far ahead of the clock.";
            staged.Refuse(AppendRefusal.OutOfBounds, labels, timestampMs, detail);
        }
        else
        {
            staged.Refused++;
        }
    }
}
