using System.Threading.Channels;
using Plimsoll.Series;

namespace Plimsoll.Collect.Tests;

/// <summary>Keeps what is written, round by round; a test awaits each round.</summary>
internal sealed class MemoryWriter : ISeriesWriter
{
    private readonly Channel<Dictionary<string, (long TimestampMs, double Value)>> _rounds =
        Channel.CreateUnbounded<Dictionary<string, (long, double)>>();

    public Exception? Failure { get; set; }

    public AppendResult? Answer { get; set; }

    /// <summary>Runs inside a write, as a store that takes its time.</summary>
    public Action? During { get; set; }

    public async ValueTask<Dictionary<string, (long TimestampMs, double Value)>> NextRoundAsync() =>
        await _rounds.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public ValueTask<AppendResult> AppendAsync(SampleBatch batch, CancellationToken cancellation)
    {
        Dictionary<string, (long, double)> round = new(StringComparer.Ordinal);
        for (int i = 0; i < batch.SeriesCount; i++)
        {
            round.Add(batch.Labels(i).ToString(), (batch.TimestampsMs(i)[0], batch.Values(i)[0]));
        }

        During?.Invoke();
        _rounds.Writer.TryWrite(round);
        return Failure is { } failure
            ? ValueTask.FromException<AppendResult>(failure)
            : ValueTask.FromResult(Answer ?? new AppendResult(batch.SampleCount, 0, []));
    }

    public ValueTask<AppendResult> AppendAsync(RawSampleBatch batch, CancellationToken cancellation) =>
        throw new NotSupportedException("The loop writes label sets, not bytes.");
}
