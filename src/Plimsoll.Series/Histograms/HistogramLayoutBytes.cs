namespace Plimsoll.Series.Encodings;

/// <summary>A layout as bytes: schema, zero threshold, spans of both sides, custom bounds.</summary>
internal static class HistogramLayoutBytes
{
    public static int MaxBytes(HistogramLayout layout) =>
        64 + ((layout.PositiveSpans.Length + layout.NegativeSpans.Length) * 10) + FloatColumn.MaxBytes(layout.CustomBounds.Length);

    public static void Write(HistogramLayout layout, ref ByteSink sink)
    {
        sink.Zigzag(layout.Schema);
        sink.Int64(BitConverter.DoubleToInt64Bits(layout.ZeroThreshold));
        WriteSpans(layout.PositiveSpans, ref sink);
        WriteSpans(layout.NegativeSpans, ref sink);
        ReadOnlySpan<double> bounds = layout.CustomBounds;
        sink.Varint((ulong)bounds.Length);
        if (bounds.Length > 0)
        {
            FloatColumn.Write(bounds, new long[bounds.Length], ref sink);
        }
    }

    public static HistogramLayout Read(ref ByteSource source)
    {
        long schema = source.Zigzag();
        double zeroThreshold = BitConverter.Int64BitsToDouble(source.Int64());
        HistogramSpan[] positive = ReadSpans(ref source);
        HistogramSpan[] negative = ReadSpans(ref source);
        double[] bounds = new double[source.Varint(HistogramLayout.MaxBuckets, "The number of custom bounds")];
        if (bounds.Length > 0)
        {
            FloatColumn.Read(ref source, bounds, []);
        }

        if (schema is < HistogramLayout.CustomSchema or > int.MaxValue)
        {
            throw new InvalidDataException($"A histogram has the schema {schema}.");
        }

        string? error = HistogramLayout.Validate((int)schema, zeroThreshold, positive, negative, bounds);
        return error is null
            ? new HistogramLayout((int)schema, zeroThreshold, positive, negative, bounds)
            : throw new InvalidDataException(error);
    }

    private static void WriteSpans(ReadOnlySpan<HistogramSpan> spans, ref ByteSink sink)
    {
        sink.Varint((ulong)spans.Length);
        foreach (HistogramSpan span in spans)
        {
            sink.Zigzag(span.Offset);
            sink.Varint((ulong)span.Length);
        }
    }

    private static HistogramSpan[] ReadSpans(ref ByteSource source)
    {
        HistogramSpan[] spans = new HistogramSpan[source.Varint(Math.Min(HistogramLayout.MaxBuckets, source.Remaining), "The number of spans")];
        for (int i = 0; i < spans.Length; i++)
        {
            long offset = source.Zigzag();
            if (offset is < int.MinValue or > int.MaxValue)
            {
                throw new InvalidDataException($"A span begins {offset} buckets after the one before.");
            }

            spans[i] = new HistogramSpan((int)offset, source.Varint(HistogramLayout.MaxBuckets, "The length of a span"));
        }

        return spans;
    }
}
