using System.Net.Sockets;

namespace Plimsoll.Client;

/// <summary>No server answered at the address.</summary>
public sealed class ServerUnreachableException : Exception
{
    /// <summary>The <see cref="Reason"/> where nothing listens at the address.</summary>
    public const string ConnectionRefused = "connection refused";

    public ServerUnreachableException()
    {
    }

    public ServerUnreachableException(string message)
        : base(message)
    {
    }

    public ServerUnreachableException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>The address that was asked.</summary>
    public string Address { get; init; } = "";

    /// <summary>Why, in two or three words, such as <see cref="ConnectionRefused"/>.</summary>
    public string Reason { get; init; } = "no answer";

    internal static ServerUnreachableException At(Uri server, string reason, Exception? inner)
    {
        string address = server.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return new ServerUnreachableException($"No Plimsoll server answers at {address} ({reason}).", inner)
        {
            Address = address,
            Reason = reason,
        };
    }

    internal static string ReasonOf(HttpRequestException failure) => failure switch
    {
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => ConnectionRefused,
        { HttpRequestError: HttpRequestError.NameResolutionError } => "the name is not known",
        { HttpRequestError: HttpRequestError.SecureConnectionError } => "no secure connection: " + failure.Message,
        { HttpRequestError: HttpRequestError.ResponseEnded } => "the connection ended within the answer",
        { InnerException: SocketException socket } => socket.Message,
        _ => failure.Message,
    };
}
