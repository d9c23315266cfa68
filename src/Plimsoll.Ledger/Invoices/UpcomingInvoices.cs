using System.Collections.Immutable;
using Plimsoll.Organizations;

namespace Plimsoll.Ledger;

/// <summary>
/// Works out what the running month costs so far, from the ledger alone: the same usage under the same price books
/// gives the same invoice. Safe for use by several threads.
/// </summary>
public sealed class UpcomingInvoices(Registry registry, Usage usage, PriceBooks priceBooks)
{
    /// <param name="now">Decides the month, and the version of the price book that the pace is priced by.</param>
    /// <param name="pace">What machines used in the last minutes; leave out those not observed.</param>
    /// <exception cref="InvalidOperationException">The organization is unknown or has no price book.</exception>
    public async Task<UpcomingInvoice> BuildAsync(
        OrganizationId organization, DateTimeOffset now, IReadOnlyList<MeterPace> pace, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(pace);
        Organization owner = await registry.FindAsync(organization, cancellation)
            ?? throw new InvalidOperationException($"There is no organization '{organization}' to invoice. Create it first.");
        PriceHistory history = await priceBooks.AllAsync(organization, cancellation);
        PriceBook inForce = history.InForceAt(now)
            ?? throw new InvalidOperationException($"The organization '{organization}' has no price book. Import one first.");
        (DateTimeOffset start, DateTimeOffset end) = owner.BillingZone.MonthOf(now);
        ImmutableArray<UsageHour> hours = await usage.WithinAsync(organization, start, end, cancellation);

        Pace current = new([.. pace]);
        ImmutableArray<InvoiceLine> lines = Lines(hours, history, inForce, current);
        Money zero = Money.Zero(inForce.Currency);
        Money total = lines.Aggregate(zero, (sum, line) => sum + line.Amount);
        return new UpcomingInvoice(
            organization, inForce.Currency, start, end,
            hours.Where(hour => hour.Observed > TimeSpan.Zero).Select(hour => hour.Until).DefaultIfEmpty(start).Max(),
            inForce,
            total,
            lines.Aggregate(zero, (sum, line) => sum + line.AmountPerHourNow),
            current.IsKnown ? total + Remaining(history, current, now, end) : null,
            lines);
    }

    private static ImmutableArray<InvoiceLine> Lines(ImmutableArray<UsageHour> hours, PriceHistory history, PriceBook inForce, Pace pace)
    {
        Dictionary<(Meter Meter, int Version), List<UsageHour>> groups = [];
        SortedSet<int> versions = [inForce.Version];
        foreach (UsageHour hour in hours)
        {
            int version = history.InForceAt(hour.Start)!.Version;
            versions.Add(version);
            if (!groups.TryGetValue((hour.Meter, version), out List<UsageHour>? group))
            {
                groups[(hour.Meter, version)] = group = [];
            }

            group.Add(hour);
        }

        ImmutableArray<InvoiceLine>.Builder lines = ImmutableArray.CreateBuilder<InvoiceLine>();
        foreach (Meter meter in Meters.All)
        {
            foreach (int version in versions)
            {
                string id = version == versions.Min ? meter.Id : $"{meter.Id}@{version}";
                IReadOnlyList<UsageHour> own = groups.GetValueOrDefault((meter, version)) ?? [];
                PriceBook book = history.Versions.First(candidate => candidate.Version == version);
                lines.Add(Rating.Line(id, meter, book, own, version == inForce.Version ? pace : Pace.None) with { Number = lines.Count + 1 });
            }
        }

        return lines.ToImmutable();
    }

    /// <summary>What the pace costs from now to the period's end, each stretch of time by the version that will be in force.</summary>
    private static Money Remaining(PriceHistory history, Pace pace, DateTimeOffset now, DateTimeOffset end)
    {
        PriceBook book = history.InForceAt(now)!;
        Money sum = Money.Zero(book.Currency);
        DateTimeOffset from = now;
        while (from < end)
        {
            DateTimeOffset to = history.Versions
                .Select(version => version.EffectiveFrom).Where(effective => effective > from && effective < end)
                .DefaultIfEmpty(end).Min();
            foreach (Price price in history.InForceAt(from)!.Prices)
            {
                sum += pace.Amount(price.Meter, price.UnitPrice, (long)(to - from).TotalMilliseconds);
            }

            from = to;
        }

        return sum;
    }
}
