namespace Plimsoll.Series;

/// <summary>What one tenant may send. Zero means no limit, except for labels, which always have one.</summary>
public sealed record SeriesQuotaLimits
{
    public static SeriesQuotaLimits Default { get; } = new();

    /// <summary>Series in the head at once.</summary>
    public int ActiveSeries { get; init; } = 5_000_000;

    /// <summary>New series a minute from one source: the series' job and instance, or the sender's address where it names neither.</summary>
    public int NewSeriesPerSourceAMinute { get; init; }

    /// <summary>Samples a second, averaged over <see cref="SampleBurst"/>.</summary>
    public double SamplesPerSecond { get; init; }

    /// <summary>How much may come at once after a quiet while, in seconds of <see cref="SamplesPerSecond"/>.</summary>
    public TimeSpan SampleBurst { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Samples older than this, by the clock, are refused.</summary>
    public TimeSpan SampleAge { get; init; }

    public LabelLimits Labels { get; init; } = LabelLimits.Default;

    /// <exception cref="ArgumentException">A limit makes no sense; the message names it.</exception>
    internal void Validate()
    {
        Require(ActiveSeries >= 0, nameof(ActiveSeries), "must not be negative");
        Require(NewSeriesPerSourceAMinute >= 0, nameof(NewSeriesPerSourceAMinute), "must not be negative");
        Require(SamplesPerSecond is >= 0 and <= 1e12, nameof(SamplesPerSecond), "must lie between zero and 10^12");
        Require(SampleBurst >= TimeSpan.FromSeconds(1) && SampleBurst <= TimeSpan.FromHours(1), nameof(SampleBurst), "must lie between a second and an hour");
        Require(SampleAge >= TimeSpan.Zero, nameof(SampleAge), "must not be negative");
        Require(Labels.MaxLabels >= 1 && Labels.MaxNameBytes >= 1 && Labels.MaxValueBytes >= 1, nameof(Labels), "must be positive");
    }

    private static void Require(bool holds, string limit, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"The limit {limit} {rule}.", limit);
        }
    }
}
