using Microsoft.Extensions.Logging;
using Plimsoll.Ledger;
using Plimsoll.Organizations;
using Plimsoll.Series;

namespace Plimsoll.Metering;

/// <summary>Meters every machine of an organization, round after round: the running hour, and earlier ones not complete.</summary>
/// <remarks>A round replays the hour from its samples, so that one that failed, or ran twice, leaves no trace.</remarks>
public sealed partial class MeteringLoop(
    OrganizationId organization,
    Func<OrganizationId, ISeriesReader> readers,
    Registry registry,
    Usage usage,
    MeteringOptions options,
    TimeProvider time,
    ILogger<MeteringLoop> logger)
{
    private const int MachinesAtOnce = 500;
    private const int HoursAtOnce = 24;

    private readonly HourMeter _hours = new(usage, options);
    private volatile MeteringHealth _health = MeteringHealth.Starting;

    public MeteringHealth Health => _health;

    /// <summary>Runs rounds until cancelled. A round that fails is logged, shown by <see cref="Health"/>, and made again.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using PeriodicTimer timer = new(options.Every, time);
        do
        {
            try
            {
                await RoundAsync(cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever a round fails of, the loop must go on, and it is told.
            catch (Exception failed)
#pragma warning restore CA1031
            {
                _health = _health with { LastFailure = failed.Message, Failures = _health.Failures + 1 };
                RoundFailed(logger, failed, organization.Value);
            }
        }
        while (await Next(timer, cancellation));
    }

    /// <summary>One round: every machine, once.</summary>
    public async Task RoundAsync(CancellationToken cancellation)
    {
        long started = time.GetTimestamp();
        DateTimeOffset now = time.GetUtcNow();
        StretchReader reader = new(readers(organization), (long)options.Reach.TotalMilliseconds);
        string? cursor = null;
        do
        {
            CursorPage<Machine> page = await registry.MachinesAsync(organization, null, MachinesAtOnce, cursor, cancellation);
            foreach (Machine machine in page.Items)
            {
                await MeterMachine(reader, machine, now, cancellation);
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
        _health = _health with { LastRoundAt = now, LastFailure = null, Rounds = _health.Rounds + 1, LastRoundDuration = time.GetElapsedTime(started) };
    }

    private async Task MeterMachine(StretchReader reader, Machine machine, DateTimeOffset now, CancellationToken cancellation)
    {
        List<UsageHour> batch = [];
        await foreach (UsageHour hour in _hours.Hours(reader, machine, now, cancellation))
        {
            batch.Add(hour);
            // Whole hours at a time, all meters together.
            if (batch.Count == HoursAtOnce * MeterRules.All.Count)
            {
                await Write(machine, batch, cancellation);
            }
        }

        await Write(machine, batch, cancellation);
    }

    private async Task Write(Machine machine, List<UsageHour> batch, CancellationToken cancellation)
    {
        await usage.UpsertAsync(batch, cancellation);
        DateTimeOffset? newest = batch.Where(hour => hour.Observed > TimeSpan.Zero).Max(hour => (DateTimeOffset?)hour.Watermark);
        if (newest is DateTimeOffset observed)
        {
            await registry.ObservedAsync(organization, machine.Id, observed, cancellation);
        }

        _health = _health with
        {
            HoursWritten = _health.HoursWritten + batch.Count,
            HoursClosed = _health.HoursClosed + batch.Count(hour => hour.Complete),
            UsageUntil = newest > (_health.UsageUntil ?? DateTimeOffset.MinValue) ? newest : _health.UsageUntil,
        };
        batch.Clear();
    }

    private static async ValueTask<bool> Next(PeriodicTimer timer, CancellationToken cancellation)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Metering of {Organization} failed; the next round makes up for it.")]
    private static partial void RoundFailed(ILogger logger, Exception failed, string organization);
}
