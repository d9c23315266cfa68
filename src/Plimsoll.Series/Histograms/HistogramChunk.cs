namespace Plimsoll.Series.Encodings;

/// <summary>A stretch of one series' native histograms as bytes that need nothing else to be read, like <see cref="Chunk"/>.</summary>
internal static class HistogramChunk
{
    /// <summary>Bytes that <see cref="Encode"/> may need.</summary>
    public static int MaxEncodedBytes(ReadOnlySpan<Histogram> histograms) => histograms.Length * 65536;

    /// <returns>Bytes written.</returns>
    public static int Encode(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<Histogram> histograms, Span<byte> destination) =>
        throw new NotSupportedException("Histograms are not encoded yet.");

    /// <returns>How many histograms the chunk states.</returns>
    public static int Count(ReadOnlySpan<byte> chunk) => throw new NotSupportedException("Histograms are not encoded yet.");

    public static int Decode(ReadOnlySpan<byte> chunk, Span<long> timestampsMs, Span<Histogram> histograms) =>
        throw new NotSupportedException("Histograms are not encoded yet.");
}
