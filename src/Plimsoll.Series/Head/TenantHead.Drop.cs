using Plimsoll.Series.Index;

namespace Plimsoll.Series.Head;

internal sealed unsafe partial class TenantHead
{
    /// <summary>Drops the samples of one series before an instant.</summary>
    public void DropBefore_NeedsGate(int id, long beforeMs)
    {
        SeriesSlot* slot = _slots[id];
        DropChunks(slot, beforeMs, int.MaxValue);
        if (slot->Count > 0 && slot->FirstMs < beforeMs)
        {
            DropOpen(slot, OpenSamples.LowerBound(slot->Open, slot->Capacity, slot->FirstMs, slot->StepMs, slot->Count, beforeMs));
        }
    }

    /// <summary>Drops what a cut took of a series and a block holds by now. What came after the cut stays.</summary>
    /// <param name="late">The timestamps of the late samples that the cut took, or null.</param>
    /// <param name="rich">What it took of histograms, or null.</param>
    public void DropCut_NeedsGate(int id, long beforeMs, CutSeries taken, long[]? late, RichCut? rich)
    {
        SeriesSlot* slot = _slots[id];
        DropChunks(slot, beforeMs, taken.Chunks);
        if (slot->Count > 0 && taken.Open > 0 && slot->FirstMs == taken.FirstOpenMs && slot->FirstMs < beforeMs)
        {
            int old = OpenSamples.LowerBound(slot->Open, slot->Capacity, slot->FirstMs, slot->StepMs, slot->Count, beforeMs);
            DropOpen(slot, Math.Min(old, taken.Open));
        }

        if (late is not null && (slot->Flags & SlotFlags.HasLate) != SlotFlags.None)
        {
            LateSamples left = _late[id];
            Samples -= left.Drop(late, beforeMs);
            if (left.Count == 0)
            {
                _late.Remove(id);
                slot->Flags &= ~SlotFlags.HasLate;
            }
        }

        if (rich is not null)
        {
            DropRich(id, beforeMs, rich);
        }
    }

    /// <summary>The oldest sample of a series; <see cref="long.MaxValue"/> when there is none.</summary>
    public long OldestOf_NeedsGate(int id)
    {
        SeriesSlot* slot = _slots[id];
        long oldestMs = slot->Count > 0 ? slot->FirstMs : long.MaxValue;
        int chunks = slot->Chunks == null ? 0 : slot->Chunks->Count;
        for (int i = 0; i < chunks; i++)
        {
            oldestMs = Math.Min(oldestMs, ChunkList.Items(slot->Chunks)[i]->MinMs);
        }

        oldestMs = FindRich_NeedsGate(id) is { } rich ? Math.Min(oldestMs, rich.OldestMs) : oldestMs;
        return (slot->Flags & SlotFlags.HasLate) != SlotFlags.None ? Math.Min(oldestMs, _late[id].FirstMs) : oldestMs;
    }

    /// <summary>Takes back a sealed chunk from a checkpoint, without its samples before an instant.</summary>
    /// <returns>How many samples were taken.</returns>
    public int RestoreChunk_NeedsGate(int id, long minMs, long maxMs, int samples, ReadOnlySpan<byte> bytes, long fromMs)
    {
        SeriesSlot* slot = _slots[id];
        long before = Samples;
        if (slot->Chunks != null && slot->Chunks->Count > 0 && ChunkList.Items(slot->Chunks)[slot->Chunks->Count - 1]->MaxMs >= minMs)
        {
            slot->Flags |= SlotFlags.Overlapping;
        }

        AddChunk(slot, minMs, maxMs, samples, bytes);
        Samples += samples;
        RestoreNewest_NeedsGate(id, maxMs);
        Extend_NeedsGate(minMs, maxMs);
        if (minMs < fromMs)
        {
            DropBefore_NeedsGate(id, fromMs);
        }

        return (int)(Samples - before);
    }

    /// <summary>Sets the newest sample that a series has had, in the head or in blocks.</summary>
    public void RestoreNewest_NeedsGate(int id, long lastMs)
    {
        SeriesSlot* slot = _slots[id];
        if (lastMs > slot->LastMs)
        {
            if (slot->Count > 0 && slot->StepMs > 0)
            {
                // The open samples end before it, so what comes a step after it is not their next one.
                SealOpen(slot);
            }

            slot->LastMs = lastMs;
        }

        if (lastMs != long.MinValue)
        {
            NewestMs = Math.Max(NewestMs, lastMs);
        }
    }

    /// <summary>True when a series has samples or histograms here.</summary>
    public bool HoldsAny_NeedsGate(int id)
    {
        SeriesSlot* slot = _slots[id];
        return slot->Count > 0 || slot->Chunks != null || (slot->Flags & SlotFlags.HasLate) != SlotFlags.None || FindRich_NeedsGate(id) is { IsEmpty: false };
    }

    /// <summary>True when nothing is left of a series that has been silent since an instant.</summary>
    public bool IsIdle_NeedsGate(int id, long sinceMs)
    {
        SeriesSlot* slot = _slots[id];
        return slot->Count == 0 && slot->Chunks == null && (slot->Flags & SlotFlags.HasLate) == SlotFlags.None && slot->LastMs < sinceMs
            && FindRich_NeedsGate(id) is null or { IsEmpty: true } && NewestOf_NeedsGate(id) < sinceMs;
    }

    /// <summary>Keeps only some series, under new ids in the same order. Readers keep what they pinned.</summary>
    public void Keep_NeedsGate(ReadOnlySpan<int> ids)
    {
        HeadIndex index;
        IndexLock.EnterWriteLock();
        try
        {
            index = Index.Keep(ids);
            SlotTable slots = new(ids.Length);
            Dictionary<int, LateSamples> late = [];
            for (int i = 0; i < ids.Length; i++)
            {
                SeriesSlot* from = _slots[ids[i]];
                SeriesSlot* to = slots[slots.Add(from->HashLow, from->HashHigh)];
                *to = *from;
                to->Next = -1;
                if ((from->Flags & SlotFlags.HasLate) != SlotFlags.None)
                {
                    late.Add(i, _late[ids[i]]);
                }
            }

            _late.Clear();
            foreach ((int id, LateSamples samples) in late)
            {
                _late.Add(id, samples);
            }

            KeepRich(ids);
            for (int id = 0, at = 0; id < _slots.Count; id++)
            {
                if (at < ids.Length && ids[at] == id)
                {
                    at++;
                }
                else
                {
                    ReleaseOpen(_slots[id]);
                }
            }

            _slots.Dispose();
            _slots = slots;
            Index.Dispose();
            Index = index;
            Growth.Keep(ids);
            Generation++;
        }
        finally
        {
            IndexLock.ExitWriteLock();
        }
    }

    private void DropChunks(SeriesSlot* slot, long beforeMs, int ofFirst)
    {
        ChunkList* old = slot->Chunks;
        if (old == null)
        {
            return;
        }

        int kept = 0;
        bool any = false;
        for (int i = 0; i < old->Count; i++)
        {
            SealedChunk* chunk = ChunkList.Items(old)[i];
            kept += i >= ofFirst || chunk->MaxMs >= beforeMs ? 1 : 0;
            any |= i < ofFirst && chunk->MinMs < beforeMs;
        }

        if (!any)
        {
            return;
        }

        // Readers may hold the old list, so it stays as it is until they have gone.
        slot->Chunks = kept == 0 ? null : NewList(Math.Max(2, kept));
        for (int i = 0; i < old->Count; i++)
        {
            SealedChunk* chunk = ChunkList.Items(old)[i];
            if (i >= ofFirst || chunk->MinMs >= beforeMs)
            {
                ChunkList.Items(slot->Chunks)[slot->Chunks->Count++] = chunk;
                continue;
            }

            Samples -= chunk->Samples;
            ChunkCount--;
            if (chunk->MaxMs >= beforeMs)
            {
                AddTail(slot, chunk, beforeMs);
            }

            Retire((byte*)chunk, SealedChunk.SizeFor(chunk->Length));
        }

        Retire((byte*)old, ChunkList.SizeFor(old->Capacity));
        if (slot->Chunks == null)
        {
            slot->Flags &= ~SlotFlags.Overlapping;
        }
    }

    private void AddTail(SeriesSlot* slot, SealedChunk* chunk, long fromMs)
    {
        Span<long> timestampsMs = stackalloc long[chunk->Samples];
        Span<double> values = stackalloc double[chunk->Samples];
        int count = Encodings.Chunk.Decode(SealedChunk.Bytes(chunk), timestampsMs, values);
        int first = timestampsMs[..count].BinarySearch(fromMs);
        first = first < 0 ? ~first : first;
        if (first < count)
        {
            AddChunk(slot, timestampsMs[first..count], values[first..count]);
            Samples += count - first;
        }
    }

    private void DropOpen(SeriesSlot* slot, int first)
    {
        if (first == 0)
        {
            return;
        }

        bool irregular = slot->StepMs == SeriesSlot.Irregular;
        byte* old = slot->Open;
        int oldSize = OpenSamples.SizeFor(slot->Capacity, irregular);
        int left = slot->Count - first;
        Samples -= first;
        if (left == 0)
        {
            slot->Open = null;
            slot->Capacity = 0;
            slot->Count = 0;
            slot->StepMs = 0;
            _openBytes -= oldSize;
            Retire(old, oldSize);
            return;
        }

        byte* open = _pool.Take(oldSize);
        new ReadOnlySpan<double>((double*)old + first, left).CopyTo(new Span<double>(open, left));
        long firstMs = OpenMs(slot, first);
        if (irregular)
        {
            int* from = OpenSamples.Offsets(old, slot->Capacity);
            int* to = OpenSamples.Offsets(open, slot->Capacity);
            for (int i = 0; i < left; i++)
            {
                to[i] = from[first + i] - from[first];
            }
        }
        else if (left == 1)
        {
            slot->StepMs = 0;
        }

        slot->Open = open;
        slot->FirstMs = firstMs;
        slot->Count = (ushort)left;
        Retire(old, oldSize);
    }
}
