using System.Buffers.Binary;
using Plimsoll.Series;
using Snappier;

namespace Plimsoll.Collect.Tests;

/// <summary>Histograms, exemplars and metadata of remote write 1.0, from messages put together byte by byte.</summary>
public sealed class RichRequestTests
{
    private readonly RemoteWriteDecoder _decoder = new();
    private readonly SampleBatch _batch = new();

    [Fact]
    public void An_integer_histogram_is_read_with_its_buckets_as_differences()
    {
        byte[] histogram =
        [
            .. Number(1, 9), .. Double(3, 18.5), .. Number(4, Zigzag(1)), .. Double(5, 0.001), .. Number(6, 2),
            .. Field(8, [.. Number(1, Zigzag(-3)), .. Number(2, 1)]), .. Field(9, Varint(Zigzag(1))),
            .. Field(11, [.. Number(2, 2)]), .. Field(11, [.. Number(1, Zigzag(1)), .. Number(2, 1)]),
            .. Field(12, [.. Varint(Zigzag(3)), .. Varint(Zigzag(-1)), .. Varint(Zigzag(-1))]),
            .. Number(14, 2), .. Number(15, 1_700_000_000_123),
        ];
        RemoteWriteResult result = Decode(Field(1, [.. Label("__name__", "h"), .. Field(4, histogram)]));

        Assert.Null(result.Error);
        Assert.Equal((1, 1, 0), (result.Series, result.Histograms, result.RefusedHistograms));
        TimedHistogram got = _batch.Histograms(0)[0];
        Histogram expected = Histogram.OfIntegers(
            new HistogramLayout(1, 0.001, [new HistogramSpan(0, 2), new HistogramSpan(1, 1)], [new HistogramSpan(-3, 1)], []), CounterResetHint.NoReset, 9, 2, 18.5, [3, 2, 1], [1]);
        Assert.Equal(1_700_000_000_123, got.TimestampMs);
        Assert.True(expected.SameBits(got.Histogram));
    }

    [Fact]
    public void A_float_histogram_with_custom_buckets_and_a_stale_marker_are_read()
    {
        byte[] histogram =
        [
            .. Double(2, 4.5), .. Double(3, 1), .. Number(4, Zigzag(-53)), .. Field(11, [.. Number(2, 3)]),
            .. Field(13, [.. Bits(1), .. Bits(1.5), .. Bits(2)]), .. Number(15, 5), .. Field(16, [.. Bits(0.5), .. Bits(1)]),
        ];
        byte[] stale = [.. Double(3, SampleBlock.Stale), .. Number(15, 6)];
        RemoteWriteResult result = Decode(Field(1, [.. Label("__name__", "h"), .. Field(4, histogram), .. Field(4, stale)]));

        Assert.Equal((2, 0), (result.Histograms, result.RefusedHistograms));
        Assert.True(Histogram.OfFloats(new HistogramLayout(-53, 0, [new HistogramSpan(0, 3)], [], [0.5, 1]), CounterResetHint.Unknown, 4.5, 0, 1, [1, 1.5, 2], []).SameBits(_batch.Histograms(0)[0].Histogram));
        Assert.True(_batch.Histograms(0)[1].Histogram.IsStale);
    }

    [Fact]
    public void A_histogram_that_breaks_a_rule_is_refused_and_named_and_every_cut_of_one_is_answered()
    {
        byte[] histogram = [.. Number(1, 9), .. Double(3, 18.5), .. Number(4, Zigzag(1)), .. Field(11, [.. Number(2, 1)]), .. Field(12, Varint(Zigzag(3))), .. Number(15, 5)];
        RemoteWriteResult result = Decode(Field(1, [.. Label("__name__", "h"), .. Field(4, histogram), .. Field(2, [.. Double(1, 2), .. Number(2, 7)])]));

        Assert.Equal((1, 1, 1, 0), (result.Samples, result.RefusedSeries, result.RefusedHistograms, result.Histograms));
        Assert.Contains("count says 9", Assert.Single(result.Refused).Message, StringComparison.Ordinal);
        for (int length = 0; length < histogram.Length; length++)
        {
            Assert.Null(Decode(Field(1, [.. Label("__name__", "h"), .. Field(4, histogram.AsSpan(0, length))])).Error);
        }
    }

    [Fact]
    public void Exemplars_and_metadata_are_read()
    {
        byte[] exemplar = [.. Label("trace_id", "abc"), .. Double(2, 0.25), .. Number(3, 77)];
        byte[] metadata = [.. Number(1, 1), .. Field(2, "http_requests_total"u8), .. Field(4, "Requests."u8), .. Field(5, "requests"u8)];
        RemoteWriteResult result = Decode([.. Field(1, [.. Label("__name__", "c"), .. Field(3, exemplar)]), .. Field(3, metadata)]);

        Assert.Equal((1, 1), (result.Exemplars, result.Metadata));
        Assert.Equal(new Exemplar(LabelSet.From([new Label("trace_id", "abc")]), 0.25, 77), _batch.Exemplars(0)[0]);
        Assert.Equal(new MetricDescription("http_requests_total", new MetricMetadata(MetricKind.Counter, "requests", "Requests.")), Assert.Single(_batch.Metadata));
    }

    private RemoteWriteResult Decode(byte[] message) => _decoder.Decode(Snappy.CompressToArray(message), _batch);

    private static byte[] Label(string name, string value) =>
        Field(1, [.. Field(1, System.Text.Encoding.UTF8.GetBytes(name)), .. Field(2, System.Text.Encoding.UTF8.GetBytes(value))]);

    private static byte[] Field(int number, ReadOnlySpan<byte> bytes) => [.. Varint(((ulong)number << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    private static byte[] Number(int number, ulong value) => [.. Varint((ulong)number << 3), .. Varint(value)];

    private static byte[] Double(int number, double value) => [.. Varint(((ulong)number << 3) | 1), .. Bits(value)];

    private static byte[] Bits(double value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        return bytes;
    }

    private static ulong Zigzag(long value) => unchecked((ulong)((value << 1) ^ (value >> 63)));

    private static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }
}
