namespace Plimsoll.Series;

/// <summary>One name and value of a label set. The metric's name is the label <see cref="MetricName"/>.</summary>
public readonly record struct Label(string Name, string Value)
{
    public const string MetricName = "__name__";
}
