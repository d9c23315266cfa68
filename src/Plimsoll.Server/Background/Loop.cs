namespace Plimsoll.Server.Background;

/// <summary>One piece of background work: a name for logs and <c>/readyz</c>, and the library's <c>RunAsync</c>.</summary>
internal sealed class Loop(string name, Func<CancellationToken, Task> runAsync)
{
    private volatile string? _lastError;
    private int _restarts;

    public string Name { get; } = name;

    public Func<CancellationToken, Task> RunAsync { get; } = runAsync;

    /// <summary>Why it is down or was restarted; null while all is well.</summary>
    public string? LastError => _lastError;

    public int Restarts => _restarts;

    public bool Running { get; private set; }

    public void Started() => Running = true;

    public void Stopped() => Running = false;

    public void Failed(Exception exception)
    {
        Running = false;
        _lastError = exception.Message;
        Interlocked.Increment(ref _restarts);
    }
}
