namespace Plimsoll.Cli;

/// <summary>Says on stderr how far long work has come, every few seconds.</summary>
internal sealed class Progress<T>(Shell shell, Func<T, string> say) : IProgress<T>
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private long _toldAt = shell.Time.GetTimestamp();

    public void Report(T value)
    {
        lock (_gate)
        {
            if (shell.Time.GetElapsedTime(_toldAt) >= Every)
            {
                _toldAt = shell.Time.GetTimestamp();
                shell.Error.WriteLine(Printable.Line(say(value)));
                shell.Error.Flush();
            }
        }
    }
}
