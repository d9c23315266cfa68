using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Plimsoll.EndToEnd.Tests.Processes;
using Snappier;

namespace Plimsoll.EndToEnd.Tests;

/// <summary>What the server refuses, with which status and which words; one server for all of it, which must stand all of it.</summary>
public sealed class RefusalTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private PlimsollServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await PlimsollServer.StartAsync(_folder.Under("data"));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Prometheus_parameters_that_cant_be_read_are_answered_in_its_own_json()
    {
        string[] requests =
        [
            "query?query=up&limit=x",
            "query?query=up&time=noon",
            "query?query=up&time=2026-11-25",
            "query?query=",
            "query_range?query=up&start=0&end=10&step=0",
            "query_range?query=up&start=10&end=0&step=1",
            "query_range?query=up&start=0&end=100000&step=1",
            "query_range?query=up&start=0&end=10&step=1&limit=-1",
            "labels?limit=x",
            "label/job/values?start=5&end=4",
            "series",
            "series?match[]=rate(up[1m])",
        ];
        foreach (string request in requests)
        {
            using HttpResponseMessage answer = await _server.Http.GetAsync("/api/v1/" + request);
            using JsonDocument body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, request);
            Assert.Equal(("error", "bad_data"), (body.RootElement.GetProperty("status").GetString(), body.RootElement.GetProperty("errorType").GetString()));
            Assert.NotEqual("", body.RootElement.GetProperty("error").GetString());
        }
    }

    [Theory]
    [InlineData("GET", "/v1/nowhere", null, null, 404, "address_not_found")]
    [InlineData("GET", "/v1/orgs/other/apps", null, null, 404, "organization_not_found")]
    [InlineData("DELETE", "/v1/orgs/local/price_books", null, null, 405, "method_not_allowed")]
    [InlineData("POST", "/v1/orgs/local/price_books", "{}", "application/json", 422, "price_book_invalid")]
    [InlineData("POST", "/v1/orgs/local/price_books", "{\"yaml\":", "application/json", 400, "bad_request")]
    [InlineData("POST", "/v1/orgs/local/price_books", "null", "application/json", 400, "bad_request")]
    [InlineData("POST", "/v1/orgs/local/price_books", "a: 1", "application/yaml", 415, "media_type_not_supported")]
    [InlineData("GET", "/v1/orgs/local/usage?limit=0", null, null, 400, "invalid_limit")]
    [InlineData("GET", "/v1/orgs/local/usage?cursor=zzz", null, null, 400, "invalid_cursor")]
    [InlineData("GET", "/v1/orgs/local/usage?from=1/2/2026", null, null, 400, "invalid_time")]
    [InlineData("GET", "/v1/orgs/local/usage?meter=disk", null, null, 404, "meter_not_found")]
    [InlineData("GET", "/v1/orgs/local/usage/receipt?meter=vcpu&machine=x", null, null, 400, "missing_parameter")]
    [InlineData("GET", "/v1/orgs/local/usage/receipt?meter=vcpu&machine=nobody&hour=2026-01-01T00:00:00Z", null, null, 404, "usage_not_found")]
    [InlineData("POST", "/anywhere", "x", "text/plain", 405, "method_not_allowed")]
    public async Task Our_own_api_refuses_in_one_shape_with_a_stable_code(string method, string path, string? body, string? type, int status, string code)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, type!);
        }

        using HttpResponseMessage answer = await _server.Http.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();

        Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode}: {text}");
        using JsonDocument problem = JsonDocument.Parse(text);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(code, problem.RootElement.GetProperty("code").GetString());
        Assert.Equal(answer.Headers.GetValues("X-Request-Id").Single(), problem.RootElement.GetProperty("request_id").GetString());
    }

    [Fact]
    public async Task Health_answers_to_a_probe_of_either_method()
    {
        using HttpRequestMessage head = new(HttpMethod.Head, "/healthz");
        using HttpResponseMessage answer = await _server.Http.SendAsync(head);

        Assert.Equal(("text/plain", HttpStatusCode.OK), (answer.Content.Headers.ContentType!.MediaType, answer.StatusCode));
        await PlimsollServer.EventuallyAsync(
            async () => await (await _server.Http.GetAsync("/readyz")).Content.ReadAsStringAsync(),
            text => text == "series: ok\nmetering: ok\nhost metrics: ok\n",
            "readiness");
    }

    [Fact]
    public async Task Nobody_else_may_write_the_series_that_the_host_is_billed_by()
    {
        Client.ServerInfo server = await _server.Client.GetServerAsync();
        Client.Machine machine = (await _server.Client.GetMachinesAsync(server.Org)).Data.Single();
        using RemoteWriteBody forged = new();
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        forged.AddSeries([("__name__", "node_memory_MemTotal_bytes"), ("instance", "evil"), ("job", "node"), ("machine", machine.Id)], now, 1e15);

        using HttpResponseMessage answer = await WriteAsync(Snappy.CompressToArray(forged.ToArray()));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("evil", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remote_write_refuses_what_is_broken_and_says_why()
    {
        using RemoteWriteBody good = new();
        good.AddSeries([("__name__", "fine")], DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), 1);
        byte[] body = Snappy.CompressToArray(good.ToArray());
        using RemoteWriteBody unnamed = new();
        unnamed.AddSeries([("b", "1"), ("a", "1")], DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), 1);

        Assert.Equal(HttpStatusCode.NoContent, (await WriteAsync(body)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await WriteAsync(body[..^3])).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await WriteAsync(Snappy.CompressToArray(unnamed.ToArray()))).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await WriteAsync([0xff, 0xff, 0xff, 0xff, 0x0f, 0x00])).StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await WriteAsync(body, encoding: "gzip")).StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await WriteAsync(body, type: "application/json")).StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await WriteAsync(body, type: "application/x-protobuf;proto=io.prometheus.write.v2.Request")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await WriteAsync(body, org: "other")).StatusCode);
    }

    private async Task<HttpResponseMessage> WriteAsync(byte[] body, string type = "application/x-protobuf", string encoding = "snappy", string? org = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/v1/write") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        request.Content.Headers.ContentEncoding.Add(encoding);
        if (org is not null)
        {
            request.Headers.Add("X-Scope-OrgID", org);
        }

        return await _server.Http.SendAsync(request);
    }
}
