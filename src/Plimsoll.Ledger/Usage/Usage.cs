using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Plimsoll.Organizations;

namespace Plimsoll.Ledger;

/// <summary>Hourly usage: written as often as the hour is metered, read by invoices and people. Safe for use by several threads.</summary>
public sealed class Usage(LedgerStore store)
{
    /// <summary>Writes hours, each in place of what was known of it; all or nothing. The same hours again change nothing.</summary>
    public async Task UpsertAsync(IReadOnlyCollection<UsageHour> hours, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(hours);
        foreach (UsageHour hour in hours)
        {
            if (hour.Start.Offset != TimeSpan.Zero || hour.Start.Ticks % TimeSpan.TicksPerHour != 0)
            {
                throw new ArgumentException($"Usage starts at {hour.Start:O}, which is no full hour of UTC.", nameof(hours));
            }
        }

        if (hours.Count == 0)
        {
            return;
        }

        await store.WriteAsync(
            async db =>
            {
                foreach (UsageHour hour in hours)
                {
                    await Upsert(db, hour, cancellation);
                }

                return hours.Count;
            },
            cancellation);
    }

    /// <summary>Usage, newest hour first; within an hour by meter and machine.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not from this list.</exception>
    public async Task<CursorPage<UsageHour>> ListAsync(
        OrganizationId organization, UsageFilter filter, int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        Cursor.Limit(limit);
        await using LedgerDb db = store.Read();
        IQueryable<UsageRow> query = db.Usage.AsNoTracking().Where(row => row.Organization == organization.Value);
        if (filter.Meter is Meter meter)
        {
            query = query.Where(row => row.Meter == meter.Id);
        }

        if (filter.Machine is MachineId machine)
        {
            query = query.Where(row => row.Machine == machine.Value);
        }

        if (filter.From is DateTimeOffset from)
        {
            long fromMs = from.ToUnixTimeMilliseconds();
            query = query.Where(row => row.StartMs >= fromMs);
        }

        if (filter.To is DateTimeOffset to)
        {
            long toMs = to.ToUnixTimeMilliseconds();
            query = query.Where(row => row.StartMs < toMs);
        }

        if (cursor is not null)
        {
            string[] key = Cursor.Read(cursor, 3);
            if (!long.TryParse(key[0], out long startMs))
            {
                throw new InvalidCursorException(cursor);
            }

            string afterMeter = key[1];
            string afterMachine = key[2];
            query = query.Where(row => row.StartMs < startMs
                || (row.StartMs == startMs && (string.Compare(row.Meter, afterMeter) > 0
                    || (row.Meter == afterMeter && string.Compare(row.Machine, afterMachine) > 0))));
        }

        List<UsageRow> rows = await query
            .OrderByDescending(row => row.StartMs).ThenBy(row => row.Meter).ThenBy(row => row.Machine)
            .Take(limit + 1).ToListAsync(cancellation);
        UsageRow? last = rows.Count > limit ? rows[limit - 1] : null;
        return new CursorPage<UsageHour>(
            [.. rows.Take(limit).Select(Hour)],
            last is null ? null : Cursor.Of(last.StartMs.ToString(), last.Meter, last.Machine));
    }

    public async Task<UsageHour?> FindAsync(
        OrganizationId organization, Meter meter, MachineId machine, DateTimeOffset start, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(meter);
        await using LedgerDb db = store.Read();
        UsageRow? row = await db.Usage.FindAsync([organization.Value, start.ToUnixTimeMilliseconds(), meter.Id, machine.Value], cancellation);
        return row is null ? null : Hour(row);
    }

    /// <summary>All usage of hours that start within a period, in time order, then by machine and meter.</summary>
    public async Task<ImmutableArray<UsageHour>> WithinAsync(
        OrganizationId organization, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        long fromMs = from.ToUnixTimeMilliseconds();
        long toMs = to.ToUnixTimeMilliseconds();
        await using LedgerDb db = store.Read();
        List<UsageRow> rows = await db.Usage.AsNoTracking()
            .Where(row => row.Organization == organization.Value && row.StartMs >= fromMs && row.StartMs < toMs)
            .OrderBy(row => row.StartMs).ThenBy(row => row.Machine).ThenBy(row => row.Meter)
            .ToListAsync(cancellation);
        return [.. rows.Select(Hour)];
    }

    /// <summary>How far a machine is metered.</summary>
    public async Task<MeteredSpan?> MeteredAsync(OrganizationId organization, MachineId machine, CancellationToken cancellation)
    {
        await using LedgerDb db = store.Read();
        IQueryable<UsageRow> rows = db.Usage.AsNoTracking().Where(row => row.Organization == organization.Value && row.Machine == machine.Value);
        long? first = await rows.MinAsync(row => (long?)row.StartMs, cancellation);
        long? open = await rows.Where(row => !row.Complete).MinAsync(row => (long?)row.StartMs, cancellation);
        long? last = await rows.MaxAsync(row => (long?)row.StartMs, cancellation);
        return first is null || last is null
            ? null
            : new MeteredSpan(Instant(first.Value), open is null ? Instant(last.Value).AddHours(1) : Instant(open.Value));
    }

    // The newer watermark wins, so that two rounds that overlap, or a replay of an old one, can't turn an hour back.
    private static Task<int> Upsert(LedgerDb db, UsageHour hour, CancellationToken cancellation) => db.Database.ExecuteSqlAsync(
        $"""
        INSERT INTO ledger_usage_hours
            (organization, start_ms, meter, machine, app, base_quantity, observed_ms, gaps, watermark_ms, complete)
        VALUES ({hour.Organization.Value}, {hour.Start.ToUnixTimeMilliseconds()}, {hour.Meter.Id}, {hour.Machine.Value},
            {hour.App.Value}, {hour.Quantity.ToString()}, {(long)hour.Observed.TotalMilliseconds}, {GapText.Write(hour.Gaps)},
            {hour.Watermark.ToUnixTimeMilliseconds()}, {hour.Complete})
        ON CONFLICT (organization, start_ms, meter, machine) DO UPDATE SET
            app = excluded.app, base_quantity = excluded.base_quantity, observed_ms = excluded.observed_ms,
            gaps = excluded.gaps, watermark_ms = excluded.watermark_ms, complete = excluded.complete
        WHERE NOT ledger_usage_hours.complete AND excluded.watermark_ms >= ledger_usage_hours.watermark_ms
        """,
        cancellation);

    private static UsageHour Hour(UsageRow row) => new(
        new OrganizationId(row.Organization),
        Meters.Find(row.Meter) ?? throw new InvalidOperationException($"The ledger holds usage of the meter '{row.Meter}', which this version does not know. Start a newer version."),
        new MachineId(row.Machine),
        new AppId(row.App),
        Instant(row.StartMs),
        BaseQuantity.Parse(row.Quantity),
        TimeSpan.FromMilliseconds(row.ObservedMs),
        GapText.Read(row.Gaps),
        Instant(row.WatermarkMs),
        row.Complete);

    private static DateTimeOffset Instant(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}

/// <summary>How far a machine is metered.</summary>
/// <param name="FirstHour">The hour of its first sample ever.</param>
/// <param name="NextHour">The earliest hour that is not complete.</param>
public readonly record struct MeteredSpan(DateTimeOffset FirstHour, DateTimeOffset NextHour);
