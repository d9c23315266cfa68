namespace Plimsoll.Organizations;

/// <summary>The time zone in which an organization's months begin and end.</summary>
/// <remarks>
/// Usage is kept by hours that begin on full UTC hours, so a zone whose midnight falls between them is refused:
/// its month would cut an hour in two.
/// </remarks>
public sealed record BillingZone
{
    private readonly TimeZoneInfo _zone;

    /// <exception cref="ArgumentException">The zone is unknown to this machine, or its offset is no whole number of hours.</exception>
    public BillingZone(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(id, out TimeZoneInfo? zone))
        {
            throw new ArgumentException($"The time zone '{id}' is not known on this machine. Give an IANA name such as 'Europe/Berlin', and install tzdata if it is missing.", nameof(id));
        }

        if (!WholeHours(zone.BaseUtcOffset) || zone.GetAdjustmentRules().Any(rule => !WholeHours(rule.DaylightDelta)))
        {
            throw new ArgumentException($"The time zone '{id}' is not a whole number of hours from UTC; billing months in it are not supported.", nameof(id));
        }

        Id = id;
        _zone = zone;
    }

    public string Id { get; }

    /// <summary>The calendar month that holds an instant, as instants: start included, end not.</summary>
    public (DateTimeOffset Start, DateTimeOffset End) MonthOf(DateTimeOffset instant)
    {
        DateTime local = TimeZoneInfo.ConvertTime(instant, _zone).DateTime;
        DateTime first = new(local.Year, local.Month, 1, 0, 0, 0, DateTimeKind.Unspecified);
        return (Instant(first), Instant(first.AddMonths(1)));
    }

    public bool Equals(BillingZone? other) => other is not null && Id == other.Id;

    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Id;

    // A midnight that the clocks skip begins when they land; one that they repeat begins the first time.
    private DateTimeOffset Instant(DateTime local)
    {
        while (_zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(30);
        }

        TimeSpan offset = _zone.IsAmbiguousTime(local) ? _zone.GetAmbiguousTimeOffsets(local).Max() : _zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private static bool WholeHours(TimeSpan offset) => offset.Ticks % TimeSpan.TicksPerHour == 0;
}
