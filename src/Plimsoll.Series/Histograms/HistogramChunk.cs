using System.Runtime.CompilerServices;

namespace Plimsoll.Series.Encodings;

/// <summary>A stretch of one series' native histograms as bytes that need nothing else to be read, like <see cref="Chunk"/>.</summary>
internal static class HistogramChunk
{
    /// <summary>
    /// Counts and bounds that the histograms of a chunk may have together: columns that stand still take a few bytes, so without a limit a small
    /// damaged chunk could ask for any amount of memory.
    /// </summary>
    public const int MaxCounts = 1 << 21;

    /// <summary>How many of the histograms, from the first on, one chunk may hold; at least one.</summary>
    public static int Fitting(ReadOnlySpan<Histogram> histograms)
    {
        long counts = 0;
        for (int i = 0; i < histograms.Length; i++)
        {
            counts += HistogramRuns.Columns(histograms[i].Layout) + histograms[i].Layout.CustomBounds.Length;
            if (i == Chunk.MaxSamples || counts > MaxCounts)
            {
                return i;
            }
        }

        return histograms.Length;
    }

    /// <summary>Bytes that <see cref="Encode"/> may need.</summary>
    public static int MaxEncodedBytes(ReadOnlySpan<Histogram> histograms) =>
        16 + TimestampColumn.MaxBytes(histograms.Length) + HistogramRuns.MaxBytes(histograms);

    /// <param name="timestampsMs">Strictly ascending.</param>
    /// <param name="histograms">No more than <see cref="Fitting"/> of them.</param>
    /// <returns>Bytes written.</returns>
    [SkipLocalsInit]
    public static int Encode(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<Histogram> histograms, Span<byte> destination)
    {
        if (timestampsMs.Length != histograms.Length || Fitting(histograms) < histograms.Length)
        {
            throw new ArgumentException($"{timestampsMs.Length} timestamps and {histograms.Length} histograms make no chunk.");
        }

        ByteSink sink = new(destination);
        sink.Varint((ulong)histograms.Length);
        if (histograms.Length > 0)
        {
            Span<long> scratch = stackalloc long[Chunk.MaxSamples];
            TimestampColumn.Write(timestampsMs, scratch, ref sink);
            HistogramRuns.Write(histograms, ref sink);
        }

        return sink.Length;
    }

    /// <returns>How many histograms the chunk states.</returns>
    public static int Count(ReadOnlySpan<byte> chunk)
    {
        ByteSource source = new(chunk);
        return Count(ref source);
    }

    /// <returns>How many histograms were decoded.</returns>
    public static int Decode(ReadOnlySpan<byte> chunk, Span<long> timestampsMs, Span<Histogram> histograms)
    {
        ByteSource source = new(chunk);
        int count = Count(ref source);
        if (count > 0)
        {
            TimestampColumn.Read(ref source, timestampsMs[..count]);
            HistogramRuns.Read(ref source, histograms[..count]);
        }

        source.ExpectEnd();
        return count;
    }

    /// <returns>How many timestamps were decoded.</returns>
    public static int DecodeTimestamps(ReadOnlySpan<byte> chunk, Span<long> timestampsMs)
    {
        ByteSource source = new(chunk);
        int count = Count(ref source);
        if (count > 0)
        {
            TimestampColumn.Read(ref source, timestampsMs[..count]);
        }

        return count;
    }

    private static int Count(ref ByteSource source) => source.Varint(Chunk.MaxSamples, "The number of histograms of a chunk");
}
