using System.Text.Json.Nodes;
using Plimsoll.EndToEnd.Tests.Processes;

namespace Plimsoll.EndToEnd.Tests;

/// <summary>The checked-in document is the contract; the code is held against it. <c>PLIMSOLL_UPDATE=1</c> writes it anew.</summary>
public sealed class OpenApiTests
{
    [Fact]
    public async Task The_document_checked_in_is_what_the_server_says_of_itself()
    {
        using TemporaryFolder folder = new();
        await using PlimsollServer server = await PlimsollServer.StartAsync(folder.Under("data"));
        string file = Path.Combine(Repository.Root, "docs", "openapi", "v1.json");

        JsonNode served = JsonNode.Parse(await server.Http.GetStringAsync("/openapi/v1.json"))!;
        string text = served.ToJsonString(new()
        {
            WriteIndented = true,
            NewLine = "\n",
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }) + "\n";
        if (Environment.GetEnvironmentVariable("PLIMSOLL_UPDATE") == "1")
        {
            await File.WriteAllTextAsync(file, text);
        }

        Assert.Equal(await File.ReadAllTextAsync(file), text);
        Assert.StartsWith("3.1", (string)served["openapi"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_address_of_the_document_answers()
    {
        using TemporaryFolder folder = new();
        await using PlimsollServer server = await PlimsollServer.StartAsync(folder.Under("data"));
        JsonNode document = JsonNode.Parse(await server.Http.GetStringAsync("/openapi/v1.json"))!;
        string[] gets = [.. document["paths"]!.AsObject().Where(path => path.Value!["get"] is not null).Select(path => path.Key)];

        Assert.NotEmpty(gets);
        foreach (string path in gets)
        {
            using HttpResponseMessage answer = await server.Http.GetAsync(path.Replace("{org}", "local", StringComparison.Ordinal));
            bool asksForParameters = path.EndsWith("/receipt", StringComparison.Ordinal);
            Assert.Equal(asksForParameters ? 400 : 200, (int)answer.StatusCode);
            Assert.Equal(asksForParameters ? "application/problem+json" : "application/json", answer.Content.Headers.ContentType!.MediaType);
        }
    }
}
