namespace Plimsoll.Metering;

/// <summary>How metering fares.</summary>
/// <param name="LastRoundAt">When a round last went through; null before the first.</param>
/// <param name="LastFailure">What the last round failed of; null when it went through.</param>
/// <param name="Rounds">Rounds that went through since the start.</param>
/// <param name="Failures">Rounds that failed since the start.</param>
/// <param name="HoursWritten">Usage hours written since the start, running ones again and again.</param>
/// <param name="HoursClosed">Usage hours closed since the start.</param>
/// <param name="LastRoundDuration">How long the last round took.</param>
/// <param name="UsageUntil">The newest sample metered, of any machine.</param>
public sealed record MeteringHealth(
    DateTimeOffset? LastRoundAt,
    string? LastFailure,
    long Rounds,
    long Failures,
    long HoursWritten,
    long HoursClosed,
    TimeSpan LastRoundDuration,
    DateTimeOffset? UsageUntil)
{
    public static MeteringHealth Starting { get; } = new(null, null, 0, 0, 0, 0, TimeSpan.Zero, null);

    public bool IsHealthy => LastFailure is null;
}
