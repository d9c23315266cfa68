using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;
using Plimsoll.Collect;
using Plimsoll.Series;

namespace Plimsoll.Server.PrometheusApi;

/// <summary>Receives remote write 1.0. The answer 204 says that every sample of the request is as durable as the server promises.</summary>
/// <remarks>
/// A request of the usual form goes into the engine as bytes: no label becomes a string. Whatever is unusual, or wrong, is read
/// again the long way, which can also explain it; samples that the first way stored already count as taken.
/// </remarks>
internal sealed class WriteEndpoint(SeriesStore store)
{
    private readonly RemoteWriteLimits _limits = RemoteWriteLimits.Default;
    private readonly RemoteWriteDecoder _decoder = new(RemoteWriteLimits.Default);
    private readonly ConcurrentBag<Buffers> _idle = [];
    private readonly ConcurrentDictionary<TenantId, ISeriesWriter> _writers = new();

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

        Buffers buffers = _idle.TryTake(out Buffers? used) ? used : new Buffers();
        try
        {
            int length = await ReadBodyAsync(context, buffers);
            if (length < 0)
            {
                await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, $"The body is larger than {_limits.MaxCompressedBytes} bytes. Send fewer samples a request (queue_config.max_samples_per_send).");
                return;
            }

            await AppendAsync(context, tenant, buffers, length);
        }
        finally
        {
            buffers.Batch.Clear();
            _idle.Add(buffers);
        }
    }

    private async Task AppendAsync(HttpContext context, TenantId tenant, Buffers buffers, int length)
    {
        ISeriesWriter writer = _writers.GetOrAdd(tenant, static (key, store) => store.OpenWriter(key), store);
        try
        {
            if (_decoder.TryDecodePlain(buffers.Body.AsSpan(0, length), buffers.Raw, out bool hasMore) && !hasMore)
            {
                AppendResult stored = await writer.AppendAsync(buffers.Raw, context.RequestAborted);
                if (stored.Refused == 0 && stored.Unreadable.Count == 0)
                {
                    context.Response.StatusCode = StatusCodes.Status204NoContent;
                    return;
                }
            }

            await AppendSlowlyAsync(context, writer, buffers, length);
        }
        catch (SeriesStoreFullException full)
        {
            await RetryLaterAsync(context, StatusCodes.Status507InsufficientStorage, full.Message);
        }
        catch (SeriesStoreException failed)
        {
            await RetryLaterAsync(context, StatusCodes.Status503ServiceUnavailable, failed.Message);
        }
    }

    private async Task AppendSlowlyAsync(HttpContext context, ISeriesWriter writer, Buffers buffers, int length)
    {
        RemoteWriteResult decoded = _decoder.Decode(buffers.Body.AsSpan(0, length), buffers.Batch);
        if (decoded.Error is { } error)
        {
            int status = error.Fault == RemoteWriteFault.TooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest;
            await RefuseAsync(context, status, error.ToString());
            return;
        }

        AppendResult appended = await writer.AppendAsync(buffers.Batch, context.RequestAborted);
        if (appended.Refused == 0 && decoded.RefusedSeries == 0)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        StringBuilder reasons = new();
        reasons.Append($"{appended.Refused + decoded.RefusedSamples + decoded.RefusedHistograms} samples were refused, {appended.Accepted} are stored.");
        foreach (RefusedSeries refused in decoded.Refused)
        {
            reasons.Append('\n').Append(refused.Message);
        }

        foreach (RefusedSample refused in appended.Examples)
        {
            reasons.Append($"\n{refused.Series} at {refused.TimestampMs}: {refused.Detail}");
        }

        // A sender drops what is answered with 400, and waits and sends again after 429.
        bool mayRetry = appended.Examples.Any(refused => refused.Reason == AppendRefusal.TooManySamples);
        await RefuseAsync(context, mayRetry ? StatusCodes.Status429TooManyRequests : StatusCodes.Status400BadRequest, reasons.ToString());
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

    /// <summary>The body's length, in the buffer; negative when it is larger than it may be: no more than the limit is ever held.</summary>
    private async ValueTask<int> ReadBodyAsync(HttpContext context, Buffers buffers)
    {
        long declared = context.Request.ContentLength ?? 0;
        if (declared > _limits.MaxCompressedBytes)
        {
            return -1;
        }

        PipeReader reader = context.Request.BodyReader;
        while (true)
        {
            ReadResult read = declared > 0
                ? await reader.ReadAtLeastAsync((int)declared, context.RequestAborted)
                : await reader.ReadAsync(context.RequestAborted);
            ReadOnlySequence<byte> body = read.Buffer;
            if (body.Length > _limits.MaxCompressedBytes)
            {
                reader.AdvanceTo(body.End);
                return -1;
            }

            if (read.IsCompleted || (declared > 0 && body.Length == declared))
            {
                int length = (int)body.Length;
                body.CopyTo(buffers.Reserve(length));
                reader.AdvanceTo(body.End);
                return length;
            }

            reader.AdvanceTo(body.Start, body.End);
        }
    }

    // 5xx makes the sender keep the samples and try again.
    private static Task RetryLaterAsync(HttpContext context, int status, string reason)
    {
        context.Response.Headers.RetryAfter = "5";
        return RefuseAsync(context, status, reason);
    }

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(reason, context.RequestAborted);
    }

    /// <summary>What one request needs, used again by the next.</summary>
    private sealed class Buffers
    {
        public byte[] Body { get; private set; } = new byte[64 << 10];

        public RawSampleBatch Raw { get; } = new();

        public SampleBatch Batch { get; } = new();

        public Span<byte> Reserve(int length)
        {
            if (Body.Length < length)
            {
                Body = new byte[Math.Max(length, Math.Min(2 * Body.Length, 4 << 20))];
            }

            return Body.AsSpan(0, length);
        }
    }
}
