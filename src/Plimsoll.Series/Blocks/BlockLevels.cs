namespace Plimsoll.Series.Blocks;

/// <summary>The windows of time that blocks are made for: aligned to their own length since 1970, each a multiple of the one below.</summary>
internal sealed class BlockLevels
{
    private static readonly int[] Factors = [1, 4, 12, 48, 192];

    private readonly long[] _spansMs;

    /// <param name="blockSpan">The lowest window: two hours unless configured otherwise.</param>
    /// <param name="longest">No window is longer, so that retention can drop whole blocks without keeping much too long.</param>
    public BlockLevels(TimeSpan blockSpan, TimeSpan longest)
    {
        long spanMs = (long)blockSpan.TotalMilliseconds;
        _spansMs = [.. Factors.Select(factor => spanMs * factor).Where((ms, i) => i == 0 || ms <= (long)longest.TotalMilliseconds)];
    }

    public int Count => _spansMs.Length;

    public long SpanMs(int level) => _spansMs[Math.Min(level, _spansMs.Length - 1)];

    /// <summary>Where the window begins that an instant falls in; the beginning of time where that would underflow.</summary>
    public long WindowStart(int level, long ms)
    {
        long span = SpanMs(level);
        long remainder = ms % span;
        remainder = remainder < 0 ? remainder + span : remainder;
        return ms < long.MinValue + remainder ? long.MinValue : ms - remainder;
    }

    /// <summary>The last instant of the window that an instant falls in.</summary>
    public long WindowEnd(int level, long ms)
    {
        long start = WindowStart(level, ms);
        long last = SpanMs(level) - 1;
        return start > long.MaxValue - last ? long.MaxValue : start + last;
    }
}
