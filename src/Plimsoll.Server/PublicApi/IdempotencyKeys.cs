using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Plimsoll.Server.PublicApi;

/// <summary>
/// Remembers for a day what a POST with an <c>Idempotency-Key</c> was answered, so that a repeated one is answered the same
/// and done once. In memory: after a restart the operations themselves must bear repetition, as an import does.
/// </summary>
internal sealed class IdempotencyKeys(TimeProvider time)
{
    private const string Header = "Idempotency-Key";
    private const int MaxKeyLength = 255;
    private const int MaxKept = 10_000;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, Answer> _answers = [];

    /// <param name="run">
    /// Does the work. Under a key it is given a token that never cancels: whoever repeats the request waits for the same
    /// run, so the caller that happened to come first can't call it off for them by going away.
    /// </param>
    /// <exception cref="RefusedException">The key is too long, or was used with another body.</exception>
    public async Task<IResult> OnceAsync(HttpContext context, string body, Func<CancellationToken, Task<IResult>> run)
    {
        string key = context.Request.Headers[Header].ToString();
        if (key.Length == 0)
        {
            return await run(context.RequestAborted);
        }

        if (key.Length > MaxKeyLength)
        {
            throw RefusedException.BadRequest("invalid_idempotency_key", $"{Header} has {key.Length} characters; at most {MaxKeyLength} are allowed.");
        }

        Forget();
        string digest = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        string entry = $"{context.Request.Path}\n{key}";
        Answer answer = _answers.GetOrAdd(entry, _ => new Answer(digest, time.GetUtcNow(), new Lazy<Task<IResult>>(() => run(CancellationToken.None))));
        if (answer.BodyDigest != digest)
        {
            throw new RefusedException(StatusCodes.Status422UnprocessableEntity, "idempotency_key_reused", $"{Header} '{key}' was used for another body. Take a new key for a new request.");
        }

        try
        {
            return await answer.Result.Value;
        }
        catch
        {
            // What failed did nothing, so it may be tried again under the same key.
            _answers.TryRemove(KeyValuePair.Create(entry, answer));
            throw;
        }
    }

    private void Forget()
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach ((string key, Answer answer) in _answers)
        {
            if (now - answer.At > Kept || _answers.Count > MaxKept)
            {
                _answers.TryRemove(key, out _);
            }
        }
    }

    private sealed record Answer(string BodyDigest, DateTimeOffset At, Lazy<Task<IResult>> Result);
}
