using System.Text.Json;
using Plimsoll.Cli.Tests.Running;

namespace Plimsoll.Cli.Tests;

public sealed class InvoiceVerbTests
{
    private const string Path = "/v1/orgs/local/invoices/upcoming";

    [Fact]
    public async Task The_preview_lists_every_line_with_amounts_below_each_other_and_the_total()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On(Path, Canned.Invoice);

        string printed = (await Command.RunAsync(server, "invoice", "preview")).Printed();

        Assert.Contains("1 Compute 2.966666667 vCPU-hour 0.042 0.124600000", Squeezed(printed), StringComparison.Ordinal);
        Assert.Contains("3 Sent 0 GiB 0.01 0.000000000", Squeezed(printed), StringComparison.Ordinal);
        Assert.Contains("Total USD 0.133500000", Squeezed(printed), StringComparison.Ordinal);
        Assert.Contains("12.500000000 USD for the period if it goes on like this", printed, StringComparison.Ordinal);
        string[] amounts = [.. printed.Split('\n').Where(line => line.Contains("00000", StringComparison.Ordinal) && !line.StartsWith("Now", StringComparison.Ordinal))];
        Assert.Single(amounts.Select(line => line.LastIndexOf('.')).Distinct());
    }

    [Fact]
    public async Task Json_is_the_contract_with_decimal_strings()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On(Path, Canned.Invoice);

        using JsonDocument printed = JsonDocument.Parse((await Command.RunAsync(server, "invoice", "preview", "--json")).Printed());

        JsonElement root = printed.RootElement;
        Assert.Equal(("USD", "0.133500000"), (root.GetProperty("currency").GetString(), root.GetProperty("total").GetString()));
        Assert.Equal(3, root.GetProperty("lines").GetArrayLength());
        JsonElement line = root.GetProperty("lines")[0];
        Assert.Equal(
            ("0.124600000", "2.966666667", "vCPU-hour", 2),
            (line.GetProperty("amount").GetString(), line.GetProperty("quantity").GetString(), line.GetProperty("unit").GetString(), line.GetProperty("hours").GetArrayLength()));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("vcpu")]
    public async Task A_line_opens_by_number_or_id_to_its_arithmetic_and_hours(string line)
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On(Path, Canned.Invoice);

        string printed = (await Command.RunAsync(server, "invoice", "preview", "--explain", line)).Printed();

        Assert.Contains("2.966666667 vCPU-hour × 0.042 USD = 0.124600000 USD", printed, StringComparison.Ordinal);
        Assert.Contains("Now at a pace of 2 vCPU-hour per hour, 0.084 USD per hour.", printed, StringComparison.Ordinal);
        Assert.Contains("08:12:00-08:16:00 (4m 0s)", printed, StringComparison.Ordinal);
        Assert.Contains("93.3%", printed, StringComparison.Ordinal);
        Assert.Contains("33m 0s so far", printed, StringComparison.Ordinal);
        Assert.Contains("The hours add up to the line exactly.", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hours_that_do_not_add_up_are_called_so()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On(Path, Canned.Invoice);

        Assert.Contains(
            "amounts do NOT add up",
            (await Command.RunAsync(server, "invoice", "preview", "--explain", "memory")).Printed(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_of_a_line_keeps_the_shape_of_the_invoice()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On(Path, Canned.Invoice);

        using JsonDocument printed = JsonDocument.Parse((await Command.RunAsync(server, "invoice", "preview", "--explain", "3", "--json")).Printed());

        Assert.Equal("egress", Assert.Single(printed.RootElement.GetProperty("lines").EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task An_hour_opens_to_the_samples_behind_it()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On(Path, Canned.Invoice)
            .On("/v1/orgs/local/usage/receipt?meter=vcpu&machine=web-1&hour=2026-11-25T09%3A00%3A00Z", Canned.Receipt);

        string printed = (await Command.RunAsync(server, "invoice", "preview", "--explain", "1", "--hour", "2026-11-25T09:20:00Z")).Printed();

        Assert.Contains("plimsoll_machine_vcpus{machine=\"web-1\"}", printed, StringComparison.Ordinal);
        Assert.Contains("2026-11-25 09:00:00  09:00:05", printed, StringComparison.Ordinal);
        Assert.Contains("1.1 vCPU-hour = 3960000 vCPU-milliseconds", printed, StringComparison.Ordinal);
        Assert.Contains("counter restarted", printed, StringComparison.Ordinal);
        Assert.Contains("The 5 stretches add up to the quantity exactly.", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("it has 1 (vcpu), 2 (memory), 3 (egress)", 1, "--explain", "9")]
    [InlineData("--hour needs --explain", 2, "--hour", "2026-11-25T09:00:00Z")]
    [InlineData("no hour at 2026-11-20", 1, "--explain", "1", "--hour", "2026-11-20T09:00:00Z")]
    [InlineData("no hours yet", 1, "--explain", "3", "--hour", "2026-11-20T09:00:00Z")]
    public async Task What_is_not_there_is_named(string message, int code, params string[] args)
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On(Path, Canned.Invoice);

        Command.Outcome outcome = await Command.RunAsync(server, ["invoice", "preview", .. args]);

        Assert.Equal((code, ""), (outcome.Code, outcome.Output));
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    private static string Squeezed(string text) =>
        string.Join('\n', text.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
}
