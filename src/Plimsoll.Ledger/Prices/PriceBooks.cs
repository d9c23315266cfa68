using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Plimsoll.Organizations;

namespace Plimsoll.Ledger;

/// <summary>
/// The versions of each organization's price book. A version never changes; importing text makes the next one, which
/// prices hours from the next full hour on. Safe for use by several threads.
/// </summary>
public sealed class PriceBooks(LedgerStore store, Registry registry, TimeProvider time)
{
    /// <summary>Brings the default book in as version 1 where an organization has none.</summary>
    public async Task<PriceBook> EnsureDefaultAsync(OrganizationId organization, CancellationToken cancellation)
    {
        if (await LatestRow(organization, cancellation) is PriceBookRow latest)
        {
            return Book(latest);
        }

        PriceBookImport import = await ImportAsync(organization, DefaultPrices.Yaml, cancellation);
        return import.Book ?? throw new InvalidOperationException($"The default price book does not suit '{organization}': {string.Join("; ", import.Problems)}. Import one that does.");
    }

    /// <summary>Makes the text the organization's next version, unless it has problems or is the latest version's text.</summary>
    /// <remarks>Text of an older version makes a new one: that is how prices go back.</remarks>
    public async Task<PriceBookImport> ImportAsync(OrganizationId organization, string? yaml, CancellationToken cancellation)
    {
        Organization owner = await registry.FindAsync(organization, cancellation)
            ?? throw new InvalidOperationException($"There is no organization '{organization}' to price. Create it first.");
        PriceBookText text = PriceBookText.Read(yaml, owner.Currency);
        if (yaml is null || !text.Problems.IsEmpty)
        {
            return new PriceBookImport(null, false, text.Problems);
        }

        (PriceBookRow row, bool created) = await store.WriteAsync(db => Append(db, organization, yaml, cancellation), cancellation);
        return new PriceBookImport(Book(row), created, []);
    }

    /// <summary>Versions, newest first.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not from this list.</exception>
    public async Task<CursorPage<PriceBook>> ListAsync(OrganizationId organization, int limit, string? cursor, CancellationToken cancellation)
    {
        Cursor.Limit(limit);
        int below = int.MaxValue;
        if (cursor is not null && !int.TryParse(Cursor.Read(cursor, 1)[0], out below))
        {
            throw new InvalidCursorException(cursor);
        }

        await using LedgerDb db = store.Read();
        List<PriceBookRow> rows = await Versions(db, organization).Where(book => book.Version < below)
            .OrderByDescending(book => book.Version).Take(limit + 1).ToListAsync(cancellation);
        return new CursorPage<PriceBook>(
            [.. rows.Take(limit).Select(Book)],
            rows.Count > limit ? Cursor.Of(rows[limit - 1].Version.ToString()) : null);
    }

    internal async Task<PriceHistory> AllAsync(OrganizationId organization, CancellationToken cancellation)
    {
        await using LedgerDb db = store.Read();
        List<PriceBookRow> rows = await Versions(db, organization).OrderBy(book => book.Version).ToListAsync(cancellation);
        return new PriceHistory([.. rows.Select(Book)]);
    }

    // Plain SQL, since it runs before a starting server's first answer.
    private async Task<PriceBookRow?> LatestRow(OrganizationId organization, CancellationToken cancellation)
    {
        await using SqliteConnection connection = await store.ConnectAsync(cancellation);
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT version, imported_ms, effective_ms, yaml FROM ledger_price_books WHERE organization = $organization ORDER BY version DESC LIMIT 1";
        command.Parameters.AddWithValue("$organization", organization.Value);
        await using SqliteDataReader row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new PriceBookRow { Organization = organization.Value, Version = row.GetInt32(0), ImportedMs = row.GetInt64(1), EffectiveMs = row.GetInt64(2), Yaml = row.GetString(3) }
            : null;
    }

    private async Task<(PriceBookRow Row, bool Created)> Append(LedgerDb db, OrganizationId organization, string yaml, CancellationToken cancellation)
    {
        PriceBookRow? latest = await Versions(db, organization).OrderByDescending(book => book.Version).FirstOrDefaultAsync(cancellation);
        if (latest?.Yaml == yaml)
        {
            return (latest, false);
        }

        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        const long hour = 3_600_000;
        PriceBookRow next = new()
        {
            Organization = organization.Value,
            Version = (latest?.Version ?? 0) + 1,
            ImportedMs = now,
            // A clock set back must not let a later version reach behind an earlier one.
            EffectiveMs = Math.Max((now + hour - 1) / hour * hour, latest?.EffectiveMs ?? 0),
            Yaml = yaml,
        };
        db.PriceBooks.Add(next);
        await db.SaveChangesAsync(cancellation);
        return (next, true);
    }

    private static IQueryable<PriceBookRow> Versions(LedgerDb db, OrganizationId organization) =>
        db.PriceBooks.AsNoTracking().Where(book => book.Organization == organization.Value);

    private static PriceBook Book(PriceBookRow row)
    {
        PriceBookText text = PriceBookText.ReadStored(row.Yaml);
        return new PriceBook(
            text.Name,
            row.Version,
            text.Currency,
            DateTimeOffset.FromUnixTimeMilliseconds(row.ImportedMs),
            DateTimeOffset.FromUnixTimeMilliseconds(row.EffectiveMs),
            text.Prices,
            row.Yaml);
    }
}

/// <summary>All versions of one organization's book, in order.</summary>
internal sealed record PriceHistory(ImmutableArray<PriceBook> Versions)
{
    /// <summary>The version that prices an hour: the latest one effective at its start, else the first; null before the first import.</summary>
    public PriceBook? InForceAt(DateTimeOffset hour)
    {
        PriceBook? inForce = Versions.IsEmpty ? null : Versions[0];
        foreach (PriceBook book in Versions)
        {
            inForce = book.EffectiveFrom <= hour ? book : inForce;
        }

        return inForce;
    }
}
