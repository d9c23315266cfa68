namespace Plimsoll.Server.Background;

/// <summary>One piece of background work: a name for logs and <c>/readyz</c>, and the library's <c>RunAsync</c>.</summary>
/// <param name="trouble">What ails a loop that goes on by itself, such as a full disk; null while all is well.</param>
internal sealed class Loop(string name, Func<CancellationToken, Task> runAsync, Func<string?>? trouble = null)
{
    private volatile string? _lastError;
    private int _restarts;

    public string Name { get; } = name;

    public Func<CancellationToken, Task> RunAsync { get; } = runAsync;

    /// <summary>Why it is down or was restarted; null while all is well.</summary>
    public string? LastError => _lastError;

    public int Restarts => _restarts;

    public bool Running { get; private set; }

    /// <summary>Null when it runs and does its work; else why not.</summary>
    public string? Trouble => Running ? trouble?.Invoke() : _lastError ?? "not started yet";

    public void Started() => Running = true;

    public void Stopped() => Running = false;

    public void Failed(Exception exception)
    {
        Running = false;
        _lastError = exception.Message;
        Interlocked.Increment(ref _restarts);
    }
}
