using System.Net;
using System.Net.Sockets;
using Plimsoll.EndToEnd.Tests.Processes;

namespace Plimsoll.EndToEnd.Tests;

/// <summary>Each mistake gives one clear message and the right exit code, and loses nothing.</summary>
public sealed class BadInputTests
{
    [Fact]
    public async Task An_unknown_flag_is_wrong_usage()
    {
        CliResult result = await Cli.RunAsync(null, "serve", "--lisen", "127.0.0.1:0");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--lisen", result.Errors, StringComparison.Ordinal);
        Assert.Contains("--listen", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_the_way_out()
    {
        using TemporaryFolder folder = new();
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;

        CliResult result = await Cli.RunAsync(null, "serve", "--data", folder.Under("data"), "--listen", $"127.0.0.1:{port}");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"127.0.0.1:{port} is in use", result.Errors, StringComparison.Ordinal);
        Assert.Contains("--listen", result.Errors, StringComparison.Ordinal);
        Assert.Single(result.Errors.TrimEnd().Split('\n'));
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task A_data_folder_that_cant_be_written_is_named()
    {
        // /proc takes no folders, whoever asks: root included.
        CliResult result = await Cli.RunAsync(null, "serve", "--data", "/proc/plimsoll-data", "--listen", "127.0.0.1:0");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("/proc/plimsoll-data", result.Errors, StringComparison.Ordinal);
        Assert.Contains("--data", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_others_could_reach_is_refused()
    {
        using TemporaryFolder folder = new();

        CliResult result = await Cli.RunAsync(null, "serve", "--data", folder.Under("data"), "--listen", "0.0.0.0:0");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("no owner", result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Under("data")));
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_folder_is_refused_and_the_first_goes_on()
    {
        using TemporaryFolder folder = new();
        await using PlimsollServer first = await PlimsollServer.StartAsync(folder.Under("data"));

        CliResult second = await Cli.RunAsync(null, "serve", "--data", folder.Under("data"), "--listen", "127.0.0.1:0");

        Assert.Equal(1, second.ExitCode);
        Assert.Contains("open by another", second.Errors, StringComparison.Ordinal);
        Assert.Contains(folder.Under("data"), second.Errors, StringComparison.Ordinal);
        Assert.Contains(first.Process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), second.Errors, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await first.Http.GetAsync("/healthz")).StatusCode);
    }

    [Fact]
    public async Task A_malformed_price_book_is_refused_by_line_and_the_old_prices_stay()
    {
        using TemporaryFolder folder = new();
        await using PlimsollServer server = await PlimsollServer.StartAsync(folder.Under("data"));
        string before = (await Cli.RunAsync(server.Address.ToString(), "price", "show", "--yaml")).Output;
        string[] lines = before.Split('\n');
        int priceLine = Array.FindIndex(lines, line => line.TrimStart().StartsWith("unit_price:", StringComparison.Ordinal));
        lines[priceLine] = lines[priceLine][..(lines[priceLine].IndexOf(':', StringComparison.Ordinal) + 1)] + " \"a lot\"";
        string file = folder.Under("prices.yaml");
        await File.WriteAllTextAsync(file, string.Join('\n', lines));

        CliResult result = await Cli.RunAsync(server.Address.ToString(), "price", "import", file);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"{file}:{priceLine + 1}:", result.Errors, StringComparison.Ordinal);
        Assert.Contains("a lot", result.Errors, StringComparison.Ordinal);
        Assert.Equal(before, (await Cli.RunAsync(server.Address.ToString(), "price", "show", "--yaml")).Output);
    }

    [Fact]
    public async Task A_malformed_query_is_pointed_at()
    {
        using TemporaryFolder folder = new();
        await using PlimsollServer server = await PlimsollServer.StartAsync(folder.Under("data"));

        CliResult result = await Cli.RunAsync(server.Address.ToString(), "query", "sum(rate(up[1m])");

        Assert.Equal(1, result.ExitCode);
        string[] lines = result.Errors.TrimEnd().Split('\n');
        int query = Array.FindIndex(lines, line => line.Contains("sum(rate(up[1m])", StringComparison.Ordinal));
        Assert.True(query >= 0, result.Errors);
        Assert.Equal(lines[query].IndexOf("sum(", StringComparison.Ordinal) + "sum(rate(up[1m])".Length, lines[query + 1].IndexOf('^', StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_no_server_the_command_says_how_to_start_one()
    {
        CliResult result = await Cli.RunAsync("http://127.0.0.1:9", "query", "up");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("127.0.0.1:9", result.Errors, StringComparison.Ordinal);
        Assert.Contains("plimsoll serve", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_host_name_or_origin_gets_nothing()
    {
        using TemporaryFolder folder = new();
        await using PlimsollServer server = await PlimsollServer.StartAsync(folder.Under("data"));

        using HttpRequestMessage rebound = new(HttpMethod.Get, "/api/v1/labels") { Headers = { Host = "evil.example:7070" } };
        using HttpRequestMessage crossOrigin = new(HttpMethod.Post, "/v1/orgs/local/price_books") { Headers = { { "Origin", "https://evil.example" } } };

        Assert.Equal(HttpStatusCode.Forbidden, (await server.Http.SendAsync(rebound)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.Http.SendAsync(crossOrigin)).StatusCode);
    }
}
