using System.Net;
using System.Text;

namespace Plimsoll.Client.Tests;

/// <summary>Answers what it was told to, in order, and keeps what it was asked.</summary>
internal sealed class ScriptedServer : HttpMessageHandler
{
    private readonly Queue<Func<HttpResponseMessage>> _answers = [];

    public List<Request> Requests { get; } = [];

    public ScriptedServer Answer(HttpStatusCode status, string body, string type = "application/json")
    {
        _answers.Enqueue(() => new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, type) });
        return this;
    }

    public ScriptedServer Answer(HttpContent content)
    {
        _answers.Enqueue(() => new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
        return this;
    }

    public ScriptedServer Fail(Exception failure)
    {
        _answers.Enqueue(() => throw failure);
        return this;
    }

    public PlimsollClient Client(string? token = null, int? maxResponseBytes = null, string address = "http://127.0.0.1:7070")
    {
        PlimsollClientOptions options = new(new Uri(address)) { Token = token };
        return new PlimsollClient(
            new HttpClient(this),
            maxResponseBytes is { } limit ? options with { MaxResponseBytes = limit } : options);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Requests.Add(new Request(
            request.Method.Method,
            request.RequestUri!.OriginalString,
            request.Headers.Authorization?.ToString(),
            request.Headers.TryGetValues("Idempotency-Key", out IEnumerable<string>? keys) ? keys.Single() : null,
            request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken)));
        return _answers.Dequeue()();
    }

    internal sealed record Request(string Method, string Address, string? Authorization, string? IdempotencyKey, string Body);
}
