using System.Runtime.CompilerServices;
using Plimsoll.Ledger;
using Plimsoll.Organizations;

namespace Plimsoll.Metering;

/// <summary>Works out which hours of a machine are due, and what each comes to.</summary>
internal sealed class HourMeter(Usage usage, MeteringOptions options)
{
    private const long HourMs = 3_600_000;

    private readonly long _reachMs = (long)options.Reach.TotalMilliseconds;

    /// <summary>The hours due, oldest first, each with all its meters: those not complete, up to the running one.</summary>
    public async IAsyncEnumerable<UsageHour> Hours(
        StretchReader reader, Machine machine, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellation)
    {
        long nowMs = now.ToUnixTimeMilliseconds();
        long earliestMs = nowMs - (long)options.CatchUp.TotalMilliseconds;
        MeteredSpan? metered = await usage.MeteredAsync(machine.Organization, machine.Id, cancellation);
        long nextMs;
        long firstHourMs;
        if (metered is MeteredSpan span)
        {
            firstHourMs = span.FirstHour.ToUnixTimeMilliseconds();
            nextMs = Math.Max(span.NextHour.ToUnixTimeMilliseconds(), Floor(earliestMs));
        }
        else if (reader.Oldest(MeteredMachine.Of(machine), earliestMs, nowMs, cancellation) is long oldest)
        {
            firstHourMs = nextMs = Floor(oldest);
        }
        else
        {
            yield break;
        }

        // Time before the very first sample is no gap: the machine was not there yet.
        long firstSampleMs = nextMs <= firstHourMs && reader.Oldest(MeteredMachine.Of(machine), firstHourMs, nowMs, cancellation) is long first ? first : firstHourMs;
        for (long hourMs = nextMs; hourMs <= nowMs; hourMs += HourMs)
        {
            foreach (IMeterRule rule in MeterRules.All)
            {
                yield return Hour(reader, rule, machine, hourMs, Math.Max(firstSampleMs, hourMs), nowMs, cancellation);
            }
        }
    }

    private UsageHour Hour(StretchReader reader, IMeterRule rule, Machine machine, long hourMs, long expectedFromMs, long nowMs, CancellationToken cancellation)
    {
        Window window = new(hourMs, hourMs + HourMs);
        // A stretch that begins within the hour ends within the reach after it: no later sample matters.
        long lastMs = Math.Min(nowMs, window.ToMs + _reachMs);
        Measurement measured = reader.Measure(rule, MeteredMachine.Of(machine), window, lastMs, null, cancellation);
        long watermarkMs = Math.Max(hourMs, measured.NewestMs ?? hourMs);
        bool complete = nowMs >= window.ToMs + (long)options.CloseAfter.TotalMilliseconds;
        long gapsUntilMs = GapsUntil(watermarkMs, window.ToMs, nowMs, complete);
        return new UsageHour(
            machine.Organization,
            rule.Meter,
            machine.Id,
            machine.App,
            DateTimeOffset.FromUnixTimeMilliseconds(hourMs),
            measured.Quantity,
            TimeSpan.FromMilliseconds(measured.ObservedMs),
            measured.Gaps(expectedFromMs, gapsUntilMs),
            DateTimeOffset.FromUnixTimeMilliseconds(watermarkMs),
            complete);
    }

    /// <summary>Time since the newest sample is a gap once a sample is overdue; until then it may still be observed.</summary>
    private long GapsUntil(long watermarkMs, long endMs, long nowMs, bool complete) =>
        complete ? endMs
        : nowMs - watermarkMs > _reachMs ? Math.Min(nowMs, endMs)
        : Math.Min(watermarkMs, endMs);

    private static long Floor(long ms) => ms - (((ms % HourMs) + HourMs) % HourMs);
}
