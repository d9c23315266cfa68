namespace Plimsoll.Series.Reading;

/// <summary>
/// Stretches of one series' samples, each ascending by time, read as one: merged where they overlap, and one after the
/// other where they do not, which is nearly always. At one instant the stretch with the lower rank wins.
/// </summary>
/// <typeparam name="TRun">A stretch: where it lies and how to read it.</typeparam>
internal sealed class SampleMerge<TRun>
    where TRun : struct, ISampleRun
{
    private readonly List<TRun> _runs = [];
    private readonly List<ActiveRun> _active = [];
    private readonly Stack<ActiveRun> _spare = new();
    private TimeRange _range;
    private int _next;

    /// <summary>Begins anew; the buffers are used again.</summary>
    public void Reset(TimeRange range)
    {
        _runs.Clear();
        _active.ForEach(_spare.Push);
        _active.Clear();
        _next = 0;
        _range = range;
    }

    /// <summary>Adds a stretch; those outside the range are left out.</summary>
    public void Add(in TRun run)
    {
        if (run.Samples > 0 && _range.Overlaps(run.MinMs, run.MaxMs))
        {
            _runs.Add(run);
        }
    }

    /// <summary>Puts the stretches in order; after it <see cref="Read"/> may be called.</summary>
    public void Start()
    {
        for (int i = 1; i < _runs.Count; i++)
        {
            if (_runs[i].MinMs < _runs[i - 1].MinMs)
            {
                _runs.Sort((a, b) => a.MinMs.CompareTo(b.MinMs));
                return;
            }
        }
    }

    /// <returns>Samples copied; zero at the end.</returns>
    public int Read(Span<long> timestampsMs, Span<double> values)
    {
        int count = 0;
        while (count < timestampsMs.Length)
        {
            if (_active.Count == 0)
            {
                if (_next == _runs.Count)
                {
                    break;
                }

                if (TryReadWhole(timestampsMs[count..], values[count..], out int whole))
                {
                    count += whole;
                    continue;
                }

                Activate();
                continue;
            }

            while (_next < _runs.Count && _runs[_next].MinMs <= EarliestMs())
            {
                Activate();
            }

            if (_active.Count == 0)
            {
                continue;
            }

            count += _active.Count == 1
                ? TakeAlone(timestampsMs[count..], values[count..])
                : TakeOne(timestampsMs, values, count);
        }

        return count;
    }

    // A stretch that lies within the range and meets no other goes straight where the caller wants it.
    private bool TryReadWhole(Span<long> timestampsMs, Span<double> values, out int count)
    {
        TRun run = _runs[_next];
        count = 0;
        if (run.Samples > timestampsMs.Length || run.MinMs < _range.MinMs || run.MaxMs > _range.MaxMs
            || (_next + 1 < _runs.Count && _runs[_next + 1].MinMs <= run.MaxMs))
        {
            return false;
        }

        _next++;
        count = run.Read(timestampsMs, values);
        return true;
    }

    private void Activate()
    {
        TRun run = _runs[_next++];
        ActiveRun active = _spare.TryPop(out ActiveRun? spare) ? spare : new ActiveRun();
        active.Load(run, _range);
        if (active.Left > 0)
        {
            _active.Add(active);
        }
        else
        {
            _spare.Push(active);
        }
    }

    private long EarliestMs()
    {
        long earliest = long.MaxValue;
        foreach (ActiveRun active in _active)
        {
            earliest = Math.Min(earliest, active.NextMs);
        }

        return earliest;
    }

    private int TakeAlone(Span<long> timestampsMs, Span<double> values)
    {
        ActiveRun alone = _active[0];
        int count = alone.Take(timestampsMs, values, _next < _runs.Count ? _runs[_next].MinMs : long.MaxValue);
        if (alone.Left == 0)
        {
            _active.Clear();
            _spare.Push(alone);
        }

        return count;
    }

    private int TakeOne(Span<long> timestampsMs, Span<double> values, int at)
    {
        ActiveRun best = _active[0];
        foreach (ActiveRun active in _active)
        {
            if (active.NextMs < best.NextMs || (active.NextMs == best.NextMs && active.Rank < best.Rank))
            {
                best = active;
            }
        }

        long ms = timestampsMs[at] = best.NextMs;
        values[at] = best.NextValue;
        for (int i = _active.Count - 1; i >= 0; i--)
        {
            ActiveRun active = _active[i];
            if (active.NextMs == ms && active.Skip() == 0)
            {
                _active.RemoveAt(i);
                _spare.Push(active);
            }
        }

        return 1;
    }

    private sealed class ActiveRun
    {
        private long[] _timestampsMs = [];
        private double[] _values = [];
        private int _at;
        private int _end;

        public int Rank { get; private set; }

        public int Left => _end - _at;

        public long NextMs => _timestampsMs[_at];

        public double NextValue => _values[_at];

        public void Load(TRun run, TimeRange range)
        {
            if (_timestampsMs.Length < run.Samples)
            {
                _timestampsMs = new long[run.Samples];
                _values = new double[run.Samples];
            }

            Rank = run.Rank;
            int count = run.Read(_timestampsMs, _values);
            ReadOnlySpan<long> timestampsMs = _timestampsMs.AsSpan(0, count);
            _at = LowerBound(timestampsMs, range.MinMs);
            _end = range.MaxMs == long.MaxValue ? count : Math.Max(_at, LowerBound(timestampsMs, range.MaxMs + 1));
        }

        public int Skip()
        {
            _at++;
            return Left;
        }

        /// <summary>Takes samples up to an instant, exclusive, which is above the first one.</summary>
        public int Take(Span<long> timestampsMs, Span<double> values, long beforeMs)
        {
            int count = Math.Min(timestampsMs.Length, Left);
            if (_timestampsMs[_at + count - 1] >= beforeMs)
            {
                count = LowerBound(_timestampsMs.AsSpan(_at, count), beforeMs);
            }

            _timestampsMs.AsSpan(_at, count).CopyTo(timestampsMs);
            _values.AsSpan(_at, count).CopyTo(values);
            _at += count;
            return count;
        }

        private static int LowerBound(ReadOnlySpan<long> timestampsMs, long ms)
        {
            int at = timestampsMs.BinarySearch(ms);
            return at < 0 ? ~at : at;
        }
    }
}

/// <summary>A stretch of one series' samples, ascending by time.</summary>
internal interface ISampleRun
{
    long MinMs { get; }

    long MaxMs { get; }

    int Samples { get; }

    /// <summary>Lower wins where two have the same instant.</summary>
    int Rank { get; }

    /// <summary>Reads all of it; the spans have room for <see cref="Samples"/>.</summary>
    int Read(Span<long> timestampsMs, Span<double> values);
}
