using Plimsoll.Collect;
using Plimsoll.Ledger;
using Plimsoll.Metering;
using Plimsoll.Organizations;
using Plimsoll.Server.Configuration;
using Plimsoll.Server.LoadLines;

namespace Plimsoll.Server.PublicApi;

/// <summary>What the endpoints of our own API ask.</summary>
internal sealed record Rooms(
    ServerSettings Settings,
    string Version,
    DateTimeOffset StartedAt,
    TimeProvider Time,
    HostFacts Facts,
    MachineId HostMachine,
    Registry Registry,
    Usage Usage,
    PriceBooks PriceBooks,
    UpcomingInvoices Invoices,
    PaceReader Pace,
    Receipts Receipts,
    LoadLineBook LoadLines,
    HostObservation Observation);
