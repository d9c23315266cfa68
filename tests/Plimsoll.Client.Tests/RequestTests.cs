using System.Net;

namespace Plimsoll.Client.Tests;

public sealed class RequestTests
{
    private const string EmptyPage = """{"data":[],"next_cursor":null}""";

    [Fact]
    public async Task An_organization_with_odd_characters_stays_one_segment_of_the_path()
    {
        ScriptedServer server = new ScriptedServer().Answer(HttpStatusCode.OK, EmptyPage);

        await server.Client().GetAppsAsync("a/b?c");

        Assert.Equal("http://127.0.0.1:7070/v1/orgs/a%2Fb%3Fc/apps", server.Requests.Single().Address);
    }

    [Fact]
    public async Task A_path_in_the_servers_address_is_kept_as_a_prefix()
    {
        ScriptedServer server = new ScriptedServer().Answer(HttpStatusCode.OK, EmptyPage);

        await server.Client(address: "https://example.org/plimsoll").GetMetersAsync("local");

        Assert.Equal("https://example.org/plimsoll/v1/orgs/local/meters", server.Requests.Single().Address);
    }

    [Theory]
    [InlineData("ftp://example.org")]
    [InlineData("/only/a/path")]
    public void An_address_that_is_no_servers_is_refused(string address)
    {
        Assert.Throws<ArgumentException>(() => new PlimsollClientOptions(new Uri(address, UriKind.RelativeOrAbsolute)));
    }

    [Fact]
    public async Task A_token_is_sent_as_bearer_and_none_when_there_is_none()
    {
        ScriptedServer server = new ScriptedServer().Answer(HttpStatusCode.OK, EmptyPage).Answer(HttpStatusCode.OK, EmptyPage);

        await server.Client("secret").GetMachinesAsync("local");
        await server.Client().GetMachinesAsync("local");

        Assert.Equal(["Bearer secret", null], server.Requests.Select(request => request.Authorization));
    }

    [Fact]
    public async Task Usage_is_filtered_by_what_is_given()
    {
        ScriptedServer server = new ScriptedServer().Answer(HttpStatusCode.OK, EmptyPage);

        await server.Client().GetUsageAsync("local", new UsageFilter(
            Meter: "vcpu",
            From: new DateTimeOffset(2026, 11, 25, 10, 30, 0, TimeSpan.FromHours(5.5)),
            PageSize: 10));

        Assert.Equal(
            "http://127.0.0.1:7070/v1/orgs/local/usage?meter=vcpu&from=2026-11-25T05%3A00%3A00Z&limit=10",
            server.Requests.Single().Address);
    }

    [Fact]
    public async Task All_usage_follows_the_cursor_to_the_last_page()
    {
        ScriptedServer server = new ScriptedServer()
            .Answer(HttpStatusCode.OK, UsagePage("1", "next"))
            .Answer(HttpStatusCode.OK, UsagePage("2", null));

        List<UsageHour> hours = await server.Client().GetAllUsageAsync("local", new UsageFilter()).ToListAsync();

        Assert.Equal(["1", "2"], hours.Select(hour => hour.Quantity));
        Assert.EndsWith("/usage?cursor=next", server.Requests[1].Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_repeats_its_cursor_is_not_asked_for_ever()
    {
        ScriptedServer server = new ScriptedServer()
            .Answer(HttpStatusCode.OK, UsagePage("1", "same"))
            .Answer(HttpStatusCode.OK, UsagePage("2", "same"));

        Assert.Equal(2, (await server.Client().GetAllUsageAsync("local", new UsageFilter()).ToListAsync()).Count);
    }

    [Fact]
    public async Task A_price_book_is_posted_as_json_under_an_idempotency_key()
    {
        string book = """{"name":"default","version":2,"currency":"EUR","imported_at":"2026-11-25T09:00:00Z","prices":[],"yaml":"a: 1\n"}""";
        ScriptedServer server = new ScriptedServer().Answer(HttpStatusCode.Created, book).Answer(HttpStatusCode.OK, book);

        ImportedPriceBook first = await server.Client().ImportPriceBookAsync("local", "a: 1\n", "key-1");
        ImportedPriceBook again = await server.Client().ImportPriceBookAsync("local", "a: 1\n");

        Assert.Equal((2, true, false), (first.Book.Version, first.Created, again.Created));
        Assert.Equal("""{"yaml":"a: 1\n"}""", server.Requests[0].Body);
        Assert.Equal("key-1", server.Requests[0].IdempotencyKey);
        Assert.NotEmpty(server.Requests[1].IdempotencyKey!);
    }

    [Fact]
    public async Task A_receipt_names_meter_machine_and_hour()
    {
        ScriptedServer server = new ScriptedServer().Answer(HttpStatusCode.NotFound, "{}");

        await Assert.ThrowsAsync<PlimsollApiException>(() =>
            server.Client().GetUsageReceiptAsync("local", "vcpu", "web 1", DateTimeOffset.UnixEpoch));

        Assert.EndsWith(
            "/v1/orgs/local/usage/receipt?meter=vcpu&machine=web%201&hour=1970-01-01T00%3A00%3A00Z",
            server.Requests.Single().Address,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_request_is_a_cancellation_and_no_unreachable_server()
    {
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new ScriptedServer().Client().GetServerAsync(cancelled.Token));
    }

    private static string UsagePage(string quantity, string? next) =>
        $$"""
        {"data":[{"meter":"vcpu","machine":"m","app":"a","start":"2026-11-25T09:00:00Z","quantity":"{{quantity}}",
        "unit":"vCPU-hour","observed_seconds":"3600","gaps":[],"open":false}],"next_cursor":{{(next is null ? "null" : $"\"{next}\"")}}}
        """;
}
