using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Plimsoll.Collect;
using Plimsoll.Series;

namespace Plimsoll.Server.PrometheusApi;

/// <summary>Receives remote write 1.0. The answer 204 says that every sample of the request is durable.</summary>
internal sealed class WriteEndpoint(SeriesStore store, OwnSeries own)
{
    private readonly RemoteWriteLimits _limits = RemoteWriteLimits.Default;
    private readonly RemoteWriteDecoder _decoder = new(RemoteWriteLimits.Default);
    private readonly ConcurrentBag<SampleBatch> _batches = [];

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/v1/write", ReceiveAsync).ExcludeFromDescription();

    private async Task ReceiveAsync(HttpContext context)
    {
        TenantId tenant;
        try
        {
            tenant = Tenancy.Of(context);
        }
        catch (ApiException refused)
        {
            await RefuseAsync(context, refused.Status, refused.Message);
            return;
        }

        if (Unsupported(context.Request) is { } unsupported)
        {
            await RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, unsupported);
            return;
        }

        byte[]? body = await ReadBodyAsync(context);
        if (body is null)
        {
            await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, $"The body is larger than {_limits.MaxCompressedBytes} bytes. Send fewer samples a request (queue_config.max_samples_per_send).");
            return;
        }

        SampleBatch batch = _batches.TryTake(out SampleBatch? used) ? used : new SampleBatch();
        try
        {
            await AppendAsync(context, tenant, body, batch);
        }
        finally
        {
            batch.Clear();
            _batches.Add(batch);
        }
    }

    private async Task AppendAsync(HttpContext context, TenantId tenant, byte[] body, SampleBatch batch)
    {
        RemoteWriteResult decoded = _decoder.Decode(body, batch);
        if (decoded.Error is { } error)
        {
            int status = error.Fault == RemoteWriteFault.TooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest;
            await RefuseAsync(context, status, error.ToString());
            return;
        }

        if (own.FirstIn(batch) is { } taken)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest,
                $"{taken} carries the labels under which this server measures its own host, and what it measures is billed. Send it under another job or machine.");
            return;
        }

        AppendResult appended;
        try
        {
            appended = await store.OpenWriter(tenant).AppendAsync(batch, context.RequestAborted);
        }
        catch (SeriesStoreException failed)
        {
            // 5xx makes the sender keep the samples and try again.
            context.Response.Headers.RetryAfter = "5";
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, failed.Message);
            return;
        }

        if (appended.Refused == 0 && decoded.RefusedSeries == 0)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        StringBuilder reasons = new();
        reasons.Append($"{appended.Refused + decoded.RefusedSamples} samples were refused, {appended.Accepted} are stored.");
        foreach (RefusedSeries refused in decoded.Refused)
        {
            reasons.Append('\n').Append(refused.Message);
        }

        foreach (RefusedSample refused in appended.Examples)
        {
            reasons.Append($"\n{refused.Series} at {refused.TimestampMs}: {refused.Detail}");
        }

        await RefuseAsync(context, StatusCodes.Status400BadRequest, reasons.ToString());
    }

    private static string? Unsupported(HttpRequest request)
    {
        string type = request.ContentType ?? "";
        if (type.Contains("io.prometheus.write.v2", StringComparison.Ordinal))
        {
            return "Remote write 2.0 is not supported by this version; send 1.0 (protobuf_message: prometheus.WriteRequest, the sender's default).";
        }

        if (!type.StartsWith("application/x-protobuf", StringComparison.OrdinalIgnoreCase))
        {
            return $"Content-Type '{type}' is not supported; remote write is application/x-protobuf.";
        }

        string encoding = request.Headers.ContentEncoding.ToString();
        return encoding.Equals("snappy", StringComparison.OrdinalIgnoreCase) ? null : $"Content-Encoding '{encoding}' is not supported; remote write 1.0 is snappy (the block format).";
    }

    /// <summary>Null when the body is larger than it may be; no more than the limit is ever held.</summary>
    private async Task<byte[]?> ReadBodyAsync(HttpContext context)
    {
        if (context.Request.ContentLength > _limits.MaxCompressedBytes)
        {
            return null;
        }

        System.IO.Pipelines.PipeReader reader = context.Request.BodyReader;
        while (true)
        {
            System.IO.Pipelines.ReadResult read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > _limits.MaxCompressedBytes)
            {
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }

            if (read.IsCompleted)
            {
                byte[] body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(reason, context.RequestAborted);
    }
}
