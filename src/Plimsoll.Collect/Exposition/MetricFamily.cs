using System.Runtime.InteropServices;
using Plimsoll.Series;

namespace Plimsoll.Collect;

public enum MetricType
{
    Untyped,
    Counter,
    Gauge,
    Histogram,
}

/// <summary>One value of a family.</summary>
/// <param name="Suffix">What follows the family's name: empty, or <c>_bucket</c>, <c>_sum</c>, <c>_count</c> of a histogram.</param>
/// <param name="Labels">Without the metric's name.</param>
public readonly record struct MetricSample(string Suffix, LabelSet Labels, double Value);

/// <summary>A metric as a scrape shows it: name, help, type and its samples of this moment.</summary>
/// <remarks>
/// Families live as long as their collector and are refilled each round, so that a round allocates nothing.
/// Not safe for use by several threads at once.
/// </remarks>
public sealed class MetricFamily
{
    private readonly List<MetricSample> _samples = [];

    /// <exception cref="ArgumentException">The name is no metric name: letters, digits, <c>_</c> and <c>:</c>, no digit first.</exception>
    public MetricFamily(string name, string help, MetricType type)
    {
        if (!IsMetricName(name))
        {
            throw new ArgumentException($"'{name}' is no metric name: letters, digits, '_' and ':' are allowed, no digit first.", nameof(name));
        }

        Name = name;
        Help = help;
        Type = type;
    }

    public string Name { get; }

    public string Help { get; }

    public MetricType Type { get; }

    /// <summary>The samples of this round; valid until the family is changed.</summary>
    public ReadOnlySpan<MetricSample> Samples => CollectionsMarshal.AsSpan(_samples);

    public void Add(double value) => _samples.Add(new MetricSample("", LabelSet.Empty, value));

    public void Add(LabelSet labels, double value) => _samples.Add(new MetricSample("", labels, value));

    public void Add(string suffix, LabelSet labels, double value) => _samples.Add(new MetricSample(suffix, labels, value));

    public void Clear() => _samples.Clear();

    internal static bool IsMetricName(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || char.IsAsciiDigit(name[0]))
        {
            return false;
        }

        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or ':'))
            {
                return false;
            }
        }

        return true;
    }
}
