using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Plimsoll.Server.PublicApi;

namespace Plimsoll.Server.Tests.PublicApi;

public sealed class IdempotencyKeysTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly IdempotencyKeys _keys;
    private int _runs;

    public IdempotencyKeysTests() => _keys = new IdempotencyKeys(_time);

    [Fact]
    public async Task The_same_key_and_body_run_once_and_are_answered_alike()
    {
        IResult first = await _keys.OnceAsync(Request("k"), "body", Run);
        IResult again = await _keys.OnceAsync(Request("k"), "body", Run);

        Assert.Same(first, again);
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task Repeats_that_come_while_the_first_runs_wait_for_its_answer()
    {
        TaskCompletionSource<IResult> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<IResult> first = _keys.OnceAsync(Request("k"), "body", _ => answer.Task);
        Task<IResult> again = _keys.OnceAsync(Request("k"), "body", Run);
        Assert.False(again.IsCompleted);

        answer.SetResult(Results.Ok());

        Assert.Same(await first, await again);
        Assert.Equal(0, _runs);
    }

    [Fact]
    public async Task A_first_caller_that_goes_away_calls_nothing_off_for_those_who_repeat()
    {
        using CancellationTokenSource away = new();
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<IResult> first = _keys.OnceAsync(Request("k", aborted: away.Token), "body", async cancellation =>
        {
            await go.Task;
            cancellation.ThrowIfCancellationRequested();
            return Results.Ok();
        });
        Task<IResult> again = _keys.OnceAsync(Request("k"), "body", Run);

        await away.CancelAsync();
        go.SetResult();

        Assert.Same(await first, await again);
    }

    [Fact]
    public async Task Without_a_key_every_request_runs_and_ends_with_its_caller()
    {
        using CancellationTokenSource away = new();
        await _keys.OnceAsync(Request(null), "body", Run);
        await _keys.OnceAsync(Request(null), "body", Run);
        Assert.Equal(2, _runs);

        await _keys.OnceAsync(Request(null, aborted: away.Token), "body", cancellation =>
        {
            Assert.Equal(away.Token, cancellation);
            return Run(cancellation);
        });
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused_and_does_nothing()
    {
        await _keys.OnceAsync(Request("k"), "body", Run);

        RefusedException refused = await Assert.ThrowsAsync<RefusedException>(() => _keys.OnceAsync(Request("k"), "other body", Run));

        Assert.Equal((422, "idempotency_key_reused"), (refused.Status, refused.Code));
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task The_same_key_for_another_organization_is_another_key()
    {
        await _keys.OnceAsync(Request("k"), "body", Run);
        await _keys.OnceAsync(Request("k", path: "/v1/orgs/other/price_books"), "other body", Run);

        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task A_run_that_failed_may_be_tried_again_under_its_key_also_with_another_body()
    {
        await Assert.ThrowsAsync<IOException>(() => _keys.OnceAsync(Request("k"), "body", _ => Task.FromException<IResult>(new IOException("the disk is full"))));
        await Assert.ThrowsAsync<IOException>(() => _keys.OnceAsync(Request("k"), "body", _ => throw new IOException("thrown before it began")));

        await _keys.OnceAsync(Request("k"), "other body", Run);

        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task An_answer_is_kept_for_a_day_and_then_forgotten()
    {
        await _keys.OnceAsync(Request("k"), "body", Run);
        _time.Advance(TimeSpan.FromDays(1));
        await _keys.OnceAsync(Request("k"), "body", Run);
        Assert.Equal(1, _runs);

        _time.Advance(TimeSpan.FromTicks(1));
        await _keys.OnceAsync(Request("k"), "another body", Run);
        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task A_key_of_255_characters_is_taken_and_a_longer_one_refused()
    {
        await _keys.OnceAsync(Request(new string('k', 255)), "body", Run);

        RefusedException refused = await Assert.ThrowsAsync<RefusedException>(() => _keys.OnceAsync(Request(new string('k', 256)), "body", Run));

        Assert.Equal((400, "invalid_idempotency_key", 1), (refused.Status, refused.Code, _runs));
    }

    private Task<IResult> Run(CancellationToken cancellation)
    {
        _runs++;
        return Task.FromResult(Results.Ok(_runs));
    }

    private static DefaultHttpContext Request(string? key, string path = "/v1/orgs/local/price_books", CancellationToken aborted = default)
    {
        DefaultHttpContext context = new() { RequestAborted = aborted };
        context.Request.Path = path;
        if (key is not null)
        {
            context.Request.Headers["Idempotency-Key"] = key;
        }

        return context;
    }
}
