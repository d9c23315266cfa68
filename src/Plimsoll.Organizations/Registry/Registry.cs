using System.Collections.Immutable;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Plimsoll.Organizations;

/// <summary>Who is here: organizations, their apps and machines. Safe for use by several threads.</summary>
public sealed class Registry
{
    private readonly DbContextOptions<OrganizationsDb> _options;
    private readonly string _connectionString;
    private readonly TimeProvider _time;

    private Registry(DbContextOptions<OrganizationsDb> options, string connectionString, TimeProvider time)
    {
        _options = options;
        _connectionString = connectionString;
        _time = time;
    }

    /// <summary>Opens the registry's tables in a database, creating or upgrading them.</summary>
    /// <param name="connectionString">From <see cref="EmbeddedDatabase.ConnectionString"/>.</param>
    /// <exception cref="DatabaseOpenException">The file is no database, can't be written, or is newer than this program.</exception>
    public static async Task<Registry> OpenAsync(string connectionString, TimeProvider time, CancellationToken cancellation)
    {
        DbContextOptions<OrganizationsDb> options = EmbeddedDatabase.Options<OrganizationsDb>(connectionString, OrganizationsDb.HistoryTable);
        await EmbeddedDatabase.PrepareAsync(connectionString, OrganizationsDb.HistoryTable, () => new OrganizationsDb(options), cancellation);
        return new Registry(options, connectionString, time);
    }

    /// <summary>The organization <c>local</c>, its app <c>host</c> and the host as its machine: found, or created on the first start.</summary>
    /// <returns>The machine, with its size as described now.</returns>
    /// <remarks>Plain SQL, since it runs before a starting server's first answer.</remarks>
    public async Task<Machine> EnsureHostAsync(HostDescription host, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(host);
        MachineId id = MachineId.FromHostName(host.HostName);
        await using SqliteConnection connection = await EmbeddedDatabase.ConnectAsync(_connectionString, cancellation);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO org_organizations (organization, name, currency, billing_zone, created_ms)
                VALUES ($organization, 'Local', 'USD', 'UTC', $now) ON CONFLICT DO NOTHING;
            INSERT INTO org_apps (organization, app, name, created_ms)
                VALUES ($organization, $app, 'Host', $now) ON CONFLICT DO NOTHING;
            INSERT INTO org_machines (organization, machine, app, name, region, vcpus, memory_bytes, created_ms)
                VALUES ($organization, $machine, $app, $name, $region, $vcpus, $memory, $now)
                ON CONFLICT (organization, machine) DO UPDATE SET
                    region = coalesce(excluded.region, org_machines.region),
                    vcpus = coalesce(excluded.vcpus, org_machines.vcpus),
                    memory_bytes = coalesce(excluded.memory_bytes, org_machines.memory_bytes);
            SELECT app, name, region, vcpus, memory_bytes, created_ms, last_observed_ms
                FROM org_machines WHERE organization = $organization AND machine = $machine;
            """;
        command.Parameters.AddWithValue("$organization", OrganizationId.Local.Value);
        command.Parameters.AddWithValue("$app", AppId.Host.Value);
        command.Parameters.AddWithValue("$machine", id.Value);
        command.Parameters.AddWithValue("$name", host.HostName);
        command.Parameters.AddWithValue("$region", (object?)host.Region ?? DBNull.Value);
        command.Parameters.AddWithValue("$vcpus", (object?)host.Vcpus ?? DBNull.Value);
        command.Parameters.AddWithValue("$memory", (object?)host.MemoryBytes ?? DBNull.Value);
        command.Parameters.AddWithValue("$now", _time.GetUtcNow().ToUnixTimeMilliseconds());
        Machine machine = await ReadHost(command, id, cancellation);
        await transaction.CommitAsync(cancellation);
        return machine;
    }

    public async Task<Organization?> FindAsync(OrganizationId organization, CancellationToken cancellation)
    {
        await using OrganizationsDb db = new(_options);
        OrganizationRow? row = await db.Organizations.FindAsync([organization.Value], cancellation);
        return row?.ToOrganization();
    }

    /// <summary>Apps by their id.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not from this list.</exception>
    public async Task<CursorPage<App>> AppsAsync(OrganizationId organization, int limit, string? cursor, CancellationToken cancellation)
    {
        Cursor.Limit(limit);
        string after = cursor is null ? "" : Cursor.Read(cursor, 1)[0];
        await using OrganizationsDb db = new(_options);
        List<AppRow> rows = await db.Apps.AsNoTracking()
            .Where(app => app.Organization == organization.Value && string.Compare(app.Id, after) > 0)
            .OrderBy(app => app.Id).Take(limit + 1).ToListAsync(cancellation);
        return new CursorPage<App>(
            [.. rows.Take(limit).Select(row => row.ToApp())],
            rows.Count > limit ? Cursor.Of(rows[limit - 1].Id) : null);
    }

    /// <summary>Machines by their id, of all apps or of one.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not from this list.</exception>
    public async Task<CursorPage<Machine>> MachinesAsync(OrganizationId organization, AppId? app, int limit, string? cursor, CancellationToken cancellation)
    {
        Cursor.Limit(limit);
        string after = cursor is null ? "" : Cursor.Read(cursor, 1)[0];
        string? ofApp = app?.Value;
        await using OrganizationsDb db = new(_options);
        List<MachineRow> rows = await db.Machines.AsNoTracking()
            .Where(machine => machine.Organization == organization.Value && string.Compare(machine.Id, after) > 0)
            .Where(machine => ofApp == null || machine.App == ofApp)
            .OrderBy(machine => machine.Id).Take(limit + 1).ToListAsync(cancellation);
        return new CursorPage<Machine>(
            [.. rows.Take(limit).Select(row => row.ToMachine())],
            rows.Count > limit ? Cursor.Of(rows[limit - 1].Id) : null);
    }

    /// <summary>Notes that a machine was observed at an instant; an older instant than the one known changes nothing.</summary>
    public async Task ObservedAsync(OrganizationId organization, MachineId machine, DateTimeOffset at, CancellationToken cancellation)
    {
        long ms = at.ToUnixTimeMilliseconds();
        await using OrganizationsDb db = new(_options);
        await db.Machines
            .Where(row => row.Organization == organization.Value && row.Id == machine.Value && (row.LastObservedMs == null || row.LastObservedMs < ms))
            .ExecuteUpdateAsync(update => update.SetProperty(row => row.LastObservedMs, ms), cancellation);
    }

    private static async Task<Machine> ReadHost(SqliteCommand command, MachineId id, CancellationToken cancellation)
    {
        await using SqliteDataReader row = await command.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
        {
            throw new InvalidOperationException($"The machine '{id}' was written but can't be read back. Check the database and its disk.");
        }

        return new MachineRow
        {
            Organization = OrganizationId.Local.Value,
            Id = id.Value,
            App = row.GetString(0),
            Name = row.GetString(1),
            Region = row.IsDBNull(2) ? null : row.GetString(2),
            Vcpus = row.IsDBNull(3) ? null : row.GetInt32(3),
            MemoryBytes = row.IsDBNull(4) ? null : row.GetInt64(4),
            CreatedMs = row.GetInt64(5),
            LastObservedMs = row.IsDBNull(6) ? null : row.GetInt64(6),
        }.ToMachine();
    }
}
