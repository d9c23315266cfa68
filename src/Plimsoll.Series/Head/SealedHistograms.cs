using Plimsoll.Series.Encodings;

namespace Plimsoll.Series.Head;

/// <summary>Histograms of one series packed together. Immutable.</summary>
/// <param name="Starts">When each began, 0 where unknown; null when all are.</param>
internal sealed record SealedHistograms(long MinMs, long MaxMs, int Count, byte[] Bytes, long[]? Starts)
{
    public static SealedHistograms Of(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<Histogram> histograms, ReadOnlySpan<long> starts)
    {
        byte[] bytes = new byte[HistogramChunk.MaxEncodedBytes(histograms)];
        int length = HistogramChunk.Encode(timestampsMs, histograms, bytes);
        return new SealedHistograms(timestampsMs[0], timestampsMs[^1], timestampsMs.Length, bytes[..length], starts.ContainsAnyExcept(0L) ? starts.ToArray() : null);
    }

    /// <summary>Reads all; the spans have room for <see cref="Count"/>.</summary>
    public void Read(Span<long> timestampsMs, Span<Histogram> histograms, Span<long> starts)
    {
        HistogramChunk.Decode(Bytes, timestampsMs, histograms);
        if (Starts is null)
        {
            starts[..Count].Clear();
        }
        else
        {
            Starts.CopyTo(starts);
        }
    }

    /// <summary>True when one of them has that instant.</summary>
    public bool Holds(long ms)
    {
        if (ms < MinMs || ms > MaxMs)
        {
            return false;
        }

        Span<long> timestampsMs = Count <= RichSamples.SealAt ? stackalloc long[Count] : new long[Count];
        HistogramChunk.DecodeTimestamps(Bytes, timestampsMs);
        return timestampsMs.BinarySearch(ms) >= 0;
    }
}
