namespace Plimsoll.Collect;

/// <summary>How an answer of <see cref="SlowQuestion"/> stands.</summary>
internal enum AnswerState
{
    /// <summary>Nothing came yet.</summary>
    None,

    /// <summary>The last answer is there.</summary>
    Answered,

    /// <summary>The question is out for more than one round.</summary>
    Stuck,
}

/// <summary>
/// A system call that may block for ever (the server of a network file system is gone), asked on a thread of its own: each
/// round takes the last answer and asks again, unless the question before is still out.
/// </summary>
/// <param name="ask">Fills the answer; returns zero or the error's number.</param>
internal sealed class SlowQuestion(Func<ulong[], int> ask)
{
    /// <summary>How many threads may be stuck at once in the whole process; further questions then count as stuck.</summary>
    public const int MaxOut = 8;

    private const int StackBytes = 256 << 10;
    private static int _out;
    private readonly ulong[] _answer = new ulong[32];
    private bool _asked;
    private int _error;
    private int _running;
    private int _roundsOut;

    /// <summary>Copies the last answer and asks anew. Called by one thread.</summary>
    /// <param name="error">The error's number of the last answer; zero when it went well.</param>
    public AnswerState Poll(Span<ulong> answer, out int error)
    {
        error = 0;
        if (Volatile.Read(ref _running) == 1)
        {
            return ++_roundsOut > 1 ? AnswerState.Stuck : AnswerState.None;
        }

        bool answered = _asked;
        _answer.AsSpan(0, answer.Length).CopyTo(answer);
        error = _error;
        return Ask() ? (answered ? AnswerState.Answered : AnswerState.None) : AnswerState.Stuck;
    }

    private bool Ask()
    {
        if (Interlocked.Increment(ref _out) > MaxOut)
        {
            Interlocked.Decrement(ref _out);
            return false;
        }

        _asked = true;
        _roundsOut = 0;
        Volatile.Write(ref _running, 1);
        new Thread(Run, StackBytes) { IsBackground = true, Name = "ask file system" }.Start();
        return true;
    }

    private void Run()
    {
        _error = ask(_answer);
        Interlocked.Decrement(ref _out);
        Volatile.Write(ref _running, 0);
    }
}
