using System.Runtime.InteropServices;
using CsCheck;
using Plimsoll.Series.Encodings;
using Xunit;

namespace Plimsoll.Series.Tests.Encodings;

public sealed class ChunkTests
{
    [Fact]
    public void Any_series_comes_back_bit_for_bit() =>
        Shapes.Series(Chunk.MaxSamples).Sample(series => RoundTrip(series.TimestampsMs, series.Values), iter: 1500);

    [Fact]
    public void Short_series_come_back_bit_for_bit() =>
        Shapes.Series(130).Sample(series => RoundTrip(series.TimestampsMs, series.Values), iter: 6000);

    [Fact]
    public void An_empty_chunk_is_a_chunk()
    {
        byte[] bytes = new byte[Chunk.MaxEncodedBytes(0)];
        int length = Chunk.Encode([], [], bytes);
        Assert.Equal(0, Chunk.Decode(bytes.AsSpan(0, length), [], []));
    }

    [Fact]
    public void Timestamps_and_values_are_read_apart_as_well()
    {
        (byte[] chunk, long[] timestamps, double[] values) = Encoded(6, 1, 500);
        long[] times = new long[500];
        double[] numbers = new double[500];
        Assert.Equal(500, Chunk.Count(chunk));
        Assert.Equal(500, Chunk.DecodeTimestamps(chunk, times));
        Assert.Equal(500, Chunk.DecodeValues(chunk, numbers));
        Assert.Equal(timestamps, times);
        Assert.Equal(values, numbers);
    }

    [Fact]
    public void Half_an_hour_of_a_quiet_gauge_take_less_than_half_a_byte_a_sample()
    {
        Random random = new(1);
        double value = 50;
        double[] values = new double[120];
        foreach (ref double each in values.AsSpan())
        {
            each = value += random.Next(-2, 3);
        }

        byte[] bytes = new byte[Chunk.MaxEncodedBytes(120)];
        Assert.InRange(Chunk.Encode(Shapes.Timestamps(0, 1, 120), values, bytes), 40, 68);
    }

    [Fact]
    public void A_constant_takes_a_handful_of_bytes()
    {
        byte[] bytes = new byte[Chunk.MaxEncodedBytes(120)];
        Assert.InRange(Chunk.Encode(Shapes.Timestamps(0, 1, 120), new double[120], bytes), 10, 24);
    }

    [Fact]
    public void Every_truncation_and_every_flipped_bit_decodes_to_the_stated_count_or_is_refused()
    {
        for (int shape = 0; shape < Shapes.ValueShapes; shape++)
        {
            (byte[] chunk, _, _) = Encoded(shape, shape % 6, 40 + shape, seed: shape);
            Damage.Each(chunk, damaged =>
            {
                int count = Chunk.Count(damaged);
                Assert.InRange(count, 0, Chunk.MaxSamples);
                long[] timestamps = new long[count];
                double[] values = new double[count];
                Assert.Equal(count, Chunk.Decode(damaged, timestamps, values));
            });
        }
    }

    private static (byte[] Chunk, long[] TimestampsMs, double[] Values) Encoded(int shape, int times, int count, int seed = 7)
    {
        double[] values = Shapes.Values(shape, seed, count);
        long[] timestamps = Shapes.Timestamps(times, seed, count);
        byte[] bytes = new byte[Chunk.MaxEncodedBytes(count)];
        int length = Chunk.Encode(timestamps, values, bytes);
        return (bytes[..length], timestamps, values);
    }

    private static void RoundTrip(long[] timestamps, double[] values)
    {
        byte[] bytes = new byte[Chunk.MaxEncodedBytes(values.Length)];
        int length = Chunk.Encode(timestamps, values, bytes);
        long[] times = new long[values.Length];
        double[] numbers = new double[values.Length];
        Assert.Equal(values.Length, Chunk.Decode(bytes.AsSpan(0, length), times, numbers));
        Assert.True(timestamps.AsSpan().SequenceEqual(times));
        Assert.True(MemoryMarshal.Cast<double, long>(values).SequenceEqual(MemoryMarshal.Cast<double, long>(numbers)));
    }
}
