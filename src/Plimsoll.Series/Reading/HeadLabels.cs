using Plimsoll.Series.Head;
using Plimsoll.Series.Index;

namespace Plimsoll.Series.Reading;

/// <summary>Label names and values of the series of a head that match and have samples in it: no label set is put together.</summary>
internal static class HeadLabels
{
    private const int Slice = 16_384;

    public static void AddNames(TenantHead head, IReadOnlyList<LabelMatcher> matchers, SortedSet<string> names, CancellationToken cancellation) =>
        Visit(
            head,
            matchers,
            (index, ids) =>
            {
                bool[] has = new bool[index.NameCount];
                foreach (int id in ids)
                {
                    index.MarkNames(id, has);
                }

                for (int name = 0; name < has.Length; name++)
                {
                    if (has[name])
                    {
                        names.Add(index.Name(name));
                    }
                }
            },
            cancellation);

    public static void AddValues(TenantHead head, string label, IReadOnlyList<LabelMatcher> matchers, SortedSet<string> values, CancellationToken cancellation) =>
        Visit(
            head,
            matchers,
            (index, ids) =>
            {
                int name = index.FindName(label);
                bool[] has = name < 0 ? [] : new bool[index.ValueCount(name)];
                foreach (int id in name < 0 ? [] : ids)
                {
                    int value = index.ValueOf(id, name);
                    if (value >= 0)
                    {
                        has[value] = true;
                    }
                }

                for (int value = 0; value < has.Length; value++)
                {
                    if (has[value])
                    {
                        values.Add(index.Value(name, value));
                    }
                }
            },
            cancellation);

    private static void Visit(TenantHead head, IReadOnlyList<LabelMatcher> matchers, Action<ILabelIndex, List<int>> visit, CancellationToken cancellation)
    {
        while (true)
        {
            int[] found;
            long generation;
            head.IndexLock.EnterReadLock();
            try
            {
                generation = head.Generation;
                found = head.Index.Find(matchers, cancellation);
            }
            finally
            {
                head.IndexLock.ExitReadLock();
            }

            if (!TryFilter(head, found, generation, cancellation, out List<int> holding))
            {
                continue; // Series were renumbered meanwhile, which is rare.
            }

            head.IndexLock.EnterReadLock();
            try
            {
                if (head.Generation == generation)
                {
                    visit(head.Index, holding);
                    return;
                }
            }
            finally
            {
                head.IndexLock.ExitReadLock();
            }
        }
    }

    private static bool TryFilter(TenantHead head, int[] found, long generation, CancellationToken cancellation, out List<int> holding)
    {
        holding = new List<int>(found.Length);
        for (int from = 0; from < found.Length; from += Slice)
        {
            cancellation.ThrowIfCancellationRequested();
            lock (head.Gate)
            {
                if (head.Generation != generation)
                {
                    return false;
                }

                foreach (int id in found.AsSpan(from, Math.Min(Slice, found.Length - from)))
                {
                    if (head.HoldsAny_NeedsGate(id))
                    {
                        holding.Add(id);
                    }
                }
            }
        }

        return true;
    }
}
