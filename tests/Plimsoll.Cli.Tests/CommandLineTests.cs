using System.Net;
using System.Net.Sockets;
using Plimsoll.Cli.Tests.Running;

namespace Plimsoll.Cli.Tests;

public sealed class CommandLineTests
{
    public static TheoryData<string> ServerVerbs =>
    [
        "status", "query up", "query up --range 1h", "usage show", "invoice preview", "price show", "price import -", "machine list", "app list",
    ];

    [Theory]
    [MemberData(nameof(ServerVerbs))]
    public async Task With_no_server_every_verb_says_how_to_start_one(string verb)
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        string address = $"http://{free.LocalEndpoint}";
        free.Stop();

        Command.Outcome outcome = await Command.RunAsync(new Command.Setting { Server = address }, verb.Split(' '));

        Assert.Equal((1, ""), (outcome.Code, outcome.Output));
        Assert.Equal($"plimsoll: No Plimsoll server answers at {address} (connection refused). Start one with: plimsoll serve\n", outcome.Error);
    }

    [Theory]
    [MemberData(nameof(ServerVerbs))]
    public async Task An_error_of_the_server_is_told_with_its_request(string verb)
    {
        await using FakeServer server = await FakeServer.StartAsync();
        const string problem = """{"title":"Something failed","status":500,"detail":"The disk is full.","code":"internal","request_id":"r-7"}""";
        server.On("/v1/server", problem, 500).On("/api/v1/query", problem, 500).On("/api/v1/query_range", problem, 500);

        Command.Outcome outcome = await Command.RunAsync(server, verb.Split(' '));

        Assert.Equal((1, ""), (outcome.Code, outcome.Output));
        Assert.Equal("plimsoll: The disk is full.\n  request r-7, status 500\n", outcome.Error);
    }

    [Theory]
    [MemberData(nameof(ServerVerbs))]
    public async Task An_interrupt_ends_every_verb_with_130_and_no_words(string verb)
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.Hold = true;
        using CancellationTokenSource interrupt = new();

        Task<Command.Outcome> running = Command.RunAsync(new Command.Setting { Server = server.Address, Cancellation = interrupt.Token }, verb.Split(' '));
        await server.Held.Task;
        await interrupt.CancelAsync();

        Assert.Equal(new Command.Outcome(130, "", ""), await running);
    }

    [Fact]
    public async Task The_option_goes_before_the_environment()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/v1/orgs/local/apps", Canned.Apps);

        (await Command.RunAsync(
            new Command.Setting { Server = "http://127.0.0.1:9" },
            "app", "list", "--server", server.Address.Replace("http://", "", StringComparison.Ordinal))).Printed();
    }

    [Theory]
    [InlineData("Did you mean 'query'?", "qurey", "up")]
    [InlineData("Did you mean '--json'?", "query", "up", "--jsn")]
    [InlineData("Did you mean '--json'?", "query", "--jsn")]
    [InlineData("Did you mean '--listen'?", "serve", "--lisen", "127.0.0.1:1")]
    [InlineData("Did you mean 'preview'?", "invoice", "preveiw")]
    [InlineData("Unknown option '--zzz'", "status", "--zzz=1")]
    [InlineData("(from PLIMSOLL_SERVER) is not the address of a server", "app", "list")]
    public async Task A_slip_is_told_with_what_was_probably_meant(string message, params string[] args)
    {
        Command.Outcome outcome = await Command.RunAsync(new Command.Setting { Server = "ftp://x" }, args);

        Assert.Equal((2, ""), (outcome.Code, outcome.Output));
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("query up")]
    [InlineData("usage show")]
    [InlineData("invoice preview")]
    [InlineData("price import")]
    [InlineData("price show")]
    [InlineData("machine list")]
    [InlineData("app list")]
    [InlineData("status")]
    public async Task Every_verb_has_help_with_usage_and_examples(string verb)
    {
        string printed = (await Command.RunAsync(new Command.Setting(), [.. verb.Split(' '), "--help"])).Printed();

        Assert.Contains("\nUsage\n  plimsoll ", printed, StringComparison.Ordinal);
        Assert.Contains("\nExamples\n  plimsoll ", printed, StringComparison.Ordinal);
        Assert.All(printed.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public async Task Help_groups_the_commands()
    {
        Golden.Holds("help", (await Command.RunAsync(new Command.Setting(), "--help")).Printed());
    }

    [Fact]
    public async Task Without_a_command_help_goes_to_stderr()
    {
        Command.Outcome outcome = await Command.RunAsync(new Command.Setting());

        Assert.Equal((2, ""), (outcome.Code, outcome.Output));
        Assert.Contains("invoice preview", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_one_line()
    {
        Assert.Matches(@"^plimsoll \d+\.\d+\.\d+\n$", (await Command.RunAsync(new Command.Setting(), "--version")).Printed());
    }

    [Fact]
    public async Task A_refusal_says_where_a_token_goes()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/v1/server", """{"status":401,"detail":"Sign in first."}""", 401);

        Assert.Contains("PLIMSOLL_TOKEN", (await Command.RunAsync(server, "status")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_forbidden_is_not_blamed_on_a_token()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/v1/server", """{"status":403,"detail":"Only from this host."}""", 403);

        Assert.Equal("plimsoll: Only from this host.\n", (await Command.RunAsync(server, "status")).Error);
    }

    [Theory]
    [InlineData("query up --time 10:00")]
    [InlineData("usage show --from 1/2/2026")]
    [InlineData("usage show --to 2026-11-25T09:00")]
    public async Task A_time_that_could_mean_two_is_refused_with_how_to_write_it(string line)
    {
        Command.Outcome outcome = await Command.RunAsync(new Command.Setting { Server = "http://127.0.0.1:9" }, line.Split(' '));

        Assert.Equal((2, ""), (outcome.Code, outcome.Output));
        Assert.Contains("write it like 2026-11-25T09:00:00Z, 2026-11-25 or 1764061200.", outcome.Error, StringComparison.Ordinal);
    }
}
