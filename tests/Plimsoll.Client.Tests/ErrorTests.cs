using System.Net;
using System.Net.Sockets;

namespace Plimsoll.Client.Tests;

public sealed class ErrorTests
{
    [Fact]
    public async Task A_problem_keeps_its_status_code_detail_request_and_places()
    {
        PlimsollApiException error = await Failing(new ScriptedServer().Answer(
            HttpStatusCode.UnprocessableEntity,
            """
            {"type":"urn:plimsoll:problem:price_book_invalid","title":"The request can't be carried out","status":422,
             "detail":"The price book is not valid.","instance":"/v1","code":"price_book_invalid","request_id":"r-1",
             "errors":[{"message":"not a number","line":3,"column":9,"path":"prices[0]"}]}
            """,
            "application/problem+json"));

        Assert.Equal((422, "price_book_invalid", "The price book is not valid.", "r-1"), (error.Status, error.Code, error.Detail, error.RequestId));
        Assert.Equal(new ProblemPlace("not a number", 3, 9, "prices[0]"), Assert.Single(error.Places));
    }

    [Fact]
    public async Task A_PromQL_error_points_into_the_expression()
    {
        ScriptedServer server = new ScriptedServer().Answer(
            HttpStatusCode.BadRequest,
            """{"status":"error","errorType":"bad_data","error":"unexpected )","position":{"start":4,"end":5,"line":1,"column":5}}""");

        PlimsollApiException error = await Assert.ThrowsAsync<PlimsollApiException>(() => server.Client().QueryAsync("sum()"));

        Assert.Equal((400, "bad_data", "unexpected )"), (error.Status, error.Code, error.Message));
        Assert.Equal(new QueryErrorPosition(4, 5, 1, 5), error.Position);
    }

    [Fact]
    public async Task A_Prometheus_error_without_a_place_has_none()
    {
        PlimsollApiException error = await Failing(new ScriptedServer().Answer(
            HttpStatusCode.UnprocessableEntity, """{"status":"error","errorType":"execution","error":"too many samples"}"""));

        Assert.Equal(("execution", (QueryErrorPosition?)null), (error.Code, error.Position));
    }

    [Theory]
    [InlineData("<html>Bad gateway</html>")]
    [InlineData("")]
    [InlineData("[1,2]")]
    [InlineData("""{"status":"not a number"}""")]
    public async Task A_strangers_error_page_is_told_by_its_status(string body)
    {
        PlimsollApiException error = await Failing(new ScriptedServer().Answer(HttpStatusCode.BadGateway, body, "text/html"));

        Assert.Equal(502, error.Status);
        Assert.Contains("502", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>Welcome to nginx</html>")]
    [InlineData("null")]
    [InlineData("""{"version":5}""")]
    public async Task A_stranger_that_answers_with_success_is_no_Plimsoll_server(string body)
    {
        PlimsollApiException error = await Failing(new ScriptedServer().Answer(HttpStatusCode.OK, body));

        Assert.Equal("unexpected_answer", error.Code);
        Assert.Contains("http://127.0.0.1:7070", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_connection_names_the_address()
    {
        // A port that was just free: nothing listens there.
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using HttpClient http = new();
        PlimsollClient client = new(http, new PlimsollClientOptions(new Uri($"http://127.0.0.1:{port}")));

        ServerUnreachableException error = await Assert.ThrowsAsync<ServerUnreachableException>(() => client.GetServerAsync());

        Assert.Equal(($"http://127.0.0.1:{port}", "connection refused"), (error.Address, error.Reason));
    }

    [Fact]
    public async Task A_server_that_is_silent_too_long_counts_as_unreachable()
    {
        ScriptedServer server = new ScriptedServer().Fail(new TaskCanceledException("late", new TimeoutException()));

        ServerUnreachableException error = await Assert.ThrowsAsync<ServerUnreachableException>(() => server.Client().GetServerAsync());

        Assert.Contains("no answer within", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_breaks_within_the_answer_is_told_as_such()
    {
        ScriptedServer server = new ScriptedServer().Answer(new StreamContent(new BreakingStream()));

        ServerUnreachableException error = await Assert.ThrowsAsync<ServerUnreachableException>(() => server.Client().GetServerAsync());

        Assert.Contains("broke", error.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_above_the_limit_is_refused_whether_it_says_its_length_or_not(bool says)
    {
        byte[] body = new byte[2000];
        HttpContent content = says ? new ByteArrayContent(body) : new StreamContent(new LengthlessStream(body));
        ScriptedServer server = new ScriptedServer().Answer(content);

        PlimsollApiException error = await Assert.ThrowsAsync<PlimsollApiException>(() => server.Client(maxResponseBytes: 1999).GetServerAsync());

        Assert.Equal("answer_too_large", error.Code);
    }

    [Fact]
    public async Task An_answer_of_exactly_the_limit_is_read()
    {
        const string page = """{"data":[],"next_cursor":null}""";
        ScriptedServer server = new ScriptedServer().Answer(HttpStatusCode.OK, page);

        Assert.Empty((await server.Client(maxResponseBytes: page.Length).GetAppsAsync("local")).Data);
    }

    private static Task<PlimsollApiException> Failing(ScriptedServer server) =>
        Assert.ThrowsAsync<PlimsollApiException>(() => server.Client().GetServerAsync());

    private sealed class LengthlessStream(byte[] data) : MemoryStream(data)
    {
        public override bool CanSeek => false;
    }

    private sealed class BreakingStream : MemoryStream
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("The peer has gone.");
    }
}
