using CsCheck;
using Plimsoll.Series.Encodings;
using Xunit;

namespace Plimsoll.Series.Tests.Encodings;

/// <summary>The fast ways must give the bits of the plain ones.</summary>
public sealed class KernelTests
{
    [Fact]
    public void Numbers_of_every_width_and_count_are_unpacked_as_they_were_packed()
    {
        Random random = new(1);
        for (int width = 0; width <= 64; width++)
        {
            foreach (int count in (int[])[1, 2, 7, 8, 9, 15, 16, 17, 31, 63, 64, 65, 119, 120, 127, 128, 129, 1000])
            {
                long add = random.NextInt64(long.MinValue, long.MaxValue);
                long[] numbers = new long[count];
                for (int i = 0; i < count; i++)
                {
                    numbers[i] = add + (long)(width == 0 ? 0 : (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> (64 - width));
                }

                byte[] packed = new byte[BitPacking.Bytes(count, width)];
                Assert.Equal(packed.Length, BitPacking.Pack(numbers, add, width, packed));
                long[] plain = new long[count];
                BitPacking.UnpackPortable(packed, width, add, plain);
                Assert.Equal(numbers, plain);
                foreach (int slack in (int[])[0, 1, 5, 200])
                {
                    long[] fast = new long[count];
                    BitPacking.Unpack([.. packed, .. new byte[slack]], width, add, fast);
                    Assert.Equal(numbers, fast);
                }
            }
        }
    }

    [Fact]
    public void Running_sums_by_vectors_are_those_one_by_one()
    {
        if (!RunningSums.Vectorized)
        {
            return;
        }

        Gen.Select(Gen.Long.Array[1, 70], Gen.Int[0, 2], Gen.Long, Gen.Long, Gen.Int[1, 22]).Sample((numbers, order, first, delta, exponent) =>
        {
            Same(numbers, order, first, delta, default(PlainForm));
            Same(numbers, order, first, delta, default(OrderedForm));
            Same(numbers, order, first, delta, default(WholeForm));
            Same(numbers, order, first, delta, new DecimalForm(ShortDecimals.Power(exponent)));
        });
    }

    [Fact]
    public void Dividing_by_a_power_of_ten_rounds_as_the_processor_divides() =>
        Gen.Select(Gen.Long[-(1L << 51) + 1, (1L << 51) - 1], Gen.Int[0, 50], Gen.Int[0, 22]).Sample((number, shift, exponent) =>
        {
            number >>= shift;
            double expected = number / ShortDecimals.Power(exponent);
            Assert.Equal(BitConverter.DoubleToInt64Bits(expected), new DecimalForm(ShortDecimals.Power(exponent)).Bits(number));
        }, iter: 200_000);

    [Fact]
    public void Decimals_are_found_by_vectors_as_one_by_one() =>
        Gen.Select(Gen.Int[0, Shapes.ValueShapes - 1], Gen.Int, Gen.Int[1, 50], Gen.Int[0, 22]).Sample((shape, seed, count, exponent) =>
        {
            double[] values = Shapes.Values(shape, seed, count);
            long[] numbers = new long[count];
            ushort[] exceptions = new ushort[count];
            int found = ShortDecimals.ToNumbers(values, exponent, numbers, exceptions);
            HashSet<int> strays = [.. exceptions.Take(found).Select(each => (int)each)];
            for (int i = 0; i < count; i++)
            {
                Assert.Equal(!ShortDecimals.TryNumber(values[i], exponent, out long number), strays.Contains(i));
                Assert.True(strays.Contains(i) || number == numbers[i]);
            }
        }, iter: 3000);

    [Fact]
    public void Symbols_are_added_by_vectors_as_one_by_one() =>
        Gen.Select(Gen.Byte.Array[0, 70], Gen.Int[0, 63], Gen.Long).Sample((symbols, shift, start) =>
        {
            long[] plain = new long[symbols.Length];
            Array.Fill(plain, start);
            long[] fast = [.. plain];
            EntropyTable.AddSymbolsPortable(symbols, 0, shift, plain);
            EntropyTable.AddSymbols([.. symbols, .. new byte[8]], shift, fast);
            Assert.Equal(plain, fast);
        });

    [Fact]
    public void Ordered_bits_keep_the_order_of_doubles_and_are_their_own_inverse() =>
        Gen.Select(Gen.Double, Gen.Double).Sample((one, other) =>
        {
            long first = default(OrderedForm).Bits(BitConverter.DoubleToInt64Bits(one));
            long second = default(OrderedForm).Bits(BitConverter.DoubleToInt64Bits(other));
            Assert.Equal(BitConverter.DoubleToInt64Bits(one), default(OrderedForm).Bits(first));
            if (one < other)
            {
                Assert.True(first < second);
            }
        });

    private static void Same<TForm>(long[] numbers, int order, long first, long delta, TForm form)
        where TForm : struct, INumberForm
    {
        long[] plain = [.. numbers];
        long[] fast = [.. numbers];
        RunningSums.Portable(plain, order, first, delta, form);
        RunningSums.Vectors(fast, order, first, delta, form);
        // Far outside of what the forms are for, a result may be a NaN; its payload is the processor's choice.
        for (int i = 0; i < plain.Length; i++)
        {
            if (!double.IsNaN(BitConverter.Int64BitsToDouble(plain[i])) || typeof(TForm) == typeof(PlainForm))
            {
                Assert.Equal(plain[i], fast[i]);
            }
        }
    }
}
