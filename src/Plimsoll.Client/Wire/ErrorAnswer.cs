using System.Text.Json;

namespace Plimsoll.Client;

/// <summary>Reads the two error shapes that a server gives: RFC 9457 under /v1, Prometheus' own under /api/v1.</summary>
internal static class ErrorAnswer
{
    public static PlimsollApiException Read(HttpResponseMessage response, byte[] body)
    {
        int status = (int)response.StatusCode;
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object)
            {
                return root.TryGetProperty("errorType", out _)
                    ? FromPrometheus(status, root, RequestIdOf(response))
                    : FromProblem(status, root.Deserialize(PlimsollJson.Context.Problem)!, RequestIdOf(response));
            }
        }
        catch (JsonException)
        {
            // Not ours (a proxy's page, say): its status is all that can be told.
        }

        string detail = $"The server answered {status} {response.ReasonPhrase}".TrimEnd() + ".";
        return new PlimsollApiException(detail) { Status = status, Detail = detail, RequestId = RequestIdOf(response) };
    }

    private static PlimsollApiException FromProblem(int status, Problem problem, string? requestId)
    {
        string detail = problem.Detail ?? problem.Title ?? $"The server answered {status}.";
        return new PlimsollApiException(detail)
        {
            Status = problem.Status ?? status,
            Code = problem.Code,
            Detail = detail,
            RequestId = problem.RequestId ?? requestId,
            Places = problem.Errors ?? [],
        };
    }

    private static PlimsollApiException FromPrometheus(int status, JsonElement root, string? requestId)
    {
        string detail = Text(root, "error") ?? $"The server answered {status}.";
        return new PlimsollApiException(detail)
        {
            Status = status,
            Code = Text(root, "errorType"),
            Detail = detail,
            RequestId = requestId,
            Position = ReadPosition(root),
        };
    }

    private static QueryErrorPosition? ReadPosition(JsonElement root)
    {
        if (!root.TryGetProperty("position", out JsonElement position) || position.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        return new QueryErrorPosition(
            Number(position, "start", 0),
            Number(position, "end", 0),
            Number(position, "line", 1),
            Number(position, "column", 1));
    }

    private static int Number(JsonElement parent, string name, int missing) =>
        parent.TryGetProperty(name, out JsonElement number) && number.TryGetInt32(out int value) ? value : missing;

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static string? RequestIdOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-Request-Id", out IEnumerable<string>? ids) ? ids.FirstOrDefault() : null;
}
