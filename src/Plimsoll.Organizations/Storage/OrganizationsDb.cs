using Microsoft.EntityFrameworkCore;

namespace Plimsoll.Organizations;

/// <summary>The tables <c>org_*</c>. Every key starts with the organization; times are milliseconds since 1970.</summary>
internal sealed class OrganizationsDb(DbContextOptions<OrganizationsDb> options) : DbContext(options)
{
    public const string HistoryTable = "org_migrations";

    public DbSet<OrganizationRow> Organizations => Set<OrganizationRow>();

    public DbSet<AppRow> Apps => Set<AppRow>();

    public DbSet<MachineRow> Machines => Set<MachineRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<OrganizationRow>(row =>
        {
            row.ToTable("org_organizations").HasKey(organization => organization.Id);
            row.Property(organization => organization.Id).HasColumnName("organization").HasMaxLength(OrganizationId.MaxLength);
            row.Property(organization => organization.Name).HasColumnName("name");
            row.Property(organization => organization.Currency).HasColumnName("currency").HasMaxLength(3);
            row.Property(organization => organization.BillingZone).HasColumnName("billing_zone");
            row.Property(organization => organization.CreatedMs).HasColumnName("created_ms");
        });
        modelBuilder.Entity<AppRow>(row =>
        {
            row.ToTable("org_apps").HasKey(app => new { app.Organization, app.Id });
            row.Property(app => app.Organization).HasColumnName("organization").HasMaxLength(OrganizationId.MaxLength);
            row.Property(app => app.Id).HasColumnName("app").HasMaxLength(AppId.MaxLength);
            row.Property(app => app.Name).HasColumnName("name");
            row.Property(app => app.CreatedMs).HasColumnName("created_ms");
            row.HasOne<OrganizationRow>().WithMany().HasForeignKey(app => app.Organization).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<MachineRow>(row =>
        {
            row.ToTable("org_machines").HasKey(machine => new { machine.Organization, machine.Id });
            row.Property(machine => machine.Organization).HasColumnName("organization").HasMaxLength(OrganizationId.MaxLength);
            row.Property(machine => machine.Id).HasColumnName("machine").HasMaxLength(MachineId.MaxLength);
            row.Property(machine => machine.App).HasColumnName("app").HasMaxLength(AppId.MaxLength);
            row.Property(machine => machine.Name).HasColumnName("name");
            row.Property(machine => machine.Region).HasColumnName("region");
            row.Property(machine => machine.Vcpus).HasColumnName("vcpus");
            row.Property(machine => machine.MemoryBytes).HasColumnName("memory_bytes");
            row.Property(machine => machine.CreatedMs).HasColumnName("created_ms");
            row.Property(machine => machine.LastObservedMs).HasColumnName("last_observed_ms");
            row.HasOne<AppRow>().WithMany().HasForeignKey(machine => new { machine.Organization, machine.App }).OnDelete(DeleteBehavior.Restrict);
        });
    }
}

internal sealed class OrganizationRow
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Currency { get; init; }

    public required string BillingZone { get; init; }

    public required long CreatedMs { get; init; }

    public Organization ToOrganization() =>
        new(new OrganizationId(Id), Name, Currency, new BillingZone(BillingZone), DateTimeOffset.FromUnixTimeMilliseconds(CreatedMs));
}

internal sealed class AppRow
{
    public required string Organization { get; init; }

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required long CreatedMs { get; init; }

    public App ToApp() => new(new OrganizationId(Organization), new AppId(Id), Name, DateTimeOffset.FromUnixTimeMilliseconds(CreatedMs));
}

internal sealed class MachineRow
{
    public required string Organization { get; init; }

    public required string Id { get; init; }

    public required string App { get; init; }

    public required string Name { get; init; }

    public string? Region { get; set; }

    public int? Vcpus { get; set; }

    public long? MemoryBytes { get; set; }

    public required long CreatedMs { get; init; }

    public long? LastObservedMs { get; set; }

    public Machine ToMachine() => new(
        new OrganizationId(Organization), new MachineId(Id), new AppId(App), Name, Region, Vcpus, MemoryBytes,
        DateTimeOffset.FromUnixTimeMilliseconds(CreatedMs),
        LastObservedMs is long ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null);
}
