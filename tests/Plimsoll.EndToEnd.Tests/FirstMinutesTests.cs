using System.Globalization;
using System.Text.Json;
using Plimsoll.EndToEnd.Tests.Processes;

namespace Plimsoll.EndToEnd.Tests;

/// <summary>What a new user sees in the first minutes, at a faster collection so that the test need not wait for them.</summary>
public sealed class FirstMinutesTests
{
    [Fact]
    public async Task The_hosts_processors_add_up_to_their_number()
    {
        using TemporaryFolder folder = new();
        await using PlimsollServer server = await PlimsollServer.StartAsync(folder.Under("data"));
        string address = server.Address.ToString();

        // Each mode's seconds grow as the clock does, so all of them together tell how many processors there are.
        double cores = await PlimsollServer.EventuallyAsync(
            async () =>
            {
                CliResult answer = await Cli.RunAsync(address, "query", "sum(rate(node_cpu_seconds_total[15s])) and on () (count_over_time(up{job=\"node\"}[20s]) >= 16)", "--json");
                Assert.Equal((0, ""), (answer.ExitCode, answer.Errors));
                using JsonDocument data = JsonDocument.Parse(answer.Output);
                JsonElement result = data.RootElement.GetProperty("result");
                return result.GetArrayLength() == 0 ? 0 : double.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
            },
            value => value > 0,
            "sixteen rounds of host metrics",
            seconds: 90);

        Assert.InRange(cores, Environment.ProcessorCount * 0.95, Environment.ProcessorCount * 1.05);
    }

    [Fact]
    public async Task The_invoice_has_three_lines_that_add_up_and_hours_that_add_up_to_them()
    {
        using TemporaryFolder folder = new();
        await using PlimsollServer server = await PlimsollServer.StartAsync(folder.Under("data"));
        string address = server.Address.ToString();
        using JsonDocument invoice = await PlimsollServer.EventuallyAsync(
            () => InvoiceAsync(address),
            seen => Decimal(seen.RootElement, "total") > 0,
            "a first amount",
            seconds: 90);

        JsonElement[] lines = [.. invoice.RootElement.GetProperty("lines").EnumerateArray()];
        Assert.Equal(["vcpu", "memory", "egress"], lines.Select(line => line.GetProperty("meter").GetString()));
        Assert.Equal("USD", invoice.RootElement.GetProperty("currency").GetString());
        Assert.Equal(Decimal(invoice.RootElement, "total"), lines.Sum(line => Decimal(line, "amount")));
        Assert.All(lines, line =>
        {
            JsonElement[] hours = [.. line.GetProperty("hours").EnumerateArray()];
            Assert.NotEmpty(hours);
            Assert.Equal(Decimal(line, "amount"), hours.Sum(hour => Decimal(hour, "amount")));
            Assert.Equal(Decimal(line, "quantity"), hours.Sum(hour => Decimal(hour, "quantity")));
        });

        // Down to the samples: the receipt of the vCPU line's hour adds up by itself.
        string hour = lines[0].GetProperty("hours")[0].GetProperty("start").GetString()!;
        string machine = lines[0].GetProperty("hours")[0].GetProperty("machine").GetString()!;
        using JsonDocument receipt = JsonDocument.Parse(await server.Http.GetStringAsync(
            $"/v1/orgs/local/usage/receipt?meter=vcpu&machine={machine}&hour={Uri.EscapeDataString(hour)}"));
        Assert.True(receipt.RootElement.GetProperty("adds_up").GetBoolean());
        Assert.Equal(
            Decimal(receipt.RootElement, "base_quantity"),
            receipt.RootElement.GetProperty("parts").EnumerateArray().Sum(part => Decimal(part, "base_quantity")));
    }

    [Fact]
    public async Task Time_down_is_a_gap_that_is_shown_and_not_billed()
    {
        using TemporaryFolder folder = new();
        await using (PlimsollServer first = await PlimsollServer.StartAsync(folder.Under("data")))
        {
            await PlimsollServer.EventuallyAsync(() => UsageAsync(first), usage => usage.Length > 0, "usage before the kill");
            await first.KillAsync();
        }

        // Longer than three collection intervals of a second each: that much time can't be made up.
        await Task.Delay(TimeSpan.FromSeconds(5));
        await using PlimsollServer second = await PlimsollServer.StartAsync(folder.Under("data"));
        JsonElement[] seen = await PlimsollServer.EventuallyAsync(
            () => UsageAsync(second), usage => usage.Any(hour => hour.GetProperty("gaps").GetArrayLength() > 0), "the gap");

        JsonElement gap = seen.First(hour => hour.GetProperty("gaps").GetArrayLength() > 0).GetProperty("gaps")[0];
        TimeSpan length = gap.GetProperty("to").GetDateTimeOffset() - gap.GetProperty("from").GetDateTimeOffset();
        Assert.True(length > TimeSpan.FromSeconds(3), $"a gap of {length}");
    }

    private static async Task<JsonElement[]> UsageAsync(PlimsollServer server)
    {
        using JsonDocument page = JsonDocument.Parse(await server.Http.GetStringAsync("/v1/orgs/local/usage"));
        return [.. page.RootElement.GetProperty("data").EnumerateArray().Select(hour => hour.Clone()).Where(hour => Decimal(hour, "observed_seconds") > 0)];
    }

    private static async Task<JsonDocument> InvoiceAsync(string address)
    {
        CliResult answer = await Cli.RunAsync(address, "invoice", "preview", "--json");
        Assert.Equal((0, ""), (answer.ExitCode, answer.Errors));
        return JsonDocument.Parse(answer.Output);
    }

    private static decimal Decimal(JsonElement of, string name) => decimal.Parse(of.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
}
