namespace Plimsoll.Collect;

/// <summary>Families named after the fields that the kernel lists, made when a field is first seen; each holds one sample.</summary>
/// <param name="familyName">The family's name for a field, before its unit; null leaves the field out.</param>
/// <param name="help">The help text for a field.</param>
internal sealed class DiscoveredFamilies(MetricSink sink, MetricType type, Func<string, string?> familyName, Func<string, string> help)
{
    // No kernel lists as many; a folder that is no /proc might.
    private const int MaxFamilies = 2_000;
    private readonly Dictionary<string, MetricFamily?> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Utf8Table<MetricFamily?>> _bySuffix = new(StringComparer.Ordinal);

    /// <returns>False when the field is left out or was given already this round.</returns>
    public bool Add(ReadOnlySpan<byte> field, string suffix, double value)
    {
        if (!_bySuffix.TryGetValue(suffix, out Utf8Table<MetricFamily?>? table))
        {
            table = new Utf8Table<MetricFamily?>(name => Find(name, suffix));
            _bySuffix.Add(suffix, table);
        }

        if (table[field] is not { } family || !family.Samples.IsEmpty)
        {
            return false;
        }

        family.Add(value);
        return true;
    }

    private MetricFamily? Find(string field, string suffix)
    {
        string? name = familyName(field) is { } stem ? stem + suffix : null;
        if (name is null || !MetricFamily.IsMetricName(name))
        {
            return null;
        }

        if (!_byName.TryGetValue(name, out MetricFamily? family) && _byName.Count < MaxFamilies)
        {
            family = type switch
            {
                MetricType.Gauge => sink.Gauge(name, help(field)),
                MetricType.Counter => sink.Counter(name, help(field)),
                _ => sink.Untyped(name, help(field)),
            };
            _byName.Add(name, family);
        }

        return family;
    }
}
