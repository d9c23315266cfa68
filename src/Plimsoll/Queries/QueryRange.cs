namespace Plimsoll.Cli;

/// <summary>The instants at which a range is evaluated: from start to end, both included, a step apart.</summary>
internal readonly record struct QueryRange(DateTimeOffset Start, DateTimeOffset End, TimeSpan Step)
{
    private static readonly int[] StepsSeconds =
        [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

    /// <summary>How many instants.</summary>
    public long Count => ((End - Start).Ticks / Step.Ticks) + 1;

    /// <summary>The shortest round step that gives no more than two points a column.</summary>
    public static TimeSpan StepFor(TimeSpan range, int width)
    {
        double wanted = range.TotalSeconds / (2 * width);
        int round = StepsSeconds.FirstOrDefault(step => step >= wanted);
        return TimeSpan.FromSeconds(round > 0 ? round : Math.Ceiling(wanted / 86_400) * 86_400);
    }
}
