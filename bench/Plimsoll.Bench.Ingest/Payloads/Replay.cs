using System.Diagnostics;
using System.Net.Http.Headers;

namespace Plimsoll.Bench.Ingest.Payloads;

/// <summary>What a replay came to.</summary>
internal sealed record ReplayResult(long Samples, int RefusedRequests, string? FirstRefusal, TimeSpan Wall);

/// <summary>
/// Sends a payload file's requests: request i goes over connection i modulo their number, and none runs far ahead of another, so the
/// samples of a series arrive in order.
/// </summary>
internal sealed class Replay(string path, Uri write, int connections)
{
    /// <summary>Requests by which one connection may be ahead of the slowest.</summary>
    private const int MaxLead = 64;
    private const int ShownOfRefusal = 200;
    private readonly long[] _reached = new long[connections];
    private long _samples;
    private int _refused;
    private string? _firstRefusal;

    public async Task<ReplayResult> RunAsync(CancellationToken cancellation)
    {
        using SocketsHttpHandler handler = new() { MaxConnectionsPerServer = connections };
        using HttpClient http = new(handler) { Timeout = TimeSpan.FromMinutes(5) };
        Stopwatch watch = Stopwatch.StartNew();
        Task[] senders = new Task[connections];
        for (int i = 0; i < connections; i++)
        {
            int connection = i;
            senders[i] = Task.Run(() => SendAsync(http, connection, cancellation), cancellation);
        }

        await Task.WhenAll(senders);
        return new ReplayResult(_samples, _refused, _firstRefusal, watch.Elapsed);
    }

    private async Task SendAsync(HttpClient http, int connection, CancellationToken cancellation)
    {
        byte[] header = new byte[PayloadFile.HeaderBytes];
        await using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 17);
        for (long request = 0; PayloadFile.TryReadHeader(file, header, out int length, out int samples); request++)
        {
            if (request % connections != connection)
            {
                file.Seek(length, SeekOrigin.Current);
                continue;
            }

            byte[] body = new byte[length];
            file.ReadExactly(body);
            while (Slowest() < request - MaxLead)
            {
                await Task.Delay(1, cancellation);
            }

            await SendOneAsync(http, body, samples, cancellation);
            Volatile.Write(ref _reached[connection], request);
        }

        Volatile.Write(ref _reached[connection], long.MaxValue);
    }

    private long Slowest()
    {
        long slowest = long.MaxValue;
        foreach (ref long reached in _reached.AsSpan())
        {
            slowest = Math.Min(slowest, Volatile.Read(ref reached));
        }

        return slowest;
    }

    private async Task SendOneAsync(HttpClient http, byte[] body, int samples, CancellationToken cancellation)
    {
        using HttpRequestMessage message = new(HttpMethod.Post, write) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        message.Content.Headers.ContentEncoding.Add("snappy");
        message.Headers.Add("X-Prometheus-Remote-Write-Version", "0.1.0");
        using HttpResponseMessage response = await http.SendAsync(message, cancellation);
        if (response.IsSuccessStatusCode)
        {
            Interlocked.Add(ref _samples, samples);
            return;
        }

        Interlocked.Increment(ref _refused);
        if (_firstRefusal is null)
        {
            string text = await response.Content.ReadAsStringAsync(cancellation);
            _firstRefusal = $"{(int)response.StatusCode} {text[..Math.Min(ShownOfRefusal, text.Length)]}";
        }
    }
}
