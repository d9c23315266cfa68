using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Plimsoll.Server.Tests.Background;

/// <summary>Time that stands still, and tells of each pause that is begun once it can be waited out.</summary>
internal sealed class PausedTime : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _pauses = Channel.CreateUnbounded<TimeSpan>();

    public ValueTask<TimeSpan> NextPause() => _pauses.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        _pauses.Writer.TryWrite(dueTime);
        return timer;
    }
}
