using System.Runtime.CompilerServices;
using Plimsoll.Series.Encodings;

namespace Plimsoll.Series.Head;

/// <summary>What became of a sample.</summary>
internal enum AppendVerdict
{
    Stored,

    /// <summary>The series has this very sample already.</summary>
    Repeated,

    /// <summary>The series has another value at that instant, which stays.</summary>
    Conflict,

    /// <summary>Older than the window for late samples of its series.</summary>
    TooOld,
}

internal sealed unsafe partial class TenantHead
{
    private readonly long[] _sealMs = new long[LateSamples.Max];
    private readonly byte[] _sealBytes = new byte[Encodings.Chunk.MaxEncodedBytes(LateSamples.Max)];

    /// <summary>Adds a sample that lies within what the head takes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public AppendVerdict Append_NeedsGate(SeriesSlot* slot, int id, long ms, double value)
    {
        // The steady case: room in the buffer, and the same distance as the last time.
        int count = slot->Count;
        if (slot->StepMs > 0 && ms == slot->LastMs + slot->StepMs && count < slot->Capacity)
        {
            OpenSamples.Values(slot->Open)[count] = value;
            slot->Count = (ushort)(count + 1);
            slot->LastMs = ms;
            Samples++;
            return AppendVerdict.Stored;
        }

        return AppendSlowly(slot, id, ms, value);
    }

    /// <summary>What becomes of a sample where the store has one already.</summary>
    public static AppendVerdict Compare(double known, double value) =>
        BitConverter.DoubleToInt64Bits(known) == BitConverter.DoubleToInt64Bits(value) ? AppendVerdict.Repeated : AppendVerdict.Conflict;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private AppendVerdict AppendSlowly(SeriesSlot* slot, int id, long ms, double value)
    {
        if (ms <= slot->LastMs)
        {
            return AppendLate(slot, id, ms, value);
        }

        long offset = ms - slot->FirstMs;
        if (slot->Count >= SealAt || (slot->Count > 0 && offset > int.MaxValue))
        {
            SealOpen(slot);
        }

        if (slot->Count == slot->Capacity)
        {
            Grow(slot, slot->StepMs == SeriesSlot.Irregular);
        }

        if (slot->Count == 0)
        {
            slot->FirstMs = ms;
            slot->StepMs = 0;
        }
        else if (slot->Count == 1 && slot->StepMs != SeriesSlot.Irregular)
        {
            slot->StepMs = (int)offset;
        }
        else if (slot->StepMs != SeriesSlot.Irregular && ms != slot->LastMs + slot->StepMs)
        {
            MakeIrregular(slot);
        }

        if (slot->StepMs == SeriesSlot.Irregular)
        {
            OpenSamples.Offsets(slot->Open, slot->Capacity)[slot->Count] = (int)offset;
        }

        OpenSamples.Values(slot->Open)[slot->Count] = value;
        slot->Count++;
        slot->LastMs = ms;
        Samples++;
        return AppendVerdict.Stored;
    }

    private AppendVerdict AppendLate(SeriesSlot* slot, int id, long ms, double value)
    {
        if (slot->LastMs - ms > LateWindowMs)
        {
            return AppendVerdict.TooOld;
        }

        LateSamples? late = (slot->Flags & SlotFlags.HasLate) != SlotFlags.None ? _late[id] : null;
        if (TryFind(slot, late, ms, out double known))
        {
            return Compare(known, value);
        }

        if (late is null)
        {
            _late.Add(id, late = new LateSamples());
            slot->Flags |= SlotFlags.HasLate;
        }

        late.Insert(ms, value);
        Samples++;
        if (late.Count == LateSamples.Max)
        {
            AddChunk(slot, late.TimestampsMs, late.Values);
            slot->Flags = (slot->Flags | SlotFlags.Overlapping) & ~SlotFlags.HasLate;
            _late.Remove(id);
        }

        return AppendVerdict.Stored;
    }

    private bool TryFind(SeriesSlot* slot, LateSamples? late, long ms, out double value)
    {
        int at = OpenSamples.LowerBound(slot->Open, slot->Capacity, slot->FirstMs, slot->StepMs, slot->Count, ms);
        if (at < slot->Count && OpenMs(slot, at) == ms)
        {
            value = OpenSamples.Values(slot->Open)[at];
            return true;
        }

        if (late is not null && late.TryFind(ms, out value))
        {
            return true;
        }

        value = 0;
        int chunks = slot->Chunks == null ? 0 : slot->Chunks->Count;
        for (int i = chunks - 1; i >= 0; i--)
        {
            SealedChunk* chunk = ChunkList.Items(slot->Chunks)[i];
            if (chunk->MinMs <= ms && ms <= chunk->MaxMs && TryFind(chunk, ms, out value))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryFind(SealedChunk* chunk, long ms, out double value)
    {
        Span<long> timestampsMs = stackalloc long[chunk->Samples];
        Span<double> values = stackalloc double[chunk->Samples];
        int count = Encodings.Chunk.Decode(SealedChunk.Bytes(chunk), timestampsMs, values);
        int at = timestampsMs[..count].BinarySearch(ms);
        value = at >= 0 ? values[at] : 0;
        return at >= 0;
    }

    private static long OpenMs(SeriesSlot* slot, int at) => slot->StepMs == SeriesSlot.Irregular
        ? slot->FirstMs + OpenSamples.Offsets(slot->Open, slot->Capacity)[at]
        : slot->FirstMs + ((long)at * slot->StepMs);

    private void SealOpen(SeriesSlot* slot)
    {
        Span<long> timestampsMs = _sealMs.AsSpan(0, slot->Count);
        OpenSamples.CopyTimestamps(slot->Open, slot->Capacity, slot->FirstMs, slot->StepMs, slot->Count, timestampsMs);
        AddChunk(slot, timestampsMs, new ReadOnlySpan<double>(slot->Open, slot->Count));
        bool irregular = slot->StepMs == SeriesSlot.Irregular;
        if (irregular || _pins.Count > 0)
        {
            // A reader may still look at the samples, so the next ones get a buffer of their own.
            int size = OpenSamples.SizeFor(slot->Capacity, irregular);
            Retire(slot->Open, size);
            _openBytes -= size;
            slot->Open = null;
            slot->Capacity = 0;
        }

        slot->Count = 0;
        slot->StepMs = 0;
    }

    private void AddChunk(SeriesSlot* slot, ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values)
    {
        int length = Encodings.Chunk.Encode(timestampsMs, values, _sealBytes);
        AddChunk(slot, timestampsMs[0], timestampsMs[^1], timestampsMs.Length, _sealBytes.AsSpan(0, length));
    }

    private void AddChunk(SeriesSlot* slot, long minMs, long maxMs, int samples, ReadOnlySpan<byte> bytes)
    {
        SealedChunk* chunk = (SealedChunk*)_pool.Take(SealedChunk.SizeFor(bytes.Length));
        chunk->MinMs = minMs;
        chunk->MaxMs = maxMs;
        chunk->Length = bytes.Length;
        chunk->Samples = samples;
        bytes.CopyTo(new Span<byte>(chunk + 1, bytes.Length));
        ChunkList* list = slot->Chunks;
        if (list == null || list->Count == list->Capacity)
        {
            list = NewList(list == null ? 2 : 2 * list->Capacity);
            if (slot->Chunks != null)
            {
                for (int i = 0; i < slot->Chunks->Count; i++)
                {
                    ChunkList.Items(list)[i] = ChunkList.Items(slot->Chunks)[i];
                }

                list->Count = slot->Chunks->Count;
                Retire((byte*)slot->Chunks, ChunkList.SizeFor(slot->Chunks->Capacity));
            }

            slot->Chunks = list;
        }

        ChunkList.Items(list)[list->Count] = chunk;
        list->Count++;
        ChunkCount++;
    }

    private ChunkList* NewList(int capacity)
    {
        ChunkList* list = (ChunkList*)_pool.Take(ChunkList.SizeFor(capacity));
        list->Count = 0;
        list->Capacity = capacity;
        return list;
    }

    private void Grow(SeriesSlot* slot, bool irregular)
    {
        int capacity = OpenSamples.NextCapacity(slot->Capacity);
        byte* open = _pool.Take(OpenSamples.SizeFor(capacity, irregular));
        new ReadOnlySpan<double>(slot->Open, slot->Count).CopyTo(new Span<double>(open, slot->Count));
        if (irregular)
        {
            new ReadOnlySpan<int>(OpenSamples.Offsets(slot->Open, slot->Capacity), slot->Count).CopyTo(new Span<int>(OpenSamples.Offsets(open, capacity), slot->Count));
        }

        _openBytes += OpenSamples.SizeFor(capacity, irregular);
        if (slot->Open != null)
        {
            int size = OpenSamples.SizeFor(slot->Capacity, irregular);
            Retire(slot->Open, size);
            _openBytes -= size;
        }

        slot->Open = open;
        slot->Capacity = (byte)capacity;
    }

    private void MakeIrregular(SeriesSlot* slot)
    {
        byte* open = _pool.Take(OpenSamples.SizeFor(slot->Capacity, irregular: true));
        new ReadOnlySpan<double>(slot->Open, slot->Count).CopyTo(new Span<double>(open, slot->Count));
        int* offsets = OpenSamples.Offsets(open, slot->Capacity);
        for (int i = 0; i < slot->Count; i++)
        {
            offsets[i] = checked(i * slot->StepMs);
        }

        _openBytes += OpenSamples.SizeFor(slot->Capacity, irregular: true) - OpenSamples.SizeFor(slot->Capacity, irregular: false);
        Retire(slot->Open, OpenSamples.SizeFor(slot->Capacity, irregular: false));
        slot->Open = open;
        slot->StepMs = SeriesSlot.Irregular;
    }
}
