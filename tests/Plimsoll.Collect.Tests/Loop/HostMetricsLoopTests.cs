using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Plimsoll.Series;

namespace Plimsoll.Collect.Tests;

public sealed class HostMetricsLoopTests : IAsyncDisposable
{
    private const string NodeUp = "up{app=\"web\",instance=\"heron\",job=\"node\",machine=\"m1\"}";
    private const string EthernetReceived = "node_network_receive_bytes_total{app=\"web\",device=\"eth0\",instance=\"heron\",job=\"node\",machine=\"m1\"}";
    private readonly HostFolder _host = new HostFolder().Healthy();
    private readonly WatchedTime _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_767_323_043_210));
    private readonly MemoryWriter _writer = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly HostMetricsLoop _loop;
    private Task _running = Task.CompletedTask;

    public HostMetricsLoopTests() => _loop = new HostMetricsLoop(
        new HostMetricsOptions { App = "web", Machine = "m1", Paths = _host.Paths }, _time, NullLogger<HostMetricsLoop>.Instance);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
        _host.Dispose();
    }

    [Fact]
    public async Task Rounds_lie_on_the_grid_and_carry_the_labels_of_their_targets()
    {
        await StartAsync();
        Dictionary<string, (long TimestampMs, double Value)> first = await TickAsync(TimeSpan.FromMilliseconds(1790));
        Dictionary<string, (long TimestampMs, double Value)> second = await TickAsync(TimeSpan.FromSeconds(5));

        Assert.Equal((1_767_323_045_000, 1), first[NodeUp]);
        Assert.Equal((1_767_323_050_000, 1), second[NodeUp]);
        Assert.Equal(100, first[EthernetReceived].Value);
        Assert.Equal(1, first["up{app=\"web\",instance=\"heron\",job=\"plimsoll\",machine=\"m1\"}"].Value);
        Assert.Contains(first.Keys, series => series.StartsWith("process_cpu_seconds_total{", StringComparison.Ordinal) && series.Contains("job=\"plimsoll\"", StringComparison.Ordinal));
        Assert.Contains(first.Keys, series => series.StartsWith("node_uname_info{", StringComparison.Ordinal) && series.Contains("exported_machine=\"x86_64\"", StringComparison.Ordinal));
        Assert.All(first.Values, sample => Assert.Equal(1_767_323_045_000, sample.TimestampMs));

        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_767_323_050_000), _loop.Health.LastSuccess);
        Assert.Equal(first.Count + second.Count, _loop.Health.SamplesWritten);
        Assert.Equal(2, HostFolder.Read(_loop.HealthFamilies())["plimsoll_collect_rounds_total"]);
    }

    [Fact]
    public async Task A_device_that_goes_ends_its_series_once_with_a_stale_marker()
    {
        await StartAsync();
        await TickAsync(TimeSpan.FromSeconds(5));
        _host.Proc("net/dev", "  lo: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n");
        Dictionary<string, (long TimestampMs, double Value)> gone = await TickAsync(TimeSpan.FromSeconds(5));
        Dictionary<string, (long TimestampMs, double Value)> after = await TickAsync(TimeSpan.FromSeconds(5));

        Assert.True(SampleBlock.IsStale(gone[EthernetReceived].Value));
        Assert.DoesNotContain(EthernetReceived, after.Keys);
        Assert.Equal(16, gone.Values.Count(sample => SampleBlock.IsStale(sample.Value)));

        _host.Healthy();
        Assert.Equal(100, (await TickAsync(TimeSpan.FromSeconds(5)))[EthernetReceived].Value);
    }

    [Fact]
    public async Task A_failed_write_is_told_the_next_round_comes_and_its_stale_markers_are_written_again()
    {
        await StartAsync();
        await TickAsync(TimeSpan.FromSeconds(5));
        _writer.Failure = new SeriesStoreException("the disk is full");
        _host.Proc("net/dev", "");
        await TickAsync(TimeSpan.FromSeconds(5));

        Assert.Equal("the disk is full", _loop.Health.LastError);
        Assert.Equal(1, _loop.Health.FailedRounds);

        _writer.Failure = null;
        Dictionary<string, (long TimestampMs, double Value)> recovered = await TickAsync(TimeSpan.FromSeconds(5));
        Assert.True(SampleBlock.IsStale(recovered[EthernetReceived].Value));
        Assert.Null(_loop.Health.LastError);
        Assert.Equal(3, _loop.Health.Rounds);
    }

    [Fact]
    public async Task A_slow_write_skips_ticks_and_does_not_bunch_them()
    {
        await StartAsync();
        _writer.During = () =>
        {
            _writer.During = null;
            _time.Advance(TimeSpan.FromSeconds(12));
        };
        long slow = (await TickAsync(TimeSpan.FromMilliseconds(1790)))[NodeUp].TimestampMs;
        long next = (await TickAsync(TimeSpan.FromSeconds(3)))[NodeUp].TimestampMs;

        Assert.Equal(1_767_323_045_000, slow);
        Assert.Equal(1_767_323_060_000, next);
        Assert.Equal(2, _loop.Health.SkippedTicks);
    }

    [Fact]
    public async Task Samples_that_the_store_refuses_are_counted()
    {
        _writer.Answer = new AppendResult(7, 2, [new RefusedSample(AppendRefusal.OutOfBounds, "up{}", 1, "too old")]);
        await StartAsync();
        await TickAsync(TimeSpan.FromSeconds(5));

        Assert.Equal(7, _loop.Health.SamplesWritten);
        Assert.Equal(2, _loop.Health.SamplesRefused);
    }

    [Fact]
    public async Task Cancelling_ends_the_loop_without_an_exception()
    {
        await StartAsync();
        await _stop.CancelAsync();
        await _running;

        Assert.Equal(TaskStatus.RanToCompletion, _running.Status);
    }

    [Fact]
    public void An_interval_of_nothing_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new HostMetricsLoop(
        new HostMetricsOptions { Interval = TimeSpan.Zero, Paths = _host.Paths }, _time, NullLogger<HostMetricsLoop>.Instance));

    private async Task StartAsync()
    {
        _running = _loop.RunAsync(_writer, _stop.Token);
        await _time.WaitedAsync();
    }

    // Advances the clock, takes the round that this sets off, and returns once the loop waits again.
    private async Task<Dictionary<string, (long TimestampMs, double Value)>> TickAsync(TimeSpan by)
    {
        _time.Advance(by);
        Dictionary<string, (long TimestampMs, double Value)> round = await _writer.NextRoundAsync();
        await _time.WaitedAsync();
        return round;
    }

    /// <summary>A fake clock that tells when someone begins to wait on it.</summary>
    private sealed class WatchedTime(DateTimeOffset start) : FakeTimeProvider(start)
    {
        private readonly Channel<bool> _timers = Channel.CreateUnbounded<bool>();

        public async Task WaitedAsync() => await _timers.Reader.ReadAsync(TestContext.Current.CancellationToken);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            _timers.Writer.TryWrite(true);
            return timer;
        }
    }
}
