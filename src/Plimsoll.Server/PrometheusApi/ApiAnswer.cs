using System.Text.Json;
using Plimsoll.Series;

namespace Plimsoll.Server.PrometheusApi;

/// <summary>Writes Prometheus' envelope: <c>{"status":"success","data":…}</c> or the error of it.</summary>
internal static class ApiAnswer
{
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Maps an endpoint that answers in the envelope.</summary>
    public static void MapAnswer(
        this IEndpointRouteBuilder routes, string pattern, string[] methods, Func<HttpContext, ApiParameters, Task<Action<Utf8JsonWriter>>> endpoint)
    {
        Task Handle(HttpContext context) => RunAsync(context, parameters => endpoint(context, parameters));
        routes.MapMethods(pattern, methods, Handle).ExcludeFromDescription();
    }

    /// <summary>Maps an endpoint that answers with status 204 and no text when it is done.</summary>
    public static void MapDeed(this IEndpointRouteBuilder routes, string pattern, string[] methods, Func<HttpContext, ApiParameters, Task> deed)
    {
        async Task Handle(HttpContext context)
        {
            try
            {
                await deed(context, await ApiParameters.ReadAsync(context));
                context.Response.StatusCode = StatusCodes.Status204NoContent;
            }
            catch (ApiException error)
            {
                await WriteErrorAsync(context, error);
            }
            catch (SeriesStoreException failure)
            {
                await WriteErrorAsync(context, Internal(failure));
            }
        }

        routes.MapMethods(pattern, methods, Handle).ExcludeFromDescription();
    }

    private static ApiException Internal(SeriesStoreException failure) => failure is SeriesStoreFullException
        ? new(StatusCodes.Status507InsufficientStorage, "unavailable", failure.Message)
        : new(StatusCodes.Status500InternalServerError, "internal", failure.Message);

    /// <summary>Runs an endpoint; what it writes between the envelope's braces becomes <c>data</c> and what follows it.</summary>
    private static async Task RunAsync(HttpContext context, Func<ApiParameters, Task<Action<Utf8JsonWriter>>> endpoint)
    {
        try
        {
            ApiParameters parameters = await ApiParameters.ReadAsync(context);
            Action<Utf8JsonWriter> body = await endpoint(parameters);
            context.Response.ContentType = "application/json";
            await using Utf8JsonWriter writer = new(context.Response.BodyWriter, Options);
            writer.WriteStartObject();
            writer.WriteString("status"u8, "success"u8);
            body(writer);
            writer.WriteEndObject();
            await writer.FlushAsync(context.RequestAborted);
        }
        catch (ApiException error)
        {
            await WriteErrorAsync(context, error);
        }
        catch (SeriesLimitException limit)
        {
            await WriteErrorAsync(context, new ApiException(StatusCodes.Status422UnprocessableEntity, "execution", limit.Message));
        }
        catch (SeriesStoreException failure)
        {
            await WriteErrorAsync(context, Internal(failure));
        }
    }

    private static async Task WriteErrorAsync(HttpContext context, ApiException error)
    {
        context.Response.StatusCode = error.Status;
        context.Response.ContentType = "application/json";
        await using Utf8JsonWriter writer = new(context.Response.BodyWriter, Options);
        writer.WriteStartObject();
        writer.WriteString("status"u8, "error"u8);
        writer.WriteString("errorType"u8, error.ErrorType);
        writer.WriteString("error"u8, error.Message);
        if (error.Position is { } position)
        {
            writer.WriteStartObject("position"u8);
            writer.WriteNumber("start"u8, position.Start);
            writer.WriteNumber("end"u8, position.End);
            writer.WriteNumber("line"u8, position.Line);
            writer.WriteNumber("column"u8, position.Column);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        await writer.FlushAsync(context.RequestAborted);
    }

    public static void WriteLabels(Utf8JsonWriter writer, LabelSet labels)
    {
        writer.WriteStartObject();
        foreach (Label label in labels.AsSpan())
        {
            writer.WriteString(label.Name, label.Value);
        }

        writer.WriteEndObject();
    }

    /// <summary>One point: <c>[seconds, "value"]</c>.</summary>
    public static void WritePoint(Utf8JsonWriter writer, long timestampMs, double value)
    {
        writer.WriteStartArray();
        WriteSeconds(writer, timestampMs);
        WriteNumber(writer, value);
        writer.WriteEndArray();
    }

    /// <summary>A number as the text that Prometheus' interface has for numbers, infinite ones included.</summary>
    public static void WriteNumber(Utf8JsonWriter writer, double value)
    {
        Span<byte> text = stackalloc byte[FloatText.MaxLength];
        writer.WriteStringValue(text[..FloatText.Write(value, text)]);
    }

    public static void WriteSeconds(Utf8JsonWriter writer, long timestampMs)
    {
        Span<byte> text = stackalloc byte[32];
        long seconds = Math.DivRem(timestampMs, 1000, out long milliseconds);
        if (milliseconds == 0)
        {
            writer.WriteNumberValue(seconds);
            return;
        }

        bool negative = timestampMs < 0;
        int written = 0;
        if (negative)
        {
            text[written++] = (byte)'-';
        }

        Math.Abs(seconds).TryFormat(text[written..], out int digits);
        written += digits;
        text[written++] = (byte)'.';
        Math.Abs(milliseconds).TryFormat(text[written..], out digits, "000");
        written += digits;
        writer.WriteRawValue(text[..written].TrimEnd((byte)'0'), skipInputValidation: true);
    }
}
