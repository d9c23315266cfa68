using Plimsoll.Series.Encodings;
using Plimsoll.Series.Head;

namespace Plimsoll.Series.Log;

/// <summary>Histograms of one series within a record: the length of their chunk, the chunk, then their starts (one byte when none is known).</summary>
internal static class HistogramBytes
{
    public static void Write(ReadOnlySpan<byte> chunk, ReadOnlySpan<long> starts, ByteWriter to)
    {
        to.Varint((ulong)chunk.Length);
        to.Bytes(chunk);
        bool any = starts.ContainsAnyExcept(0L);
        to.Byte(any ? (byte)1 : (byte)0);
        long last = 0;
        for (int i = 0; any && i < starts.Length; i++)
        {
            to.Zigzag(unchecked(starts[i] - last));
            last = starts[i];
        }
    }

    /// <summary>Reads histograms and checks that they are what they say.</summary>
    /// <exception cref="InvalidDataException">They make no sense.</exception>
    public static (SealedHistograms Chunk, long[] TimestampsMs, Histogram[] Histograms) Read(ref ByteReader from)
    {
        byte[] bytes = from.Bytes(from.Count()).ToArray();
        int count = HistogramChunk.Count(bytes);
        if (count == 0)
        {
            throw new InvalidDataException("A record holds a run of no histograms.");
        }

        long[] timestampsMs = new long[count];
        Histogram[] histograms = new Histogram[count];
        HistogramChunk.Decode(bytes, timestampsMs, histograms);
        for (int i = 1; i < count; i++)
        {
            if (timestampsMs[i] <= timestampsMs[i - 1])
            {
                throw new InvalidDataException("The histograms of a record do not ascend by time.");
            }
        }

        long[]? starts = null;
        if (from.Byte() != 0)
        {
            starts = new long[count];
            long last = 0;
            for (int i = 0; i < count; i++)
            {
                starts[i] = last = unchecked(last + from.Zigzag());
            }
        }

        return (new SealedHistograms(timestampsMs[0], timestampsMs[^1], count, bytes, starts), timestampsMs, histograms);
    }
}
