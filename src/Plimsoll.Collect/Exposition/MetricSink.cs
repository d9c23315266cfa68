namespace Plimsoll.Collect;

/// <summary>The families of one source, made once and refilled each round, in the order in which they were made.</summary>
public sealed class MetricSink
{
    private readonly List<MetricFamily> _families = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public IReadOnlyList<MetricFamily> Families => _families;

    /// <summary>A total that only grows; its name ends in <c>_total</c>.</summary>
    public MetricFamily Counter(string name, string help) => Add(new MetricFamily(name, help, MetricType.Counter));

    public MetricFamily Gauge(string name, string help) => Add(new MetricFamily(name, help, MetricType.Gauge));

    public MetricFamily Untyped(string name, string help) => Add(new MetricFamily(name, help, MetricType.Untyped));

    /// <summary>Forgets the samples of the round before; the families stay.</summary>
    public void Clear()
    {
        foreach (MetricFamily family in _families)
        {
            family.Clear();
        }
    }

    private MetricFamily Add(MetricFamily family)
    {
        if (!_names.Add(family.Name))
        {
            throw new InvalidOperationException($"The metric family '{family.Name}' is made twice; keep the first one and add to it.");
        }

        _families.Add(family);
        return family;
    }
}
