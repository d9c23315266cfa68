using System.CommandLine;
using System.Net;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>The options by which every server verb finds its server and organization.</summary>
internal sealed class ServerOptions
{
    public const string ServerVariable = "PLIMSOLL_SERVER";
    public const string TokenVariable = "PLIMSOLL_TOKEN";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMinutes(2);

    public Option<string?> Server { get; } = new("--server")
    {
        Description = $"Address of the server [default: ${ServerVariable}, else {PlimsollClientOptions.DefaultServer}]",
        HelpName = "URL",
        Recursive = true,
    };

    public Option<string?> Org { get; } = new("--org")
    {
        Description = "Organization [default: the server's own]",
        HelpName = "ORG",
        Recursive = true,
    };

    /// <exception cref="CommandFailedException">The address is none.</exception>
    public Connection Connect(ParseResult arguments, Shell shell)
    {
        (string text, string source) = arguments.GetValue(Server) is { } given ? (given, "--server")
            : shell.Environment(ServerVariable) is { Length: > 0 } named ? (named, ServerVariable)
            : (PlimsollClientOptions.DefaultServer, "the default");
        PlimsollClientOptions options = new(ParseAddress(text, source)) { Token = shell.Environment(TokenVariable) };
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = ConnectTimeout,

            // A proxy that the environment names can't reach this machine's own loopback.
            UseProxy = !options.Server.IsLoopback,
        };
        HttpClient http = new(handler) { Timeout = AnswerTimeout };
        return new Connection(http, options, arguments.GetValue(Org));
    }

    private static Uri ParseAddress(string text, string source)
    {
        string full = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return Uri.TryCreate(full, UriKind.Absolute, out Uri? address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            && address.UserInfo.Length == 0
            ? address
            : throw CommandFailedException.Usage(
                $"'{Printable.Line(text)}' (from {source}) is not the address of a server; write it like {PlimsollClientOptions.DefaultServer}.");
    }
}

/// <summary>A server to ask, and the organization to ask it about.</summary>
internal sealed class Connection(HttpClient http, PlimsollClientOptions options, string? org) : IDisposable
{
    private ServerInfo? _server;

    public PlimsollClient Client { get; } = new(http, options);

    public string Address { get; } = options.Server.ToString().TrimEnd('/');

    public async ValueTask<ServerInfo> ServerAsync(CancellationToken cancellation) =>
        _server ??= await Client.GetServerAsync(cancellation);

    /// <summary>What <c>--org</c> named, or else the server's own.</summary>
    public async ValueTask<string> OrgAsync(CancellationToken cancellation) =>
        org ?? (await ServerAsync(cancellation)).Org;

    public void Dispose() => http.Dispose();
}
