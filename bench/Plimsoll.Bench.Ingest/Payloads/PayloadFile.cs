using System.Buffers.Binary;
using Snappier;

namespace Plimsoll.Bench.Ingest.Payloads;

/// <summary>
/// A file of remote write 1.0 requests: for each, int32 compressed length, int32 samples (little-endian), then the Snappy block.
/// </summary>
internal static class PayloadFile
{
    public const int HeaderBytes = 8;
    private const int SeriesPerRequest = 5000;

    /// <summary>Requests of a step are a multiple of this, so that up to four connections keep every series to one of them.</summary>
    private const int RequestMultiple = 4;

    /// <returns>Samples written.</returns>
    public static long Write(string path, int hosts, int steps, int intervalSeconds, long endMs)
    {
        FleetValues values = new(hosts);
        int series = values.SeriesCount;
        byte[][] labels = new byte[series][];
        for (int i = 0; i < series; i++)
        {
            labels[i] = FleetLabels.Encode(i / FleetLabels.SeriesPerHost, i % FleetLabels.SeriesPerHost);
        }

        int requests = ((series / SeriesPerRequest) + RequestMultiple) / RequestMultiple * RequestMultiple;
        int perRequest = (series + requests - 1) / requests;
        using FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        MemoryStream request = new();
        long samples = 0;
        for (int step = 0; step < steps; step++)
        {
            long timestampMs = endMs - ((long)(steps - 1 - step) * intervalSeconds * 1000);
            for (int from = 0; from < series; from += perRequest)
            {
                int to = Math.Min(series, from + perRequest);
                request.SetLength(0);
                for (int i = from; i < to; i++)
                {
                    PutSeries(request, labels[i], values.Next(i), timestampMs);
                }

                PutFrame(file, request.GetBuffer().AsSpan(0, (int)request.Length), to - from);
                samples += to - from;
            }
        }

        return samples;
    }

    /// <summary>Reads the header of the next frame; false at the end of the file.</summary>
    public static bool TryReadHeader(Stream file, Span<byte> header, out int length, out int samples)
    {
        if (file.ReadAtLeast(header[..HeaderBytes], HeaderBytes, throwOnEndOfStream: false) < HeaderBytes)
        {
            (length, samples) = (0, 0);
            return false;
        }

        length = BinaryPrimitives.ReadInt32LittleEndian(header);
        samples = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        return true;
    }

    private static void PutFrame(FileStream file, ReadOnlySpan<byte> request, int samples)
    {
        byte[] block = Snappy.CompressToArray(request);
        Span<byte> header = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header, block.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], samples);
        file.Write(header);
        file.Write(block);
    }

    private static void PutSeries(MemoryStream to, byte[] labels, double value, long timestampMs)
    {
        Span<byte> sample = stackalloc byte[32];
        sample[0] = 0x09;
        BinaryPrimitives.WriteDoubleLittleEndian(sample[1..], value);
        sample[9] = 0x10;
        int length = 10 + PutVarint(sample[10..], (ulong)timestampMs);
        Span<byte> size = stackalloc byte[10];
        to.WriteByte(0x0A);
        to.Write(size[..PutVarint(size, (ulong)(labels.Length + 2 + length))]);
        to.Write(labels);
        to.WriteByte(0x12);
        to.WriteByte((byte)length);
        to.Write(sample[..length]);
    }

    private static int PutVarint(Span<byte> to, ulong value)
    {
        int at = 0;
        for (; value >= 0x80; value >>= 7)
        {
            to[at++] = (byte)(value | 0x80);
        }

        to[at++] = (byte)value;
        return at;
    }
}
