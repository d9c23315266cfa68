using System.Threading.Tasks.Sources;

namespace Plimsoll.Series.Log;

/// <summary>
/// One record on its way into the log. Used again and again: take it from the log, write its payload, enqueue it, await it,
/// give it back.
/// </summary>
internal sealed class LogEntry : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _completion = new() { RunContinuationsAsynchronously = true };

    /// <summary>Frame and payload. The payload is written behind <see cref="LogFormat.FrameLength"/> bytes kept free.</summary>
    public ByteWriter Bytes { get; } = new(64 << 10);

    /// <summary>References that this record defines, so that they can be taken back when it is not written.</summary>
    public List<uint> Defined { get; } = [];

    /// <summary>What to do with <see cref="Defined"/> when the record was not written.</summary>
    public ILogClient? Client { get; set; }

    /// <summary>True when there is nothing to write: the entry only waits for those before it.</summary>
    public bool IsBarrier => Bytes.Length <= LogFormat.FrameLength;

    public ValueTask Task => new(this, _completion.Version);

    public bool IsCompleted => _completion.GetStatus(_completion.Version) != ValueTaskSourceStatus.Pending;

    public void Clear()
    {
        Bytes.Clear();
        Bytes.Reserve(LogFormat.FrameLength);
        Bytes.Advance(LogFormat.FrameLength);
        Defined.Clear();
        Client = null;
        _completion.Reset();
    }

    public void Succeed() => _completion.SetResult(true);

    public void Fail(Exception failure) => _completion.SetException(failure);

    void IValueTaskSource.GetResult(short token) => _completion.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);
}

/// <summary>Who is told that a record was not written.</summary>
internal interface ILogClient
{
    /// <summary>The log does not hold the definitions of these references, nor what came with them.</summary>
    void OnNotWritten(IReadOnlyList<uint> defined);
}
