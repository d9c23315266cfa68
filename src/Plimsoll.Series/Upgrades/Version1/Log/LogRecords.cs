using System.Runtime.InteropServices;
using Plimsoll.Series.Log;
using Plimsoll.Series.Upgrades.Version1.Chunks;
using Plimsoll.Series.Upgrades.Version1.Head;
using Plimsoll.Series.Upgrades.Version1.Writing;

namespace Plimsoll.Series.Upgrades.Version1.Log;

/// <summary>What a record is: the first byte of its payload.</summary>
internal enum RecordKind : byte
{
    /// <summary>One batch: new series, then samples.</summary>
    Append = 1,

    /// <summary>The first record of a checkpoint.</summary>
    CheckpointStart = 2,

    /// <summary>Series of a checkpoint with their samples.</summary>
    CheckpointSeries = 3,
}

/// <summary>Writes the payloads of records.</summary>
internal static class LogRecords
{
    public static void WriteAppend(ByteWriter target, StagedBatch staged)
    {
        target.Byte((byte)RecordKind.Append);
        target.Text(staged.Head!.Tenant.Value);
        target.Varint((ulong)staged.NewSeries.Count);
        foreach (HeadSeries series in staged.NewSeries)
        {
            target.Varint(series.Reference);
            target.Zigzag(series.LastMs);
            target.Int64(series.LastBits);
            WriteLabels(target, series.Labels);
        }

        // Most series of a batch share an instant: the first one is the base that the others are told from.
        long baseMs = staged.Count > 0 ? staged.TimestampsMs(0, 1)[0] : 0;
        target.Zigzag(baseMs);
        target.Varint((ulong)staged.Runs.Count);
        foreach ((HeadSeries series, int start, int count) in staged.Runs)
        {
            target.Varint(series.Reference);
            target.Varint((ulong)count);
            long before = baseMs;
            foreach (long timestampMs in staged.TimestampsMs(start, count))
            {
                target.Zigzag(unchecked(timestampMs - before));
                before = timestampMs;
            }

            target.Bytes(MemoryMarshal.AsBytes(staged.Values(start, count)));
        }
    }

    public static void WriteLabels(ByteWriter target, LabelSet labels)
    {
        target.Varint((ulong)labels.Count);
        foreach (Label label in labels.AsSpan())
        {
            target.Text(label.Name);
            target.Text(label.Value);
        }
    }

    public static LabelSet ReadLabels(ref ByteReader source)
    {
        Label[] labels = new Label[source.Count(bytesEach: 2)];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = new Label(source.Text(), source.Text());
        }

        return LabelSet.FromSorted(labels);
    }
}
