namespace Plimsoll.Series;

/// <summary>What kind of numbers a metric family has. The order is that of remote write, and part of the format.</summary>
public enum MetricKind
{
    Unknown = 0,
    Counter = 1,
    Gauge = 2,
    Histogram = 3,
    GaugeHistogram = 4,
    Summary = 5,
    Info = 6,
    StateSet = 7,
}

/// <summary>What the sender says of a metric family. Unit and help may be empty.</summary>
public sealed record MetricMetadata(MetricKind Type, string Unit, string Help);

/// <summary>A family's name and what is said of it.</summary>
public readonly record struct MetricDescription(string Name, MetricMetadata Metadata);
