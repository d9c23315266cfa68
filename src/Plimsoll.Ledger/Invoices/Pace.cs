using System.Collections.Immutable;
using System.Numerics;

namespace Plimsoll.Ledger;

/// <summary>How fast an organization uses its meters now: the sum over machines of what each used per time observed.</summary>
internal sealed class Pace(ImmutableArray<MeterPace> parts)
{
    private const long MillisecondsPerHour = 3_600_000;

    public static Pace None { get; } = new([]);

    public bool IsKnown => !parts.IsEmpty;

    public Quantity QuantityPerHour(Meter meter)
    {
        decimal sum = 0m;
        foreach (MeterPace part in parts)
        {
            sum += part.Meter == meter ? Exact.Round(part.Quantity.ToBigInteger() * MillisecondsPerHour, meter.Scale * Observed(part), Exact.UpcomingDecimals) : 0m;
        }

        return new Quantity(sum, meter.Unit);
    }

    public Money AmountPerHour(Meter meter, UnitPrice price) => Amount(meter, price, MillisecondsPerHour);

    /// <summary>What the pace costs when it goes on for some time.</summary>
    public Money Amount(Meter meter, UnitPrice price, BigInteger milliseconds)
    {
        decimal sum = 0m;
        foreach (MeterPace part in parts)
        {
            sum += part.Meter == meter ? Rating.AmountOf(meter, price, part.Quantity.ToBigInteger() * milliseconds, Observed(part)) : 0m;
        }

        return new Money(sum, price.Currency);
    }

    private static BigInteger Observed(MeterPace part) => part.Observed > TimeSpan.Zero
        ? (BigInteger)(long)part.Observed.TotalMilliseconds
        : throw new ArgumentException($"The pace of '{part.Meter}' on '{part.Machine}' was observed over no time: leave it out.");
}
