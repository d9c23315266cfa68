using Plimsoll.Series.Index;

namespace Plimsoll.Series.Cardinality;

/// <summary>Counts what an index holds. Time goes with its label pairs, not with its series.</summary>
internal static class CardinalityCensus
{
    /// <summary>Entries that each list has at most.</summary>
    public const int MaxTop = 1000;

    /// <param name="top">Entries wanted in each list.</param>
    /// <param name="firstNewId">Series from this id on are new; see <see cref="SeriesGrowth"/>.</param>
    public static CardinalityReport Take(ILabelIndex index, int top, int firstNewId, long growthSinceMs, CancellationToken cancellation)
    {
        top = Math.Clamp(top, 1, MaxTop);
        TopCounts<int> labels = new(top);
        TopCounts<int> bytes = new(top);
        TopCounts<(int Name, int Value)> pairs = new(top);
        TopCounts<(int Name, int Value)> metrics = new(top);
        TopCounts<(int Name, int Value)> growth = new(top);
        int metricName = index.FindName(Label.MetricName);
        int pairCount = 0;
        for (int name = 0; name < index.NameCount; name++)
        {
            int values = index.ValueCount(name);
            long size = 0;
            pairCount += values;
            labels.Add(name, values);
            for (int value = 0; value < values; value++)
            {
                if (value % 1024 == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                }

                ReadOnlySpan<int> ids = index.Postings(name, value);
                size += (long)ids.Length * index.ValueBytes(name, value).Length;
                pairs.Add((name, value), ids.Length);
                if (name == metricName)
                {
                    metrics.Add((name, value), ids.Length);
                    growth.Add((name, value), ids.Length - FirstAtOrAfter(ids, firstNewId));
                }
            }

            bytes.Add(name, size);
        }

        return new CardinalityReport(index.Count, pairCount, index.NameCount, growthSinceMs, Math.Max(0, index.Count - firstNewId))
        {
            LabelsByValues = labels.Named(index.Name),
            LabelsByBytes = bytes.Named(index.Name),
            MetricsBySeries = metrics.Named(pair => index.Value(pair.Name, pair.Value)),
            PairsBySeries = pairs.Named(pair => $"{index.Name(pair.Name)}={index.Value(pair.Name, pair.Value)}"),
            MetricsByGrowth = growth.Named(pair => index.Value(pair.Name, pair.Value)),
        };
    }

    private static int FirstAtOrAfter(ReadOnlySpan<int> ids, int id)
    {
        int place = ids.BinarySearch(id);
        return place < 0 ? ~place : place;
    }
}
