using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Plimsoll.Cli.Tests.Running;

/// <summary>A real HTTP server on loopback that answers each path with canned JSON.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (int Status, string Body)> _answers = new();

    private FakeServer()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
        On("/v1/server", Canned.Server);
    }

    public string Address => _app.Urls.Single();

    /// <summary>Method, path with query, body.</summary>
    public ConcurrentQueue<(string Method, string Path, string Body)> Requests { get; } = [];

    /// <summary>Set while a request is held back by <see cref="Hold"/>.</summary>
    public TaskCompletionSource Held { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Hold { get; set; }

    public static async Task<FakeServer> StartAsync()
    {
        FakeServer server = new();
        await server._app.StartAsync();
        return server;
    }

    /// <param name="path">With its query, or without it for any query.</param>
    public FakeServer On(string path, string body, int status = 200)
    {
        _answers[path] = (status, body);
        return this;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        string full = path + context.Request.QueryString.Value;
        using StreamReader body = new(context.Request.Body);
        Requests.Enqueue((context.Request.Method, full, await body.ReadToEndAsync()));
        if (Hold)
        {
            Held.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }

        (int status, string text) = _answers.TryGetValue(full, out (int, string) exact) || _answers.TryGetValue(path, out exact)
            ? exact
            : (404, """{"title":"Not found","status":404,"detail":"No such thing.","code":"not_found","request_id":"r-404"}""");
        context.Response.StatusCode = status;
        context.Response.ContentType = status < 400 ? "application/json" : "application/problem+json";
        await context.Response.WriteAsync(text);
    }
}
