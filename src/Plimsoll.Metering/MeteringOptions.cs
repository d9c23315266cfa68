namespace Plimsoll.Metering;

/// <summary>How metering observes.</summary>
public sealed record MeteringOptions
{
    private readonly TimeSpan _collectionInterval = TimeSpan.FromSeconds(5);
    private readonly TimeSpan _every = TimeSpan.FromSeconds(10);
    private readonly TimeSpan _closeAfter = TimeSpan.FromMinutes(2);
    private readonly TimeSpan _catchUp = TimeSpan.FromDays(15);

    /// <summary>How often samples come. Default 5 s.</summary>
    public TimeSpan CollectionInterval
    {
        get => _collectionInterval;
        init => _collectionInterval = Positive(value, nameof(CollectionInterval));
    }

    /// <summary>Two samples further apart than this have a gap between them: three times the collection interval.</summary>
    public TimeSpan Reach => 3 * CollectionInterval;

    /// <summary>How often the running hour is metered. Default 10 s.</summary>
    public TimeSpan Every
    {
        get => _every;
        init => _every = Positive(value, nameof(Every));
    }

    /// <summary>
    /// An hour closes this long after its end: samples that come later are not billed. Default 2 min; at least <see cref="Reach"/>.
    /// </summary>
    public TimeSpan CloseAfter
    {
        get => _closeAfter < Reach ? Reach : _closeAfter;
        init => _closeAfter = Positive(value, nameof(CloseAfter));
    }

    /// <summary>How far back hours are metered after a time down: the retention of samples. Default 15 days.</summary>
    public TimeSpan CatchUp
    {
        get => _catchUp;
        init => _catchUp = Positive(value, nameof(CatchUp));
    }

    private static TimeSpan Positive(TimeSpan value, string name) => value > TimeSpan.Zero
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be above zero.");
}
