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

/// <summary>Reads parts of the payloads of records.</summary>
internal static class LogRecords
{
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
