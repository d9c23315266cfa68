using Microsoft.AspNetCore.Diagnostics;

namespace Plimsoll.Server.Problems;

/// <summary>Gives the framework's own refusals (no such address, wrong method, unreadable body) our problem shape.</summary>
internal static class EmptyAnswers
{
    public static Task ExplainAsync(StatusCodeContext refused)
    {
        HttpContext context = refused.HttpContext;
        string what = $"{context.Request.Method} {context.Request.Path}";
        (string code, string detail) = context.Response.StatusCode switch
        {
            StatusCodes.Status400BadRequest => ("bad_request", $"The parameters or the JSON body of {what} can't be read; /openapi/v1.json describes them."),
            StatusCodes.Status404NotFound => ("address_not_found", $"{what} is no address of this API; /openapi/v1.json lists them."),
            StatusCodes.Status405MethodNotAllowed => ("method_not_allowed", $"{what}: this address takes {context.Response.Headers.Allow}."),
            StatusCodes.Status413PayloadTooLarge => ("too_large", $"The body of {what} is larger than it may be."),
            StatusCodes.Status415UnsupportedMediaType => ("media_type_not_supported", $"{what} takes Content-Type application/json, not '{context.Request.ContentType}'."),
            _ => ("refused", $"{what} was refused."),
        };
        return Problem.WriteAsync(context, context.Response.StatusCode, code, detail);
    }
}
