namespace Plimsoll.Client;

/// <summary>Where the server is and how to speak to it.</summary>
public sealed record PlimsollClientOptions
{
    /// <summary>The address of a server started with no options.</summary>
    public const string DefaultServer = "http://127.0.0.1:7070";

    /// <param name="server">Absolute, http or https; a path in it is kept as a prefix.</param>
    /// <exception cref="ArgumentException">The address is not absolute, or neither http nor https.</exception>
    public PlimsollClientOptions(Uri server)
    {
        if (!server.IsAbsoluteUri || (server.Scheme != Uri.UriSchemeHttp && server.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"'{server}' is not the address of a server; write it like {DefaultServer}.", nameof(server));
        }

        Server = server.AbsolutePath.EndsWith('/') ? server : new Uri(server.GetLeftPart(UriPartial.Path) + "/");
    }

    /// <summary>Ends with a slash.</summary>
    public Uri Server { get; }

    /// <summary>Sent as a bearer token; null where the server asks for none.</summary>
    public string? Token { get; init; }

    /// <summary>The most that one answer may hold, in bytes after decompression; more is refused unread.</summary>
    public int MaxResponseBytes { get; init; } = 64 * 1024 * 1024;
}
