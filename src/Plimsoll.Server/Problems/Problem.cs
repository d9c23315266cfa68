using System.Text.Json;
using Plimsoll.Client;

namespace Plimsoll.Server.Problems;

/// <summary>The one shape of errors of our own API: RFC 9457 with a stable code and the request's id.</summary>
internal static class Problem
{
    public const string ContentType = "application/problem+json";

    public static Client.Problem Create(HttpContext context, int status, string code, string detail, IReadOnlyList<ProblemPlace>? errors = null) =>
        new(
            Type: $"urn:plimsoll:problem:{code}",
            Title: Title(status),
            Status: status,
            Detail: detail,
            Instance: context.Request.Path,
            Code: code,
            RequestId: context.TraceIdentifier,
            Errors: errors);

    public static IResult Result(HttpContext context, int status, string code, string detail, IReadOnlyList<ProblemPlace>? errors = null) =>
        Results.Json(Create(context, status, code, detail, errors), PlimsollJson.Context.Problem, ContentType, status);

    public static Task WriteAsync(HttpContext context, int status, string code, string detail)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        return JsonSerializer.SerializeAsync(
            context.Response.Body, Create(context, status, code, detail), PlimsollJson.Context.Problem, context.RequestAborted);
    }

    private static string Title(int status) => status switch
    {
        400 => "The request can't be understood",
        403 => "Not allowed",
        404 => "Not found",
        405 => "Method not allowed",
        409 => "Conflict",
        413 => "Too large",
        415 => "Media type not supported",
        422 => "The request can't be carried out",
        503 => "Not available now",
        _ => "Something failed on the server",
    };
}
