using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;

namespace Plimsoll.Organizations;

/// <summary>Who is here: organizations, their apps and machines. Safe for use by several threads.</summary>
public sealed class Registry
{
    private readonly DbContextOptions<OrganizationsDb> _options;
    private readonly TimeProvider _time;

    private Registry(DbContextOptions<OrganizationsDb> options, TimeProvider time)
    {
        _options = options;
        _time = time;
    }

    /// <summary>Opens the registry's tables in a database, creating or upgrading them.</summary>
    /// <param name="connectionString">From <see cref="EmbeddedDatabase.ConnectionString"/>.</param>
    /// <exception cref="DatabaseOpenException">The file is no database, can't be written, or is newer than this program.</exception>
    public static async Task<Registry> OpenAsync(string connectionString, TimeProvider time, CancellationToken cancellation)
    {
        DbContextOptions<OrganizationsDb> options = EmbeddedDatabase.Options<OrganizationsDb>(connectionString, OrganizationsDb.HistoryTable);
        await using OrganizationsDb db = new(options);
        await EmbeddedDatabase.MigrateAsync(db, cancellation);
        return new Registry(options, time);
    }

    /// <summary>The organization <c>local</c>, its app <c>host</c> and the host as its machine: found, or created on the first start.</summary>
    /// <returns>The machine, with its size as described now.</returns>
    public async Task<Machine> EnsureHostAsync(HostDescription host, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(host);
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        string organization = OrganizationId.Local.Value;
        string app = AppId.Host.Value;
        string id = MachineId.FromHostName(host.HostName).Value;

        await using OrganizationsDb db = new(_options);
        await using Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.Organizations.FindAsync([organization], cancellation) is null)
        {
            db.Organizations.Add(new OrganizationRow { Id = organization, Name = "Local", Currency = "USD", BillingZone = BillingZone.Utc.Id, CreatedMs = now });
        }

        if (await db.Apps.FindAsync([organization, app], cancellation) is null)
        {
            db.Apps.Add(new AppRow { Organization = organization, Id = app, Name = "Host", CreatedMs = now });
        }

        MachineRow? machine = await db.Machines.FindAsync([organization, id], cancellation);
        if (machine is null)
        {
            machine = new MachineRow { Organization = organization, Id = id, App = app, Name = host.HostName, CreatedMs = now };
            db.Machines.Add(machine);
        }

        machine.Region = host.Region ?? machine.Region;
        machine.Vcpus = host.Vcpus ?? machine.Vcpus;
        machine.MemoryBytes = host.MemoryBytes ?? machine.MemoryBytes;
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return machine.ToMachine();
    }

    public async Task<Organization?> FindAsync(OrganizationId organization, CancellationToken cancellation)
    {
        await using OrganizationsDb db = new(_options);
        OrganizationRow? row = await db.Organizations.FindAsync([organization.Value], cancellation);
        return row?.ToOrganization();
    }

    public async Task<Machine?> FindMachineAsync(OrganizationId organization, MachineId machine, CancellationToken cancellation)
    {
        await using OrganizationsDb db = new(_options);
        MachineRow? row = await db.Machines.FindAsync([organization.Value, machine.Value], cancellation);
        return row?.ToMachine();
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
}
