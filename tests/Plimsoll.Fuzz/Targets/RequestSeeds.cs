using Plimsoll.Collect;
using Plimsoll.Series;

namespace Plimsoll.Fuzz.Targets;

/// <summary>Remote write requests as senders make them, and pieces of them.</summary>
internal static class RequestSeeds
{
    /// <summary>Pieces of the protobuf message.</summary>
    public static readonly IReadOnlyList<byte[]> Words =
    [
        [0x0A], [0x12], [0x1A], [0x22], [0x09], [0x10], [0x0A, 0x00], [0x12, 0x00], [0x1A, 0x00], [0x22, 0x00],
        [0x0A, 0x05, 0x0A, 0x01, 0x61, 0x12, 0x00], [0x0A, 0x06, 0x0A, 0x01, 0x61, 0x12, 0x01, 0x62], [0x0A, 0x06, 0x0A, 0x01, 0xFF, 0x12, 0x01, 0xC0],
        [0x12, 0x0B, 0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x10, 0x05], [0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x10, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7F],
        // Histograms: counts, spans, deltas, bounds. A field that is not known, and a group, which is not supported.
        [0x08, 0x05], [0x42, 0x04, 0x08, 0x02, 0x10, 0x03], [0x5A, 0x04, 0x08, 0x03, 0x10, 0x02], [0x62, 0x03, 0x02, 0x01, 0x04], [0x82, 0x01, 0x08, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F], [0x20, 0x69], [0x78, 0x07],
        [0x98, 0x06, 0x01], [0x0B], [0x3D, 1, 2, 3, 4],
    ];

    /// <summary>Plain series with samples; before 1970 a timestamp takes all ten bytes that a number may have.</summary>
    public static byte[] Message(int series, int samples, long firstMs = 1_700_000_000_000)
    {
        SampleBatch batch = new();
        for (int i = 0; i < series; i++)
        {
            batch.BeginSeries(LabelSet.Of($"node_cpu_{i % 3}_seconds_total", ("cpu", $"{i}"), ("instance", "db-1:9100"), ("mode", "größe")));
            for (int sample = 0; sample < samples; sample++)
            {
                batch.Add(firstMs + (sample * (firstMs < 0 ? 1 : 15_000)), sample == 2 ? SampleBlock.Stale : (i * 1.5) + sample);
            }
        }

        return RemoteWriteEncoder.EncodeMessage(batch);
    }

    /// <summary>One series with an exemplar and a native histogram, and metadata.</summary>
    public static byte[] Rich()
    {
        byte[] label = Field(0x0A, [.. Field(0x0A, "__name__"u8), .. Field(0x12, "request_seconds"u8)]);
        byte[] sample = Field(0x12, [0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x10, 0x80, 0x90, 0x03]);
        byte[] exemplar = Field(0x1A, [.. Field(0x0A, [.. Field(0x0A, "trace_id"u8), .. Field(0x12, "abc"u8)]), 0x11, 0, 0, 0, 0, 0, 0, 0xE0, 0x3F, 0x18, 0x80, 0x90, 0x03]);
        byte[] histogram = Field(
            0x22,
            [
                0x08, 0x04, 0x19, 0, 0, 0, 0, 0, 0, 0x22, 0x40, 0x20, 0x02, 0x30, 0x01,
                .. Field(0x5A, [0x08, 0x00, 0x10, 0x02]), .. Field(0x62, [0x02, 0x02]), 0x70, 0x02, 0x78, 0x80, 0x90, 0x03,
            ]);
        byte[] metadata = Field(0x1A, [0x08, 0x01, .. Field(0x12, "request_seconds"u8), .. Field(0x22, "How long."u8), .. Field(0x2A, "seconds"u8)]);
        return [.. Field(0x0A, [.. label, .. sample, .. exemplar, .. histogram]), .. metadata];
    }

    private static byte[] Field(byte tag, ReadOnlySpan<byte> content) => [tag, (byte)content.Length, .. content];
}
