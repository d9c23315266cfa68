using Plimsoll.Client;
using Plimsoll.Ledger;
using Plimsoll.Metering;
using Plimsoll.Organizations;
using Meter = Plimsoll.Client.Meter;
using UsageHour = Plimsoll.Client.UsageHour;

namespace Plimsoll.Server.PublicApi;

/// <summary>Meters, usage by the hour, and the receipt of an hour.</summary>
internal static class UsageEndpoints
{
    public static void MapUsage(this IEndpointRouteBuilder org, Rooms rooms)
    {
        org.MapGet("/meters", (string org) => new Page<Meter>([.. Meters.All.Select(meter => Contract.Of(meter, rooms.HostMachine))], null))
            .WithName("ListMeters").WithTags("usage").WithSummary("What is metered, in which unit, from which series.");
        org.MapGet("/usage", async (string org, string? meter, string? machine, string? from, string? to, string? limit, string? cursor, CancellationToken cancellation) =>
            {
                Ledger.UsageFilter filter = new(
                    meter is null ? null : MeterOf(meter),
                    machine is null ? null : MachineOf(machine),
                    from is null ? null : TimeOf("from", from),
                    to is null ? null : TimeOf("to", to));
                Paging page = Paging.Of(limit, cursor);
                CursorPage<Ledger.UsageHour> usage = await rooms.Usage.ListAsync(new OrganizationId(org), filter, page.Limit, page.Cursor, cancellation);
                return new Page<UsageHour>([.. usage.Items.Select(Contract.Of)], usage.NextCursor);
            })
            .WithName("ListUsage").WithTags("usage").WithSummary("Usage by meter, machine and hour, newest first.").RefusesWith(StatusCodes.Status400BadRequest);
        org.MapGet("/usage/receipt", async (string org, string? meter, string? machine, string? hour, CancellationToken cancellation) =>
            {
                Receipt? receipt = await rooms.Receipts.ForAsync(
                    new OrganizationId(org),
                    MeterOf(meter ?? throw Missing("meter")),
                    MachineOf(machine ?? throw Missing("machine")),
                    TimeOf("hour", hour ?? throw Missing("hour")),
                    cancellation);
                return receipt is null
                    ? throw RefusedException.NotFound("usage_not_found", $"No usage of '{meter}' by '{machine}' is known for the hour {hour}.")
                    : Contract.Of(receipt);
            })
            .WithName("GetUsageReceipt").WithTags("usage").WithSummary("How an hour's quantity follows from samples.").RefusesWith(StatusCodes.Status400BadRequest);
    }

    private static Ledger.Meter MeterOf(string id) => Meters.Find(id)
        ?? throw RefusedException.NotFound("meter_not_found", $"There is no meter '{id}'. There are: {string.Join(", ", Meters.All.Select(meter => meter.Id))}.");

    private static MachineId MachineOf(string id) => MachineId.TryParse(id, out MachineId machine)
        ? machine
        : throw RefusedException.BadRequest("invalid_machine", $"machine: '{id}' is no machine's id; `plimsoll machine list` shows them.");

    private static DateTimeOffset TimeOf(string name, string text) =>
        Rfc3339.TryParse(text, out DateTimeOffset time)
            ? time
            : throw RefusedException.BadRequest("invalid_time", $"{name}: '{text}' is no time; write RFC 3339 such as 2026-11-25T10:00:00Z.");

    private static RefusedException Missing(string name) => RefusedException.BadRequest("missing_parameter", $"The parameter '{name}' is missing.");
}
