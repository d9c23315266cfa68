using System.Collections.Immutable;
using System.Numerics;

namespace Plimsoll.Ledger;

/// <summary>A definition of something billable.</summary>
/// <param name="Id">Stable; what price books and invoice lines name.</param>
/// <param name="Unit">What prices and shown quantities are in.</param>
/// <param name="BaseUnit">What is counted, in whole numbers.</param>
/// <param name="Scale">Base units in one unit.</param>
/// <param name="Aggregation">How samples become a quantity, in a few words.</param>
public sealed record Meter(string Id, string Name, string Unit, string BaseUnit, BigInteger Scale, string Aggregation)
{
    /// <summary>The quantity that people read: rounded to nine decimals, half away from zero.</summary>
    public Quantity Show(BaseQuantity quantity) => Show(quantity.ToBigInteger());

    internal Quantity Show(BigInteger quantity) => new(Exact.Round(quantity, Scale, Exact.UpcomingDecimals), Unit);

    public override string ToString() => Id;
}

/// <summary>The meters that exist, in the order in which invoices show them.</summary>
public static class Meters
{
    private const long MillisecondsPerHour = 3_600_000;
    private const long BytesPerGib = 1L << 30;

    /// <summary>vCPUs allocated to a machine × time observed.</summary>
    public static Meter Vcpu { get; } = new("vcpu", "vCPU", "vCPU-hour", "vCPU-ms", MillisecondsPerHour, "vCPUs × time observed");

    /// <summary>Memory installed in a machine × time observed.</summary>
    public static Meter Memory { get; } = new(
        "memory", "Memory", "GiB-hour", "byte-ms", (BigInteger)BytesPerGib * MillisecondsPerHour, "memory × time observed");

    /// <summary>Bytes that a machine sent on interfaces other than loopback.</summary>
    public static Meter Egress { get; } = new("egress", "Egress", "GiB", "byte", BytesPerGib, "bytes sent, while observed");

    public static ImmutableArray<Meter> All { get; } = [Vcpu, Memory, Egress];

    public static Meter? Find(string id) => All.FirstOrDefault(meter => meter.Id == id);
}
