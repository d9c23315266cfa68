using System.Collections.Immutable;
using Plimsoll.Ledger;

namespace Plimsoll.Metering;

/// <summary>What a meter's samples say about a window.</summary>
/// <param name="Observed">The times that were observed, ascending, apart, within the window.</param>
/// <param name="NewestMs">The newest sample looked at; null without any.</param>
internal sealed record Measurement(BaseQuantity Quantity, ImmutableArray<Window> Observed, long? NewestMs)
{
    public long ObservedMs
    {
        get
        {
            long sum = 0;
            foreach (Window stretch in Observed)
            {
                sum += stretch.ToMs - stretch.FromMs;
            }

            return sum;
        }
    }

    /// <summary>What of a range was not observed.</summary>
    public ImmutableArray<Gap> Gaps(long fromMs, long toMs)
    {
        ImmutableArray<Gap>.Builder gaps = ImmutableArray.CreateBuilder<Gap>();
        long at = fromMs;
        foreach (Window stretch in Observed)
        {
            Add(gaps, at, Math.Min(stretch.FromMs, toMs));
            at = Math.Max(at, stretch.ToMs);
        }

        Add(gaps, at, toMs);
        return gaps.ToImmutable();
    }

    private static void Add(ImmutableArray<Gap>.Builder gaps, long fromMs, long toMs)
    {
        if (fromMs < toMs)
        {
            gaps.Add(new Gap(DateTimeOffset.FromUnixTimeMilliseconds(fromMs), DateTimeOffset.FromUnixTimeMilliseconds(toMs)));
        }
    }
}

/// <summary>Unites the observed times of several series: what any of them observed is observed.</summary>
internal sealed class ObservedTime
{
    private readonly List<Window> _windows = [];

    /// <summary>Adds a stretch; those of one series come in time order and mostly continue the last.</summary>
    public void Add(long fromMs, long toMs)
    {
        if (fromMs >= toMs)
        {
            return;
        }

        if (_windows.Count > 0 && _windows[^1].FromMs <= fromMs && fromMs <= _windows[^1].ToMs)
        {
            _windows[^1] = _windows[^1] with { ToMs = Math.Max(_windows[^1].ToMs, toMs) };
            return;
        }

        _windows.Add(new Window(fromMs, toMs));
    }

    public ImmutableArray<Window> United()
    {
        _windows.Sort(static (left, right) => left.FromMs.CompareTo(right.FromMs));
        ImmutableArray<Window>.Builder united = ImmutableArray.CreateBuilder<Window>();
        foreach (Window window in _windows)
        {
            if (united.Count > 0 && window.FromMs <= united[^1].ToMs)
            {
                united[^1] = united[^1] with { ToMs = Math.Max(united[^1].ToMs, window.ToMs) };
            }
            else
            {
                united.Add(window);
            }
        }

        return united.ToImmutable();
    }
}
