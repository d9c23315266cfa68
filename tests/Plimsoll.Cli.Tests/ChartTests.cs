using Plimsoll.Cli.Tests.Running;

namespace Plimsoll.Cli.Tests;

/// <summary>Charts as they look, held to golden files of version 1 in Golden/; PLIMSOLL_WRITE_GOLDEN=1 writes them anew.</summary>
public sealed class ChartTests
{
    [Theory]
    [InlineData("one-series-braille", true)]
    [InlineData("one-series-ascii", false)]
    public async Task One_series_is_a_line_with_its_gap_left_open(string golden, bool unicode)
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/api/v1/query_range", Canned.Matrix(("{\"mode\":\"user\"}", Wave)));

        Golden.Holds(golden, (await Command.RunAsync(
            new Command.Setting { Server = server.Address, Unicode = unicode }, "query", "rate(cpu[1m])", "--range", "1h", "--step", "1m")).Printed());
    }

    [Fact]
    public async Task Several_series_without_colour_are_told_apart_by_their_marks()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/api/v1/query_range", Canned.Matrix(
            ("{\"mode\":\"user\"}", minute => 1e6 * minute),
            ("{\"mode\":\"idle\"}", minute => 6e7 - (1e6 * minute))));

        Golden.Holds("two-series-marks", (await Command.RunAsync(server, "query", "x", "--range", "1h", "--step", "1m")).Printed());
    }

    [Fact]
    public async Task Several_series_with_colour_share_the_braille()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/api/v1/query_range", Canned.Matrix(("{\"a\":\"1\"}", minute => minute), ("{\"a\":\"2\"}", minute => 60 - minute)));

        string printed = (await Command.RunAsync(
            new Command.Setting { Server = server.Address, Terminal = true, Color = true }, "query", "x", "--range", "1h", "--step", "1m")).Printed();

        Assert.Contains("\u001b[34m", printed, StringComparison.Ordinal);
        Assert.Contains("\u001b[33m", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("*", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_largest_six_are_drawn_and_the_rest_is_counted()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/api/v1/query_range", Canned.Matrix(
            [.. Enumerable.Range(0, 9).Select(n => ($"{{\"n\":\"{n}\"}}", (Func<int, double?>)(_ => n)))]));

        string printed = (await Command.RunAsync(server, "query", "x", "--range", "1h", "--step", "1m")).Printed();

        Assert.Contains("3 of 9 series are not drawn", printed, StringComparison.Ordinal);
        Assert.Contains("{n=\"8\"}", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("{n=\"2\"}", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    public async Task No_line_of_a_chart_is_wider_than_the_terminal(int width)
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/api/v1/query_range", Canned.Matrix(("{\"mode\":\"user\"}", minute => Math.Pow(10, minute / 5.0))));

        string printed = (await Command.RunAsync(
            new Command.Setting { Server = server.Address, Terminal = true, Width = width }, "query", new string('x', 300), "--range", "1h", "--step", "1m")).Printed();

        Assert.All(printed.Split('\n').Where(line => line.Contains('│') || line.Contains('┤') || line.Contains('└')), line =>
            Assert.True(line.Length <= width, line));
    }

    [Fact]
    public async Task Values_that_are_not_finite_are_not_drawn()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/api/v1/query_range", Canned.Matrix(("{}", _ => double.NaN)));

        string printed = (await Command.RunAsync(server, "query", "x", "--range", "1h", "--step", "1m")).Printed();

        Assert.Contains("no finite value", printed, StringComparison.Ordinal);
        Assert.Contains("61 of 61 steps", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-3, 7)]
    [InlineData(5, 5)]
    [InlineData(0, 0)]
    [InlineData(-1e-9, 1e-9)]
    [InlineData(1e300, 1.7e300)]
    [InlineData(1000000, 1000000.5)]
    public void An_axis_covers_the_values_with_a_few_round_ticks(double smallest, double largest)
    {
        ValueAxis axis = ValueAxis.For(smallest, largest);
        double[] ticks = [.. axis.Ticks()];

        Assert.InRange(ticks.Length, 2, 7);
        Assert.True(axis.Bottom <= smallest && axis.Top >= largest);
        Assert.True(axis.Bottom < axis.Top);
    }

    private static double? Wave(int minute) => minute is >= 20 and < 30 ? null : Math.Round(1 + Math.Sin(minute / 8.0), 3);
}
