using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Plimsoll.Server.Background;

namespace Plimsoll.Server.Tests.Background;

public sealed class LoopRunnerTests
{
    /// <summary>What waits for a signal that never comes fails then, rather than hang.</summary>
    private const int LongestMs = 30_000;

    private readonly PausedTime _time = new();

    [Fact(Timeout = LongestMs)]
    public async Task A_loop_that_throws_starts_again_after_its_pause_and_not_before()
    {
        Channel<int> starts = Channel.CreateUnbounded<int>();
        int started = 0;
        Loop loop = new("breaking", _ =>
        {
            started++;
            starts.Writer.TryWrite(started);
            throw new IOException($"broken {started}");
        });
        using LoopRunner runner = Runner(loop);
        await runner.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, await starts.Reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(TimeSpan.FromSeconds(1), await _time.NextPause());
        Assert.Equal((false, 1, "broken 1"), (loop.Running, loop.Restarts, loop.LastError));
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(starts.Reader.TryRead(out _));

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, await starts.Reader.ReadAsync(TestContext.Current.CancellationToken));
        await _time.NextPause();
        Assert.Equal((false, 2, "broken 2"), (loop.Running, loop.Restarts, loop.LastError));
        await runner.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = LongestMs)]
    public async Task Pauses_double_up_to_a_minute_and_begin_anew_after_a_good_while()
    {
        bool runsForAWhile = false;
        Loop loop = new("breaking", _ =>
        {
            if (runsForAWhile)
            {
                _time.Advance(TimeSpan.FromMinutes(2));
            }

            throw new IOException("broken");
        });
        using LoopRunner runner = Runner(loop);
        await runner.StartAsync(TestContext.Current.CancellationToken);

        foreach (int seconds in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            TimeSpan pause = await _time.NextPause();
            Assert.Equal(TimeSpan.FromSeconds(seconds), pause);
            _time.Advance(pause);
        }

        Assert.Equal(TimeSpan.FromMinutes(1), await _time.NextPause());
        runsForAWhile = true;
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.FromSeconds(1), await _time.NextPause());
        await runner.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = LongestMs)]
    public async Task The_other_loops_go_on_when_one_throws()
    {
        Channel<int> asked = Channel.CreateUnbounded<int>();
        Channel<int> answered = Channel.CreateUnbounded<int>();
        Loop breaking = new("breaking", _ => throw new IOException("broken"));
        Loop steady = new("steady", async cancellation =>
        {
            await foreach (int number in asked.Reader.ReadAllAsync(cancellation))
            {
                answered.Writer.TryWrite(number);
            }
        });
        using LoopRunner runner = Runner(breaking, steady);
        await runner.StartAsync(TestContext.Current.CancellationToken);
        await _time.NextPause();

        asked.Writer.TryWrite(42);

        Assert.Equal(42, await answered.Reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal((true, 0, (string?)null), (steady.Running, steady.Restarts, steady.LastError));
        Assert.False(breaking.Running);
        await runner.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(steady.Running);
    }

    [Fact(Timeout = LongestMs)]
    public async Task A_loop_that_comes_to_its_end_is_not_started_again()
    {
        int started = 0;
        Loop loop = new("once", _ =>
        {
            started++;
            return Task.CompletedTask;
        });
        using LoopRunner runner = Runner(loop);
        await runner.StartAsync(TestContext.Current.CancellationToken);
        await runner.ExecuteTask!;

        Assert.Equal((1, false, 0), (started, loop.Running, loop.Restarts));
    }

    [Fact(Timeout = LongestMs)]
    public async Task A_stop_waits_neither_for_a_pause_nor_for_a_loop_that_runs_on()
    {
        TaskCompletionSource running = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop breaking = new("breaking", _ => throw new IOException("broken"));
        Loop endless = new("endless", cancellation =>
        {
            running.SetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        });
        using LoopRunner runner = Runner(breaking, endless);
        await runner.StartAsync(TestContext.Current.CancellationToken);
        await _time.NextPause();
        await running.Task.WaitAsync(TestContext.Current.CancellationToken);

        // Time stands still: were the pause waited out, this would not return before the test is given up.
        await runner.StopAsync(TestContext.Current.CancellationToken);

        Assert.True(runner.ExecuteTask!.IsCompletedSuccessfully);
        Assert.Equal((false, 0, (string?)null), (endless.Running, endless.Restarts, endless.LastError));
        Assert.Equal(1, breaking.Restarts);
    }

    private LoopRunner Runner(params Loop[] loops) => new(loops, _time, NullLogger<LoopRunner>.Instance);
}
