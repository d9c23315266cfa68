using CsCheck;
using Plimsoll.Series.Upgrades.Version1.Chunks;

namespace Plimsoll.Series.Tests;

public sealed class ChunkTests
{
    private static readonly Gen<double> AnyBits = Gen.Long.Select(BitConverter.Int64BitsToDouble);

    private static readonly double[] Odd =
        [0.0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, SampleBlock.Stale, double.Epsilon, double.MaxValue, 1e300, -1e-300];

    private static readonly Gen<double> Special = Gen.Int[0, Odd.Length - 1].Select(i => Odd[i]);

    private static readonly Gen<double[]> Values = Gen.OneOf(
        AnyBits.Array[1, 512],
        Gen.Double.Array[1, 512],
        Gen.Long[-1000, 1000].Select(value => (double)value).Array[1, 512],
        Gen.Long[-1_000_000, 1_000_000].Select(value => value / 100.0).Array[1, 512],
        Gen.Long[0, 1L << 60].Select(value => (double)value).Array[1, 512],
        Gen.OneOf(Special, Gen.Double, Gen.Long[0, 5].Select(value => (double)value)).Array[1, 512],
        Gen.Select(Gen.Double, Gen.Int[1, 512], (value, count) => Enumerable.Repeat(value, count).ToArray()));

    private static readonly Gen<long> Step = Gen.OneOf(Gen.Const(5000L), Gen.Long[4990, 5010], Gen.Long[1, 1L << 40]);

    [Fact]
    public void Every_bit_of_a_chunk_comes_back() =>
        Gen.Select(Gen.Long[-1L << 45, 1L << 45], Values, Step.Array[512], Gen.Bool).Sample(
            (start, values, steps, regular) =>
            {
                long[] timestampsMs = new long[values.Length];
                for (int i = 0; i < timestampsMs.Length; i++)
                {
                    timestampsMs[i] = i == 0 ? start : timestampsMs[i - 1] + (regular ? steps[0] : steps[i]);
                }

                Check(timestampsMs, values);
            },
            iter: 2000);

    [Fact]
    public void Timestamps_at_the_ends_of_time_come_back() =>
        Check([long.MinValue, -1, 0, long.MaxValue], [1, 2, 3, 4]);

    [Fact]
    public void A_regular_integer_counter_takes_under_a_byte_a_sample()
    {
        long[] timestampsMs = [.. Enumerable.Range(0, 480).Select(i => 5000L * i)];
        double[] values = [.. Enumerable.Range(0, 480).Select(i => 1e6 + (7.0 * i) + (i % 3))];

        Assert.InRange(ChunkEncoder.Encode(timestampsMs, values, new ByteWriter()).Bytes.Length, 1, 480);
    }

    [Fact]
    public void Bytes_that_are_no_chunk_are_refused_and_read_no_further() =>
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            try
            {
                ChunkDecoder.Decode(bytes, new long[512], new double[512]);
            }
            catch (InvalidDataException)
            {
                // The only failure that may come.
            }
        });

    private static void Check(long[] timestampsMs, double[] values)
    {
        Chunk chunk = ChunkEncoder.Encode(timestampsMs, values, new ByteWriter(16));
        long[] decodedMs = new long[512];
        double[] decoded = new double[512];

        int count = ChunkDecoder.Decode(chunk.Bytes, decodedMs, decoded);

        Assert.Equal(values.Length, count);
        Assert.Equal(timestampsMs, decodedMs[..count]);
        Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), decoded[..count].Select(BitConverter.DoubleToInt64Bits));
    }
}
