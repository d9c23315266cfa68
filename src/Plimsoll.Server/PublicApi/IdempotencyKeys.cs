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

    /// <exception cref="RefusedException">The key is too long, or was used with another body.</exception>
    public async Task<IResult> OnceAsync(HttpContext context, string body, Func<Task<IResult>> run)
    {
        string key = context.Request.Headers[Header].ToString();
        if (key.Length == 0)
        {
            return await run();
        }

        if (key.Length > MaxKeyLength)
        {
            throw RefusedException.BadRequest("invalid_idempotency_key", $"{Header} has {key.Length} characters; at most {MaxKeyLength} are allowed.");
        }

        Forget();
        string digest = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        Answer answer = _answers.GetOrAdd($"{context.Request.Path}\n{key}", _ => new Answer(digest, time.GetUtcNow(), new Lazy<Task<IResult>>(run)));
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
            _answers.TryRemove($"{context.Request.Path}\n{key}", out _);
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
