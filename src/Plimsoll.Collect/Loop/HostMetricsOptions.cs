namespace Plimsoll.Collect;

/// <summary>How the host is measured and under which labels its series are stored.</summary>
public sealed record HostMetricsOptions
{
    /// <summary>From one round to the next; rounds lie on the grid of this interval since 1970.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The label <c>instance</c>; by default the host's name.</summary>
    public string? Instance { get; init; }

    /// <summary>The label <c>app</c>: the app that this host belongs to. Empty leaves it out.</summary>
    public string App { get; init; } = "";

    /// <summary>The label <c>machine</c>. Empty leaves it out.</summary>
    public string Machine { get; init; } = "";

    /// <summary>What <c>plimsoll_build_info</c> tells; null takes the running program's version.</summary>
    public string? Version { get; init; }

    public HostPaths Paths { get; init; } = new();

    /// <exception cref="ArgumentOutOfRangeException">The interval is shorter than 100 ms or longer than an hour.</exception>
    internal void Validate()
    {
        if (Interval < TimeSpan.FromMilliseconds(100) || Interval > TimeSpan.FromHours(1))
        {
            throw new ArgumentOutOfRangeException(nameof(Interval), Interval, "The host is measured every 100 ms at most and every hour at least.");
        }
    }
}

/// <summary>How the loop fares.</summary>
/// <param name="LastSuccess">The time of the last round that was stored; null before the first.</param>
/// <param name="LastError">Why the last failed round failed; null when the last round went well.</param>
/// <param name="SamplesWritten">Samples stored since the start.</param>
/// <param name="SamplesRefused">Samples that the store refused since the start.</param>
/// <param name="Rounds">Rounds done since the start, failed ones too.</param>
/// <param name="FailedRounds">Rounds that were not stored.</param>
/// <param name="SkippedTicks">Ticks of the grid passed over because the round before took too long.</param>
/// <param name="LastDuration">How long the last round took, with its write.</param>
public sealed record HostMetricsHealth(
    DateTimeOffset? LastSuccess,
    string? LastError,
    long SamplesWritten,
    long SamplesRefused,
    long Rounds,
    long FailedRounds,
    long SkippedTicks,
    TimeSpan LastDuration)
{
    public static HostMetricsHealth NotStarted { get; } = new(null, null, 0, 0, 0, 0, 0, TimeSpan.Zero);
}
