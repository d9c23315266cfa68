namespace Plimsoll.Series.Upgrades.Version1.Reading;

/// <summary>Reads one tenant's series out of the head and the blocks.</summary>
internal sealed class SeriesReader(StoredSeries store, TenantId tenant) : ISeriesReader
{
    public ISeriesSelection Select(
        IReadOnlyList<LabelMatcher> matchers, TimeRange range, SelectLimits limits, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(matchers);
        return SeriesSelection.Create(store.FindHead(tenant), store.Blocks, tenant, matchers, range, limits, cancellation);
    }

    public IReadOnlyList<string> LabelNames(
        IReadOnlyList<LabelMatcher> matchers, TimeRange range, int limit, CancellationToken cancellation)
    {
        SortedSet<string> names = new(StringComparer.Ordinal);
        using ISeriesSelection selection = Select(matchers, range, SelectLimits.Default, cancellation);
        for (int i = 0; i < selection.Count; i++)
        {
            foreach (Label label in selection.Labels(i).AsSpan())
            {
                names.Add(label.Name);
            }
        }

        return [.. names.Take(limit)];
    }

    public IReadOnlyList<string> LabelValues(
        string name, IReadOnlyList<LabelMatcher> matchers, TimeRange range, int limit, CancellationToken cancellation)
    {
        SortedSet<string> values = new(StringComparer.Ordinal);
        using ISeriesSelection selection = Select(matchers, range, SelectLimits.Default, cancellation);
        for (int i = 0; i < selection.Count; i++)
        {
            string value = selection.Labels(i)[name];
            if (value.Length > 0)
            {
                values.Add(value);
            }
        }

        return [.. values.Take(limit)];
    }
}
