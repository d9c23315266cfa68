namespace Plimsoll.Series.Head;

/// <summary>
/// When the counters of one series began, as steps: the float samples from an instant on began at the same start, up to the
/// next step. A series whose counter never begins anew has one step, however many samples. Immutable.
/// </summary>
internal sealed class StartSteps
{
    private readonly long[] _fromMs;
    private readonly long[] _startMs;

    private StartSteps(long[] fromMs, long[] startMs)
    {
        _fromMs = fromMs;
        _startMs = startMs;
    }

    public static StartSteps None { get; } = new([], []);

    public int Count => _fromMs.Length;

    public bool IsEmpty => Count == 0;

    public long FromMs(int step) => _fromMs[step];

    public long StartMs(int step) => _startMs[step];

    /// <summary>The start of a sample at an instant; 0 when it is not known.</summary>
    public long At(long ms)
    {
        int step = StepAt(ms);
        return step < 0 ? 0 : _startMs[step];
    }

    /// <summary>Fills in the starts of samples.</summary>
    /// <returns>False when all are unknown.</returns>
    public bool Fill(ReadOnlySpan<long> timestampsMs, Span<long> startTimestampsMs)
    {
        bool any = false;
        for (int i = 0; i < timestampsMs.Length; i++)
        {
            startTimestampsMs[i] = At(timestampsMs[i]);
            any |= startTimestampsMs[i] != 0;
        }

        return any;
    }

    /// <summary>The steps with a sample more; the same object when it fits in as they are.</summary>
    /// <param name="isNewest">True for the newest sample: those to come begin with it. The start of a late one is its own alone.</param>
    public StartSteps With(long ms, long startMs, bool isNewest)
    {
        long before = At(ms);
        if (before == startMs)
        {
            return this;
        }

        List<long> from = [];
        List<long> start = [];
        int next = 0;
        for (; next < Count && _fromMs[next] < ms; next++)
        {
            from.Add(_fromMs[next]);
            start.Add(_startMs[next]);
        }

        from.Add(ms);
        start.Add(startMs);
        next += next < Count && _fromMs[next] == ms ? 1 : 0;
        if (!isNewest && ms < long.MaxValue && (next == Count || _fromMs[next] != ms + 1))
        {
            from.Add(ms + 1);
            start.Add(before);
        }

        for (; next < Count; next++)
        {
            from.Add(_fromMs[next]);
            start.Add(_startMs[next]);
        }

        return new StartSteps([.. from], [.. start]);
    }

    /// <summary>The steps that matter from an instant on.</summary>
    public StartSteps From(long ms)
    {
        int first = StepAt(ms);
        if (first >= 0 && first == Count - 1 && _startMs[first] == 0)
        {
            return None;
        }

        return first <= 0 ? this : new StartSteps(_fromMs[first..], _startMs[first..]);
    }

    private int StepAt(long ms)
    {
        int at = _fromMs.AsSpan().BinarySearch(ms);
        return at >= 0 ? at : ~at - 1;
    }
}
