using System.Globalization;
using Plimsoll.Server.PrometheusApi;

namespace Plimsoll.Server.Tests.PrometheusApi;

public sealed class FloatTextTests
{
    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(1.0, "1")]
    [InlineData(-42.0, "-42")]
    [InlineData(1.5, "1.5")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e15, "1000000000000000")]
    [InlineData(123456789012345680.0, "123456789012345680")]
    [InlineData(1e20, "100000000000000000000")]
    [InlineData(1e21, "1e+21")]
    [InlineData(1.25e22, "1.25e+22")]
    [InlineData(1e-6, "0.000001")]
    [InlineData(1.5e-6, "0.0000015")]
    [InlineData(9.5e-7, "9.5e-07")]
    [InlineData(-1e-9, "-1e-09")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    public void Values_are_written_as_Prometheus_writes_them(double value, string expected)
    {
        Assert.Equal(expected, FloatText.ToText(value));
    }

    [Fact]
    public void Negative_zero_keeps_its_sign()
    {
        Assert.Equal("-0", FloatText.ToText(-0.0));
    }

    [Fact]
    public void Every_finite_value_reads_back_to_the_same_bits()
    {
        Random random = new(20261125);
        for (int i = 0; i < 100_000; i++)
        {
            double value = i % 2 == 0
                ? BitConverter.Int64BitsToDouble(random.NextInt64())
                : Math.Round(random.NextDouble() * Math.Pow(10, random.Next(-8, 24)), random.Next(0, 8));
            if (double.IsFinite(value))
            {
                string text = FloatText.ToText(value);
                Assert.Equal(value, double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));
                Assert.True(text.Length <= FloatText.MaxLength, text);
            }
        }
    }
}
