using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Plimsoll.Client;

/// <summary>One request and its answer: sends, bounds what is read, and turns every failure into one of the client's two exceptions.</summary>
internal sealed class Exchange(HttpClient http, PlimsollClientOptions options)
{
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(options.Server, path));
        return (await SendAsync(request, type, cancellation)).Answer;
    }

    /// <returns>The answer, and whether it was a 201: something new.</returns>
    public async Task<(TAnswer Answer, bool Created)> PostAsync<TBody, TAnswer>(
        string path,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<TAnswer> answerType,
        string idempotencyKey,
        CancellationToken cancellation)
        where TAnswer : class
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(options.Server, path));
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, bodyType));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        (TAnswer answer, HttpStatusCode status) = await SendAsync(request, answerType, cancellation);
        return (answer, status == HttpStatusCode.Created);
    }

    /// <summary>Posts a form to Prometheus' query API, so that a long expression fits.</summary>
    public async Task<QueryAnswer> QueryAsync(
        string path,
        IEnumerable<KeyValuePair<string, string>> form,
        CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(options.Server, path));
        request.Content = new FormUrlEncodedContent(form);
        (HttpStatusCode status, byte[] body) = await SendAsync(request, cancellation);
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement data = document.RootElement.GetProperty("data").Clone();
            return new QueryAnswer(
                data,
                QueryResultReader.Read(data),
                Sentences(document.RootElement, "warnings"),
                Sentences(document.RootElement, "infos"));
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or KeyNotFoundException
            or InvalidOperationException or IndexOutOfRangeException)
        {
            throw Unexpected(status, unreadable);
        }
    }

    private async Task<(T Answer, HttpStatusCode Status)> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        (HttpStatusCode status, byte[] body) = await SendAsync(request, cancellation);
        try
        {
            return (JsonSerializer.Deserialize(body, type) ?? throw Unexpected(status, null), status);
        }
        catch (JsonException unreadable)
        {
            throw Unexpected(status, unreadable);
        }
    }

    private async Task<(HttpStatusCode Status, byte[] Body)> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/problem+json"));
        if (options.Token is { Length: > 0 } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            byte[] body = await BoundedBody.ReadAsync(response, options.MaxResponseBytes, cancellation);
            return response.IsSuccessStatusCode
                ? (response.StatusCode, body)
                : throw ErrorAnswer.Read(response, body);
        }
        catch (HttpRequestException failure)
        {
            throw ServerUnreachableException.At(options.Server, ServerUnreachableException.ReasonOf(failure), failure);
        }
        catch (IOException failure)
        {
            throw ServerUnreachableException.At(options.Server, "the connection broke within the answer", failure);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw ServerUnreachableException.At(options.Server, $"no answer within {http.Timeout.TotalSeconds:0.#} s", late);
        }
    }

    private static List<string> Sentences(JsonElement root, string name)
    {
        List<string> sentences = [];
        if (root.TryGetProperty(name, out JsonElement array) && array.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement sentence in array.EnumerateArray())
            {
                sentences.Add(sentence.GetString() ?? "");
            }
        }

        return sentences;
    }

    private PlimsollApiException Unexpected(HttpStatusCode status, Exception? inner)
    {
        string detail = $"{options.Server.GetLeftPart(UriPartial.Path).TrimEnd('/')} answered, but not as a Plimsoll server of this version would.";
        return new PlimsollApiException(detail, inner) { Status = (int)status, Code = "unexpected_answer", Detail = detail };
    }
}
