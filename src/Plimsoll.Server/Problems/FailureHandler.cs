using Microsoft.AspNetCore.Diagnostics;
using Plimsoll.Organizations;
using Plimsoll.Series;

namespace Plimsoll.Server.Problems;

/// <summary>What no endpoint expected: logged whole, told to the caller without secrets, found again by the request's id.</summary>
internal sealed partial class FailureHandler(ILogger<FailureHandler> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellation)
    {
        if (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = 499;
            return true;
        }

        if (exception is PublicApi.RefusedException refused)
        {
            await Problem.Result(context, refused.Status, refused.Code, refused.Message, refused.Places).ExecuteAsync(context);
            return true;
        }

        (int status, string code, string detail) = exception switch
        {
            BadHttpRequestException bad => (bad.StatusCode, "bad_request", bad.Message),
            InvalidCursorException cursor => (StatusCodes.Status400BadRequest, "invalid_cursor", cursor.Message),
            SeriesStoreFullException full => (StatusCodes.Status507InsufficientStorage, "disk_full", full.Message),
            SeriesStoreException store => (StatusCodes.Status503ServiceUnavailable, "series_store_failed", store.Message),
            _ => (StatusCodes.Status500InternalServerError, "internal",
                $"The server failed at this request. Its log has the reason under the request id {context.TraceIdentifier}."),
        };
        if (status >= 500)
        {
            RequestFailed(log, exception, context.Request.Method, context.Request.Path, context.TraceIdentifier);
        }

        await Problem.WriteAsync(context, status, code, detail);
        return true;
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed (request {RequestId})")]
    private static partial void RequestFailed(ILogger log, Exception exception, string method, string path, string requestId);
}
