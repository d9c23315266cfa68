using System.Text.Json;
using Plimsoll.Cli.Tests.Running;

namespace Plimsoll.Cli.Tests;

public sealed class FleetAndUsageTests
{
    [Fact]
    public async Task Machines_are_listed_with_size_and_age()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/v1/orgs/local/machines", Canned.Machines);

        Assert.Equal(
            """
            id   name   app   region  state    vCPUs   memory  last observed
            m-1  web-1  host  -       running      2  7.7 GiB  3s ago

            """,
            (await Command.RunAsync(server, "machine", "list")).Printed());
    }

    [Fact]
    public async Task Apps_are_listed_of_the_organization_that_is_named()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/v1/orgs/acme/apps", Canned.Apps);

        string printed = (await Command.RunAsync(server, "app", "list", "--org", "acme")).Printed();

        Assert.Contains("2026-11-25 06:21", printed, StringComparison.Ordinal);
        Assert.Equal("/v1/orgs/acme/apps", Assert.Single(server.Requests).Path);
    }

    [Fact]
    public async Task Usage_shows_every_page_with_share_and_gaps()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/v1/orgs/local/usage", Canned.Usage).On("/v1/orgs/local/usage?meter=vcpu&from=2026-11-25T00%3A00%3A00Z&limit=1000&cursor=p2", Canned.UsageSecond);

        string printed = (await Command.RunAsync(server, "usage", "show", "--meter", "vcpu", "--from", "2026-11-25")).Printed();

        Assert.Equal(
            """
            hour (UTC)        machine  meter     quantity  unit            observed  gaps
            2026-11-25 08:00  web-1    vcpu   1.866666667  vCPU-hour          93.3%  08:12:00-08:16:00 (4m 0s)
            2026-11-25 09:00  web-1    vcpu   1.1          vCPU-hour  33m 0s so far  none

            """,
            printed);
    }

    [Fact]
    public async Task Usage_as_json_is_one_list()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/v1/orgs/local/usage", Canned.Usage).On("/v1/orgs/local/usage?limit=1000&cursor=p2", Canned.UsageSecond);

        using JsonDocument printed = JsonDocument.Parse((await Command.RunAsync(server, "usage", "show", "--json")).Printed());

        Assert.Equal(2, printed.RootElement.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Nothing_metered_yet_is_said_on_stderr()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/v1/orgs/local/usage", """{"data":[],"next_cursor":null}""");

        Command.Outcome outcome = await Command.RunAsync(server, "usage", "show");

        Assert.Equal((0, "", "No usage is metered yet.\n"), (outcome.Code, outcome.Output, outcome.Error));
        Assert.Equal("No usage of machine 'x'.\n", (await Command.RunAsync(server, "usage", "show", "--machine", "x")).Error);
        Assert.Equal(
            "No usage of meter 'vcpu' of machine 'x' in this time.\n",
            (await Command.RunAsync(server, "usage", "show", "--machine", "x", "--meter", "vcpu", "--from", "2026-11-25")).Error);
    }

    [Fact]
    public async Task Status_shows_server_host_age_and_load_lines()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/v1/orgs/local/load_lines", Canned.LoadLines);

        Golden.Holds("status", (await Command.RunAsync(server, "status")).Printed().Replace(server.Address, "http://ADDRESS", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Status_in_ascii_has_nothing_beyond_it()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/v1/orgs/local/load_lines", Canned.LoadLines);

        string printed = (await Command.RunAsync(new Command.Setting { Server = server.Address, Unicode = false }, "status")).Printed();

        Assert.All(printed, c => Assert.True(char.IsAscii(c), $"'{c}'"));
        Assert.Contains("[########        |   ]", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_ends_with_3_when_a_load_line_is_exceeded()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/v1/orgs/local/load_lines", Canned.LoadLines);

        Assert.Equal(3, (await Command.RunAsync(server, "status", "--check")).Code);

        server.On("/v1/orgs/local/load_lines", """{"data":[],"next_cursor":null}""");
        Assert.Equal(0, (await Command.RunAsync(server, "status", "--check", "--json")).Code);
    }
}
