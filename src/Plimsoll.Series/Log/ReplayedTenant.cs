using Plimsoll.Series.Encodings;
using Plimsoll.Series.Head;

namespace Plimsoll.Series.Log;

/// <summary>One tenant's head while the log is read back into it. Nobody else uses the head meanwhile.</summary>
internal sealed unsafe class ReplayedTenant(TenantHead head, SealedFloors floors)
{
    // References that the head does not know as its own: their series had another one already, or came out of order.
    private readonly Dictionary<uint, int> _strays = [];

    // References given out while reading: where the log says the same number it means another series, whose definition is lost.
    private readonly HashSet<uint> _invented = [];
    private readonly long[] _timestampsMs = new long[Chunk.MaxSamples];
    private readonly double[] _values = new double[Chunk.MaxSamples];
    private long _floorMs = long.MinValue;

    public TenantHead Head => head;

    public void MoveTo(LogPosition position) => _floorMs = floors.At(position);

    public void Restore(uint nextReference, long newestMs)
    {
        head.NextReference = Math.Max(head.NextReference, nextReference);
        head.NewestMs = Math.Max(head.NewestMs, newestMs);
    }

    /// <param name="isDurable">
    /// False for what a segment says: if its sync failed before the process ended, it can be read now and be gone after a loss
    /// of power, so the series is defined anew with its next sample.
    /// </param>
    public void Define(uint reference, ReadOnlySpan<byte> labelBytes, bool isDurable)
    {
        SeriesHash hash = SeriesHash.Of(labelBytes);
        int id = head.Slots.Find(hash.Low, hash.High);
        if (id >= 0)
        {
            if (head.Slots[id]->Reference != reference)
            {
                _strays[reference] = id;
            }
            else
            {
                _strays.Remove(reference);
                _invented.Remove(reference);
            }
        }
        else if (head.Slots.Count > 0 && reference <= head.Slots[head.Slots.Count - 1]->Reference)
        {
            // Its first definition was damaged. It gets a new reference, which the log then defines with its next sample.
            _invented.Add(head.NextReference);
            id = head.AddSeries_NeedsGate(hash, labelBytes, head.NextReference);
            _strays[reference] = id;
        }
        else
        {
            id = head.AddSeries_NeedsGate(hash, labelBytes, reference);
            if (isDurable)
            {
                head.SetDefined_NeedsGate(id);
            }
        }

        head.NextReference = Math.Max(head.NextReference, reference + 1);
    }

    /// <summary>Stores samples of series whose references follow each other, one each.</summary>
    public (long Stored, long Lost) AppendAcross(uint reference, ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values)
    {
        SlotTable slots = head.Slots;
        bool hasStrays = _strays.Count > 0;
        long stored = 0;
        long lost = 0;
        int id = -1;
        for (int i = 0; i < values.Length; i++)
        {
            // Ids mostly follow each other as their references do.
            uint wanted = reference + (uint)i;
            id = id >= 0 && !hasStrays && id + 1 < slots.Count && slots[id + 1]->Reference == wanted ? id + 1 : Find(wanted);
            if (id < 0)
            {
                lost++;
                continue;
            }

            slots.PrefetchAfter(id);
            stored += Append(id, timestampsMs[i], values[i]);
        }

        return (stored, lost);
    }

    /// <summary>Stores several samples of one series.</summary>
    public (long Stored, long Lost) AppendTo(uint reference, ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values)
    {
        int id = Find(reference);
        if (id < 0)
        {
            return (0, values.Length);
        }

        long stored = 0;
        for (int i = 0; i < values.Length; i++)
        {
            stored += Append(id, timestampsMs[i], values[i]);
        }

        return (stored, 0);
    }

    /// <summary>Stores what a checkpoint holds of a series.</summary>
    /// <returns>How many samples.</returns>
    public long RestoreSeries(uint reference, ref ByteReader source)
    {
        int id = Find(reference);
        long lastMs = source.Zigzag();
        long stored = 0;
        int chunks = source.Count(bytesEach: 4);
        for (int i = 0; i < chunks; i++)
        {
            long minMs = source.Zigzag();
            long maxMs = unchecked(minMs + (long)source.Varint());
            int samples = source.Count(bytesEach: 0);
            ReadOnlySpan<byte> bytes = source.Bytes(source.Count());
            if (maxMs < minMs || samples is < 1 or > LateSamples.Max || Chunk.Count(bytes) != samples)
            {
                throw new InvalidDataException($"A chunk of a checkpoint says it has {samples} samples from {minMs} to {maxMs}.");
            }

            stored += maxMs < _floorMs ? 0 : head.RestoreChunk_NeedsGate(id, minMs, maxMs, samples, bytes, _floorMs);
        }

        stored += RestoreSamples(id, ref source);
        stored += RestoreSamples(id, ref source);
        head.RestoreNewest_NeedsGate(id, lastMs);
        return stored;
    }

    /// <summary>Stores histograms of one series.</summary>
    public (long Stored, long Lost) AppendHistograms(uint reference, ref ByteReader source)
    {
        (SealedHistograms chunk, long[] timestampsMs, Histogram[] histograms) = HistogramBytes.Read(ref source);
        int id = Find(reference);
        if (id < 0)
        {
            return (0, chunk.Count);
        }

        long stored = 0;
        for (int i = 0; i < chunk.Count; i++)
        {
            long ms = timestampsMs[i];
            if (ms < _floorMs)
            {
                head.RestoreNewestHistogram_NeedsGate(id, ms);
                continue;
            }

            head.Extend_NeedsGate(ms, ms);
            stored += head.AppendHistogram_NeedsGate(id, ms, histograms[i], chunk.Starts?[i] ?? 0) == AppendVerdict.Stored ? 1 : 0;
        }

        return (stored, 0);
    }

    /// <summary>Takes the start of a float sample, which later samples may have as well: also where the sample itself is in a block.</summary>
    public void SetStart(uint reference, long ms, long startMs, bool isNewest)
    {
        int id = Find(reference);
        if (id >= 0)
        {
            head.SetStart_NeedsGate(id, ms, startMs, isNewest);
        }
    }

    /// <summary>Stores a piece of what a checkpoint holds of a series beside floats.</summary>
    /// <returns>How many histograms.</returns>
    public long RestoreRich(uint reference, ref ByteReader source)
    {
        int id = Find(reference);
        byte kind = source.Byte();
        if (kind == RichCheckpoint.Histograms)
        {
            SealedHistograms chunk = HistogramBytes.Read(ref source).Chunk;
            return id < 0 ? 0 : head.RestoreHistograms_NeedsGate(id, chunk, _floorMs);
        }

        if (kind != RichCheckpoint.Steps)
        {
            throw new InvalidDataException($"A piece of a checkpoint has the kind {kind}.");
        }

        long newestMs = source.Zigzag();
        int steps = source.Count(bytesEach: 2);
        if (id >= 0)
        {
            head.RestoreNewestHistogram_NeedsGate(id, newestMs);
        }

        for (int i = 0; i < steps; i++)
        {
            long ms = source.Zigzag();
            long startMs = source.Zigzag();
            if (id >= 0)
            {
                head.SetStart_NeedsGate(id, ms, startMs, isNewest: true);
            }
        }

        return 0;
    }

    private long RestoreSamples(int id, ref ByteReader source)
    {
        int samples = source.Count(bytesEach: 0);
        if (samples == 0)
        {
            return 0;
        }

        ReadOnlySpan<byte> bytes = source.Bytes(source.Count());
        if (samples > LateSamples.Max || Chunk.Count(bytes) != samples)
        {
            throw new InvalidDataException($"A checkpoint says that {samples} samples of a series are open.");
        }

        int count = Chunk.Decode(bytes, _timestampsMs, _values);
        long stored = 0;
        for (int i = 0; i < count; i++)
        {
            stored += Append(id, _timestampsMs[i], _values[i]);
        }

        return stored;
    }

    private int Find(uint reference) => _strays.TryGetValue(reference, out int stray) ? stray
        : _invented.Contains(reference) ? -1
        : head.FindReference_NeedsGate(reference);

    private long Append(int id, long ms, double value)
    {
        SeriesSlot* slot = head.Slots[id];
        if (ms < _floorMs)
        {
            // It is in a block, but what is newer than it still is, and what is older still late.
            if (ms > slot->LastMs)
            {
                head.RestoreNewest_NeedsGate(id, ms);
            }

            return 0;
        }

        head.Extend_NeedsGate(ms, ms);
        return head.Append_NeedsGate(slot, id, ms, value) == AppendVerdict.Stored ? 1 : 0;
    }
}
