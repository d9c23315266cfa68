using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Plimsoll.Server.Problems;

namespace Plimsoll.Server.Access;

/// <summary>
/// Local mode has no sign-in, so the browser on the same machine is the way in for a stranger's page: by a name that it made
/// resolve to loopback (Host), or by a request from its own origin (Origin, Sec-Fetch-Site). Both are refused.
/// </summary>
internal sealed class LocalModeGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!IsLoopbackName(request.Host.Host, context))
        {
            return Problem.WriteAsync(context, StatusCodes.Status403Forbidden, "host_not_allowed",
                $"This server answers to localhost, 127.0.0.1 and [::1], not to '{Shorten(request.Host.Host)}'. Use one of those names.");
        }

        StringValues origin = request.Headers.Origin;
        if (origin.Count > 0 && !IsSameOrigin(origin.ToString(), request))
        {
            return Problem.WriteAsync(context, StatusCodes.Status403Forbidden, "origin_not_allowed",
                $"A page of '{Shorten(origin.ToString())}' may not use this server; only its own pages may.");
        }

        if (string.Equals(request.Headers["Sec-Fetch-Site"], "cross-site", StringComparison.Ordinal)
            && !string.Equals(request.Headers["Sec-Fetch-Mode"], "navigate", StringComparison.Ordinal))
        {
            return Problem.WriteAsync(context, StatusCodes.Status403Forbidden, "origin_not_allowed",
                "A page from elsewhere may not use this server; only its own pages may.");
        }

        return next(context);
    }

    // An address can't be made to resolve to another, so the one that the connection came in at is as good as the usual names.
    private static bool IsLoopbackName(string host, HttpContext context) =>
        host is "127.0.0.1" or "[::1]"
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (System.Net.IPAddress.TryParse(host.Trim('[', ']'), out System.Net.IPAddress? address) && address.Equals(context.Connection.LocalIpAddress));

    private static bool IsSameOrigin(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri)
        && string.Equals(uri.Scheme, request.Scheme, StringComparison.OrdinalIgnoreCase)
        && string.Equals(uri.Authority, request.Headers[HeaderNames.Host].ToString(), StringComparison.OrdinalIgnoreCase);

    private static string Shorten(string text) => text.Length <= 100 ? text : text[..100] + "...";
}
