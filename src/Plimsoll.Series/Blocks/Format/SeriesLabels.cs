namespace Plimsoll.Series.Blocks;

/// <summary>Takes the metric's name out of a label set in canonical form, and puts it back.</summary>
internal static class SeriesLabels
{
    private static ReadOnlySpan<byte> MetricLabel => "__name__"u8;

    /// <summary>The labels without the metric's name.</summary>
    /// <param name="scratch">Holds the result where it is no part of the labels; made larger when needed.</param>
    /// <param name="metricName">Empty when there is none.</param>
    public static ReadOnlySpan<byte> Split(ReadOnlySpan<byte> labels, ref byte[] scratch, out ReadOnlySpan<byte> metricName)
    {
        metricName = [];
        int start = 0;
        LabelBytes.LabelByteEnumerator all = LabelBytes.Enumerate(labels);
        while (all.MoveNext())
        {
            int end = start + LabelLength(all.Current.Name.Length, all.Current.Value.Length);
            int order = all.Current.Name.SequenceCompareTo(MetricLabel);
            if (order > 0)
            {
                break;
            }

            if (order == 0)
            {
                metricName = all.Current.Value;
                if (start == 0)
                {
                    return labels[end..];
                }

                if (scratch.Length < labels.Length)
                {
                    scratch = new byte[2 * labels.Length];
                }

                labels[..start].CopyTo(scratch);
                labels[end..].CopyTo(scratch.AsSpan(start));
                return scratch.AsSpan(0, labels.Length - (end - start));
            }

            start = end;
        }

        return labels;
    }

    /// <summary>Appends one label in canonical form.</summary>
    public static void Append(ByteWriter to, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        to.Byte(0x0A);
        to.Varint((ulong)InnerLength(name.Length, value.Length));
        to.Byte(0x0A);
        to.Varint((ulong)name.Length);
        to.Bytes(name);
        to.Byte(0x12);
        to.Varint((ulong)value.Length);
        to.Bytes(value);
    }

    private static int InnerLength(int name, int value) =>
        2 + LabelBytes.VarintLength(name) + name + LabelBytes.VarintLength(value) + value;

    private static int LabelLength(int name, int value)
    {
        int inner = InnerLength(name, value);
        return 1 + LabelBytes.VarintLength(inner) + inner;
    }
}
