using System.Globalization;
using Plimsoll.Client;
using Plimsoll.Organizations;
using Plimsoll.Series;
using App = Plimsoll.Client.App;
using Machine = Plimsoll.Client.Machine;

namespace Plimsoll.Server.PublicApi;

/// <summary>Our own API at <c>/v1</c>. Every address, parameter and record is part of the public contract.</summary>
internal static class OrganizationEndpoints
{
    private static readonly TimeSpan MachineIsStaleAfter = TimeSpan.FromMinutes(1);

    public static void MapPublicApi(this IEndpointRouteBuilder routes, Rooms rooms)
    {
        routes.MapGet("/v1/server", (CancellationToken cancellation) => Server(rooms, cancellation))
            .WithName("GetServer").WithTags("server").WithSummary("What this server is, and the host that it measures.");

        RouteGroupBuilder org = routes.MapGroup("/v1/orgs/{org}").AddEndpointFilter(OnlyKnownOrganizations).RefusesWith(StatusCodes.Status404NotFound);
        org.MapGet("/apps", async (string org, string? limit, string? cursor, CancellationToken cancellation) =>
            {
                Paging page = Paging.Of(limit, cursor);
                CursorPage<Organizations.App> apps = await rooms.Registry.AppsAsync(new OrganizationId(org), page.Limit, page.Cursor, cancellation);
                return new Page<App>([.. apps.Items.Select(Contract.Of)], apps.NextCursor);
            })
            .WithName("ListApps").WithTags("machines").WithSummary("The apps of an organization.").RefusesWith(StatusCodes.Status400BadRequest);
        org.MapGet("/machines", async (string org, string? limit, string? cursor, CancellationToken cancellation) =>
            {
                Paging page = Paging.Of(limit, cursor);
                CursorPage<Organizations.Machine> machines = await rooms.Registry.MachinesAsync(new OrganizationId(org), null, page.Limit, page.Cursor, cancellation);
                DateTimeOffset now = rooms.Time.GetUtcNow();
                return new Page<Machine>([.. machines.Items.Select(machine => Contract.Of(machine, now, MachineIsStaleAfter))], machines.NextCursor);
            })
            .WithName("ListMachines").WithTags("machines").WithSummary("The machines of an organization.").RefusesWith(StatusCodes.Status400BadRequest);
        org.MapGet("/load_lines", (string org, CancellationToken cancellation) => new Page<LoadLine>(
                rooms.LoadLines.Of(new TenantId(org), rooms.HostMachine.Value, rooms.Observation.Since(cancellation), cancellation), null))
            .WithName("ListLoadLines").WithTags("machines").WithSummary("How deep each resource sits against its line, nearest first.");
        org.MapUsage(rooms);
        org.MapMoney(rooms);
    }

    private static ServerInfo Server(Rooms rooms, CancellationToken cancellation) => new(
        rooms.Version,
        "local",
        OrganizationId.Local.Value,
        rooms.StartedAt,
        !rooms.Settings.CollectHost
            ? null
            : new HostInfo(
                rooms.Facts.HostName,
                rooms.Facts.OperatingSystem,
                rooms.Facts.Kernel,
                rooms.Facts.VirtualCpus,
                rooms.Facts.MemoryBytes.ToString(CultureInfo.InvariantCulture),
                rooms.Settings.CollectInterval.TotalSeconds,
                rooms.Observation.Since(cancellation),
                rooms.Observation.Newest(cancellation)));

    private static ValueTask<object?> OnlyKnownOrganizations(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        string asked = (string)context.HttpContext.Request.RouteValues["org"]!;
        return asked == OrganizationId.Local.Value
            ? next(context)
            : throw RefusedException.NotFound("organization_not_found", $"There is no organization '{asked}'. In local mode there is one: '{OrganizationId.Local}'.");
    }
}
