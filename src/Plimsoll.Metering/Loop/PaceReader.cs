using System.Collections.Immutable;
using Plimsoll.Ledger;
using Plimsoll.Organizations;
using Plimsoll.Series;

namespace Plimsoll.Metering;

/// <summary>What machines use now: their last five minutes, metered like an hour.</summary>
public sealed class PaceReader(Func<OrganizationId, ISeriesReader> readers, MeteringOptions options, TimeProvider time)
{
    private const long WindowMs = 5 * 60_000;

    /// <summary>A machine whose newest sample is older than this has no pace.</summary>
    private const long StaleAfterMs = 60_000;

    /// <summary>The pace of each meter and machine that was observed within the last minute.</summary>
    public ImmutableArray<MeterPace> Read(OrganizationId organization, IReadOnlyCollection<Machine> machines, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(machines);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        StretchReader reader = new(readers(organization), (long)options.Reach.TotalMilliseconds);
        ImmutableArray<MeterPace>.Builder pace = ImmutableArray.CreateBuilder<MeterPace>();
        foreach (Machine machine in machines)
        {
            foreach (IMeterRule rule in MeterRules.All)
            {
                Measurement measured = reader.Measure(rule, MeteredMachine.Of(machine), new Window(now - WindowMs, now), now, null, cancellation);
                if (measured.NewestMs is long newest && now - newest <= StaleAfterMs && measured.ObservedMs > 0)
                {
                    pace.Add(new MeterPace(rule.Meter, machine.Id, measured.Quantity, TimeSpan.FromMilliseconds(measured.ObservedMs)));
                }
            }
        }

        return pace.ToImmutable();
    }
}
