namespace Plimsoll.Series.Index;

/// <summary>The label names and values of the series that matchers leave, told from postings: no label set is put together.</summary>
internal static class MatchingLabels
{
    // What looking up one series' value costs, in ids of a posting that could be gone through meanwhile.
    private const int LookUpCost = 16;

    /// <summary>The names that a matching series has, ascending.</summary>
    /// <param name="limit">At most so many.</param>
    public static List<string> Names(ILabelIndex index, IReadOnlyList<LabelMatcher> matchers, int limit, CancellationToken cancellation)
    {
        bool[] has = new bool[index.NameCount];
        if (matchers.Count == 0)
        {
            Array.Fill(has, index.Count > 0);
        }
        else
        {
            int[] found = MatchingSeries.Find(index, matchers, cancellation);
            for (int i = 0; i < found.Length; i++)
            {
                if (i % 1024 == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                }

                index.MarkNames(found[i], has);
            }
        }

        List<string> names = [];
        for (int name = 0; name < has.Length && names.Count < limit; name++)
        {
            if (has[name])
            {
                names.Add(index.Name(name));
            }
        }

        return names;
    }

    /// <summary>The values of a label that a matching series has, ascending.</summary>
    /// <param name="limit">At most so many.</param>
    public static List<string> Values(ILabelIndex index, string name, IReadOnlyList<LabelMatcher> matchers, int limit, CancellationToken cancellation)
    {
        int place = index.FindName(name);
        if (place < 0)
        {
            return [];
        }

        List<string> values = [];
        int count = index.ValueCount(place);
        if (matchers.Count == 0)
        {
            for (int value = 0; value < count && values.Count < limit; value++)
            {
                values.Add(index.Value(place, value));
            }

            return values;
        }

        int[] found = MatchingSeries.Find(index, matchers, cancellation);
        if (found.Length == 0)
        {
            return [];
        }

        bool[] has = (long)found.Length * LookUpCost <= index.Count
            ? HadBy(index, place, found, cancellation)
            : Meeting(index, place, found, limit, cancellation);
        for (int value = 0; value < count && values.Count < limit; value++)
        {
            if (has[value])
            {
                values.Add(index.Value(place, value));
            }
        }

        return values;
    }

    private static bool[] HadBy(ILabelIndex index, int name, int[] found, CancellationToken cancellation)
    {
        bool[] has = new bool[index.ValueCount(name)];
        for (int i = 0; i < found.Length; i++)
        {
            if (i % 1024 == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            int value = index.ValueOf(found[i], name);
            if (value >= 0)
            {
                has[value] = true;
            }
        }

        return has;
    }

    private static bool[] Meeting(ILabelIndex index, int name, int[] found, int limit, CancellationToken cancellation)
    {
        ulong[] marked = new ulong[(index.Count + 63) / 64];
        foreach (int id in found)
        {
            marked[id >> 6] |= 1UL << (id & 63);
        }

        bool[] has = new bool[index.ValueCount(name)];
        for (int value = 0; value < has.Length && limit > 0; value++)
        {
            if (value % 256 == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            foreach (int id in index.Postings(name, value))
            {
                if ((marked[id >> 6] & (1UL << (id & 63))) != 0)
                {
                    has[value] = true;
                    limit--;
                    break;
                }
            }
        }

        return has;
    }
}
