using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Plimsoll.Organizations.Migrations
{
    /// <inheritdoc />
    internal sealed partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "org_organizations",
                columns: table => new
                {
                    organization = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    billing_zone = table.Column<string>(type: "TEXT", nullable: false),
                    created_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_org_organizations", x => x.organization);
                });

            migrationBuilder.CreateTable(
                name: "org_apps",
                columns: table => new
                {
                    organization = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    app = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    created_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_org_apps", x => new { x.organization, x.app });
                    table.ForeignKey(
                        name: "FK_org_apps_org_organizations_organization",
                        column: x => x.organization,
                        principalTable: "org_organizations",
                        principalColumn: "organization",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "org_machines",
                columns: table => new
                {
                    organization = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    machine = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    app = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    region = table.Column<string>(type: "TEXT", nullable: true),
                    vcpus = table.Column<int>(type: "INTEGER", nullable: true),
                    memory_bytes = table.Column<long>(type: "INTEGER", nullable: true),
                    created_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    last_observed_ms = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_org_machines", x => new { x.organization, x.machine });
                    table.ForeignKey(
                        name: "FK_org_machines_org_apps_organization_app",
                        columns: x => new { x.organization, x.app },
                        principalTable: "org_apps",
                        principalColumns: new[] { "organization", "app" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_org_machines_organization_app",
                table: "org_machines",
                columns: new[] { "organization", "app" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "org_machines");

            migrationBuilder.DropTable(
                name: "org_apps");

            migrationBuilder.DropTable(
                name: "org_organizations");
        }
    }
}
