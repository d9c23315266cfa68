using System.Text.Json;
using Plimsoll.Cli.Tests.Running;

namespace Plimsoll.Cli.Tests;

public sealed class QueryVerbTests
{
    [Fact]
    public async Task An_instant_is_a_table_with_the_points_below_each_other()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/api/v1/query", Canned.Vector);

        string printed = (await Command.RunAsync(server, "query", "node_cpu_seconds_total", "--time", "2026-11-25T09:33:00Z")).Printed();

        Assert.Equal(
            """
            series                                          value
            node_cpu_seconds_total{cpu="0", mode="idle"}  12345.7
            node_cpu_seconds_total{cpu="0", mode="user"}      0.5
            node_cpu_seconds_total{cpu="1", mode="user"}    NaN

            """,
            printed);
        Assert.Equal("query=node_cpu_seconds_total&time=1795599180", server.Requests.Single().Body);
    }

    [Fact]
    public async Task A_narrow_terminal_cuts_the_series_and_never_the_value()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/api/v1/query", Canned.Vector);

        string printed = (await Command.RunAsync(new Command.Setting { Server = server.Address, Terminal = true, Width = 40 }, "query", "x")).Printed();

        Assert.All(printed.Split('\n'), line => Assert.True(line.Length <= 40, line));
        Assert.Contains("12,345.7", printed, StringComparison.Ordinal);
        Assert.Contains("…", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_the_data_object_digit_by_digit()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/api/v1/query", Canned.Vector);

        using JsonDocument printed = JsonDocument.Parse((await Command.RunAsync(server, "query", "x", "--json")).Printed());

        Assert.Equal("vector", printed.RootElement.GetProperty("resultType").GetString());
        Assert.Equal("[1764063180,\"12345.67\"]", Compact(printed.RootElement.GetProperty("result")[0].GetProperty("value")));
    }

    [Fact]
    public async Task No_series_is_told_on_stderr_and_is_no_failure()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/api/v1/query", """{"status":"success","data":{"resultType":"vector","result":[]}}""");

        Command.Outcome outcome = await Command.RunAsync(server, "query", "nothing");

        Assert.Equal((0, ""), (outcome.Code, outcome.Output));
        Assert.Contains("No series matches", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scalars_strings_and_range_selectors_have_their_own_shape()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/api/v1/query", """{"status":"success","data":{"resultType":"scalar","result":[1,"42"]}}""");
        Assert.Equal("42\n", (await Command.RunAsync(server, "query", "42")).Printed());

        server.On("/api/v1/query", """{"status":"success","data":{"resultType":"string","result":[1,"text"]}}""");
        Assert.Equal("text\n", (await Command.RunAsync(server, "query", "'text'")).Printed());

        server.On("/api/v1/query", """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"b"},"values":[[1.5,"1"]]}]}}""");
        Assert.Contains("1970-01-01 00:00:01.500", (await Command.RunAsync(server, "query", "x[1m]")).Printed(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_malformed_expression_is_pointed_at()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On(
            "/api/v1/query",
            """{"status":"error","errorType":"bad_data","error":"expected ')'","position":{"start":16,"end":16,"line":1,"column":17}}""",
            400);

        Command.Outcome outcome = await Command.RunAsync(server, "query", "sum(rate(up[1m])");

        Assert.Equal((1, ""), (outcome.Code, outcome.Output));
        Assert.Equal(
            """
            plimsoll: expected ')'
              sum(rate(up[1m])
                              ^

            """,
            outcome.Error);
    }

    [Fact]
    public void A_long_expression_is_shown_around_the_place()
    {
        string expression = new string('a', 200) + "!" + new string('b', 200);

        (string excerpt, string caret) = QueryErrorText.Point(expression, 201, 80);

        Assert.Equal(80, excerpt.Length);
        Assert.Equal('!', excerpt[caret.Length - 1]);
    }

    [Fact]
    public async Task A_range_asks_for_steps_that_a_chart_can_show()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/api/v1/query_range", Canned.Matrix(("{}", minute => minute)));

        await Command.RunAsync(server, "query", "x", "--range", "1h");
        await Command.RunAsync(server, "query", "x", "--range", "1h", "--step", "1m", "--time", "2026-11-25T09:33:00Z", "--json");

        Assert.Equal(
            ["query=x&start=1795595580&end=1795599180&step=30", "query=x&start=1795595580&end=1795599180&step=60"],
            server.Requests.Select(request => request.Body));
    }

    [Theory]
    [InlineData("a step without a range", "--step needs --range", "query", "x", "--step", "15s")]
    [InlineData("no duration", "'soon' is no duration for --range", "query", "x", "--range", "soon")]
    [InlineData("no time", "'yesterday' is no time for --time", "query", "x", "--time", "yesterday")]
    [InlineData("no expression", "needs EXPR", "query")]
    [InlineData("unquoted", "single quotes", "query", "sum", "by", "x")]
    public async Task Wrong_usage_is_told_with_code_2(string what, string message, params string[] args)
    {
        Command.Outcome outcome = await Command.RunAsync(new Command.Setting(), args);

        Assert.True(outcome.Code == 2, what);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.Equal("", outcome.Output);
    }

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);
}
