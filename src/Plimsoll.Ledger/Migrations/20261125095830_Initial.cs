using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Plimsoll.Ledger.Migrations
{
    /// <inheritdoc />
    internal sealed partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "ledger_price_books",
                columns: table => new
                {
                    organization = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    imported_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    effective_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    yaml = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ledger_price_books", x => new { x.organization, x.version });
                });

            migrationBuilder.CreateTable(
                name: "ledger_usage_hours",
                columns: table => new
                {
                    organization = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    start_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    meter = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    machine = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    app = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    base_quantity = table.Column<string>(type: "TEXT", maxLength: 39, nullable: false),
                    observed_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    gaps = table.Column<string>(type: "TEXT", nullable: false),
                    watermark_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    complete = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ledger_usage_hours", x => new { x.organization, x.start_ms, x.meter, x.machine });
                });

            migrationBuilder.CreateIndex(
                name: "ledger_usage_hours_by_machine",
                table: "ledger_usage_hours",
                columns: new[] { "organization", "machine", "start_ms" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ledger_price_books");

            migrationBuilder.DropTable(
                name: "ledger_usage_hours");
        }
    }
}
