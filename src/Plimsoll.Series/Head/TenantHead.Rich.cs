using Plimsoll.Series.Exemplars;
using Plimsoll.Series.Metadata;

namespace Plimsoll.Series.Head;

internal sealed unsafe partial class TenantHead
{
    private Dictionary<int, RichSamples> _rich = [];
    private long _richBytes;

    /// <summary>Safe without the gate.</summary>
    public ExemplarStore Exemplars { get; } = new();

    /// <summary>Safe without the gate.</summary>
    public MetadataStore Metadata { get; } = new();

    /// <summary>The histograms and starts of a series; null when it never had any.</summary>
    public RichSamples? FindRich_NeedsGate(int id) => (_slots[id]->Flags & SlotFlags.HasRich) != SlotFlags.None ? _rich[id] : null;

    /// <summary>The newest sample of a series of either kind; <see cref="long.MinValue"/> when it has none.</summary>
    public long NewestOf_NeedsGate(int id) => Math.Max(_slots[id]->LastMs, FindRich_NeedsGate(id)?.NewestMs ?? long.MinValue);

    /// <summary>Adds a histogram that lies within what the head takes.</summary>
    /// <param name="startMs">When its counters began; 0 when that is not known.</param>
    public AppendVerdict AppendHistogram_NeedsGate(int id, long ms, Histogram histogram, long startMs)
    {
        SeriesSlot* slot = _slots[id];
        RichSamples? rich = FindRich_NeedsGate(id);
        long newestMs = Math.Max(slot->LastMs, rich?.NewestMs ?? long.MinValue);
        if (ms <= newestMs)
        {
            if (newestMs - ms > LateWindowMs)
            {
                return AppendVerdict.TooOld;
            }

            LateSamples? late = (slot->Flags & SlotFlags.HasLate) != SlotFlags.None ? _late[id] : null;
            if (TryFind(slot, late, ms, out _))
            {
                return AppendVerdict.Conflict;
            }

            if (rich is not null && rich.TryFind(ms, out Histogram? known))
            {
                return known!.SameBits(histogram) ? AppendVerdict.Repeated : AppendVerdict.Conflict;
            }
        }

        rich ??= AddRich(id);
        long bytes = rich.Bytes;
        rich.Insert(ms, histogram, startMs);
        _richBytes += rich.Bytes - bytes;
        Samples++;
        return AppendVerdict.Stored;
    }

    /// <summary>Adds a float sample to a series that has histograms or starts, or with a start of its own.</summary>
    /// <param name="startChanged">True when the start is not what that of the samples before implies.</param>
    public AppendVerdict AppendRichFloat_NeedsGate(int id, long ms, double value, long startMs, out bool startChanged)
    {
        SeriesSlot* slot = _slots[id];
        RichSamples? rich = FindRich_NeedsGate(id);
        startChanged = false;
        if (rich is not null && ms <= rich.NewestMs)
        {
            if (rich.NewestMs - ms > LateWindowMs)
            {
                return AppendVerdict.TooOld;
            }

            if (rich.TryFind(ms, out _))
            {
                return AppendVerdict.Conflict;
            }
        }

        bool isNewest = ms > slot->LastMs;
        AppendVerdict verdict = Append_NeedsGate(slot, id, ms, value);
        if (verdict == AppendVerdict.Stored && (startMs != 0 || rich is { Starts.IsEmpty: false }))
        {
            startChanged = SetStart_NeedsGate(id, ms, startMs, isNewest);
        }

        return verdict;
    }

    /// <summary>Notes when the counter of a float sample began.</summary>
    /// <returns>False when that was known already.</returns>
    public bool SetStart_NeedsGate(int id, long ms, long startMs, bool isNewest)
    {
        RichSamples rich = FindRich_NeedsGate(id) ?? AddRich(id);
        StartSteps before = rich.Starts;
        rich.Starts = before.With(ms, startMs, isNewest);
        _richBytes += 16 * (rich.Starts.Count - before.Count);
        return rich.Starts != before;
    }

    /// <summary>Takes back packed histograms from a checkpoint, without those before an instant.</summary>
    /// <returns>How many were taken.</returns>
    public int RestoreHistograms_NeedsGate(int id, SealedHistograms chunk, long fromMs)
    {
        RichSamples rich = FindRich_NeedsGate(id) ?? AddRich(id);
        rich.NewestMs = Math.Max(rich.NewestMs, chunk.MaxMs);
        if (chunk.MaxMs < fromMs)
        {
            return 0;
        }

        long bytes = rich.Bytes;
        int before = rich.Count;
        rich.Add(chunk);
        if (chunk.MinMs < fromMs)
        {
            rich.Drop(int.MaxValue, [], fromMs);
        }

        _richBytes += rich.Bytes - bytes;
        Samples += rich.Count - before;
        Extend_NeedsGate(Math.Max(chunk.MinMs, fromMs), chunk.MaxMs);
        return rich.Count - before;
    }

    /// <summary>Sets the newest histogram that a series has had, in the head or in blocks.</summary>
    public void RestoreNewestHistogram_NeedsGate(int id, long newestMs)
    {
        RichSamples rich = FindRich_NeedsGate(id) ?? AddRich(id);
        rich.NewestMs = Math.Max(rich.NewestMs, newestMs);
        if (newestMs != long.MinValue)
        {
            NewestMs = Math.Max(NewestMs, newestMs);
        }
    }

    private RichSamples AddRich(int id)
    {
        RichSamples rich = new();
        _rich.Add(id, rich);
        _slots[id]->Flags |= SlotFlags.HasRich;
        _richBytes += rich.Bytes;
        return rich;
    }

    private void DropRich(int id, long beforeMs, RichCut cut)
    {
        if (FindRich_NeedsGate(id) is { } rich)
        {
            long bytes = rich.Bytes;
            Samples -= rich.Drop(cut.Chunks, cut.OpenMs, beforeMs);
            rich.Starts = rich.Starts.From(OldestOf_NeedsGate(id));
            _richBytes += rich.Bytes - bytes;
        }
    }

    private void KeepRich(ReadOnlySpan<int> ids)
    {
        Dictionary<int, RichSamples> kept = [];
        foreach ((int id, RichSamples samples) in _rich)
        {
            int at = ids.BinarySearch(id);
            if (at >= 0)
            {
                kept.Add(at, samples);
            }
            else
            {
                _richBytes -= samples.Bytes;
            }
        }

        _rich = kept;
    }
}

/// <summary>What a cut took of a series' histograms: the first so many packs, and the open ones at these instants.</summary>
internal sealed record RichCut(int Chunks, long[] OpenMs);
