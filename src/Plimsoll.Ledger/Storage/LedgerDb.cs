using Microsoft.EntityFrameworkCore;
using Plimsoll.Organizations;

namespace Plimsoll.Ledger;

/// <summary>
/// The tables <c>ledger_*</c>. Every key starts with the organization; times are milliseconds since 1970; exact
/// quantities are text, since no integer of SQLite holds them.
/// </summary>
internal sealed class LedgerDb(DbContextOptions<LedgerDb> options) : DbContext(options)
{
    public const string HistoryTable = "ledger_migrations";

    public DbSet<UsageRow> Usage => Set<UsageRow>();

    public DbSet<PriceBookRow> PriceBooks => Set<PriceBookRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<UsageRow>(row =>
        {
            row.ToTable("ledger_usage_hours").HasKey(usage => new { usage.Organization, usage.StartMs, usage.Meter, usage.Machine });
            row.HasIndex(usage => new { usage.Organization, usage.Machine, usage.StartMs }).HasDatabaseName("ledger_usage_hours_by_machine");
            row.Property(usage => usage.Organization).HasColumnName("organization").HasMaxLength(OrganizationId.MaxLength);
            row.Property(usage => usage.StartMs).HasColumnName("start_ms");
            row.Property(usage => usage.Meter).HasColumnName("meter").HasMaxLength(64);
            row.Property(usage => usage.Machine).HasColumnName("machine").HasMaxLength(MachineId.MaxLength);
            row.Property(usage => usage.App).HasColumnName("app").HasMaxLength(AppId.MaxLength);
            row.Property(usage => usage.Quantity).HasColumnName("base_quantity").HasMaxLength(39);
            row.Property(usage => usage.ObservedMs).HasColumnName("observed_ms");
            row.Property(usage => usage.Gaps).HasColumnName("gaps");
            row.Property(usage => usage.WatermarkMs).HasColumnName("watermark_ms");
            row.Property(usage => usage.Complete).HasColumnName("complete");
        });
        modelBuilder.Entity<PriceBookRow>(row =>
        {
            row.ToTable("ledger_price_books").HasKey(book => new { book.Organization, book.Version });
            row.Property(book => book.Organization).HasColumnName("organization").HasMaxLength(OrganizationId.MaxLength);
            row.Property(book => book.Version).HasColumnName("version").ValueGeneratedNever();
            row.Property(book => book.ImportedMs).HasColumnName("imported_ms");
            row.Property(book => book.EffectiveMs).HasColumnName("effective_ms");
            row.Property(book => book.Yaml).HasColumnName("yaml");
        });
    }
}

internal sealed class UsageRow
{
    public required string Organization { get; init; }

    public required long StartMs { get; init; }

    public required string Meter { get; init; }

    public required string Machine { get; init; }

    public required string App { get; init; }

    /// <summary>Base units, decimal digits.</summary>
    public required string Quantity { get; init; }

    public required long ObservedMs { get; init; }

    /// <summary>As <see cref="GapText"/> writes them.</summary>
    public required string Gaps { get; init; }

    public required long WatermarkMs { get; init; }

    public required bool Complete { get; init; }
}

internal sealed class PriceBookRow
{
    public required string Organization { get; init; }

    public required int Version { get; init; }

    public required long ImportedMs { get; init; }

    public required long EffectiveMs { get; init; }

    public required string Yaml { get; init; }
}
