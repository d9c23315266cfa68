namespace Plimsoll.Series.Cardinality;

/// <summary>The largest of many counts. Zero is not kept; of equal ones the first stays.</summary>
internal sealed class TopCounts<TKey>(int most)
{
    private readonly PriorityQueue<(TKey Key, int Order), (long Count, int Order)> _smallest = new();
    private int _seen;

    public void Add(TKey key, long count)
    {
        int order = _seen++;
        if (count <= 0)
        {
            return;
        }

        // Later ones rank below earlier ones of the same count.
        if (_smallest.Count < most)
        {
            _smallest.Enqueue((key, order), (count, -order));
        }
        else
        {
            _smallest.EnqueueDequeue((key, order), (count, -order));
        }
    }

    /// <summary>The counts, largest first.</summary>
    public IReadOnlyList<CardinalityCount> Named(Func<TKey, string> name) =>
        [.. _smallest.UnorderedItems
            .OrderByDescending(item => item.Priority.Count)
            .ThenBy(item => item.Element.Order)
            .Select(item => new CardinalityCount(name(item.Element.Key), item.Priority.Count))];
}
