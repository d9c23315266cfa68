namespace Plimsoll.Series.Upgrades.Version1.Index;

/// <summary>Turns matchers into the ids of the series that they leave.</summary>
internal static class MatchingSeries
{
    /// <summary>
    /// Equal matchers intersect postings; the others try each value of
    /// their label once, or each candidate when these are fewer.
    /// </summary>
    /// <returns>Ids, ascending.</returns>
    public static int[] Find(ILabelIndex index, IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellation)
    {
        int[]? found = null;
        foreach (LabelMatcher matcher in matchers)
        {
            if (IsPlainEqual(matcher))
            {
                ReadOnlySpan<int> postings = index.Postings(matcher.Name, matcher.Value);
                found = found is null ? postings.ToArray() : Intersect(found, postings);
                if (found.Length == 0)
                {
                    return found;
                }
            }
        }

        foreach (LabelMatcher matcher in matchers)
        {
            if (!IsPlainEqual(matcher))
            {
                cancellation.ThrowIfCancellationRequested();
                found = found is not null && found.Length <= index.ValueCount(matcher.Name)
                    ? FilterEach(index, found, matcher, cancellation)
                    : FilterByValue(index, found is null ? index.All : found, matcher, cancellation);
            }
        }

        return found ?? index.All.ToArray();
    }

    // Equal to "" asks for series without the label, which no posting lists.
    private static bool IsPlainEqual(LabelMatcher matcher) => matcher.Operator == MatchOperator.Equal && matcher.Value.Length > 0;

    private static int[] FilterEach(ILabelIndex index, int[] candidates, LabelMatcher matcher, CancellationToken cancellation)
    {
        int kept = 0;
        int[] result = new int[candidates.Length];
        foreach (int id in candidates)
        {
            cancellation.ThrowIfCancellationRequested();
            if (matcher.Matches(index.ValueOf(id, matcher.Name)))
            {
                result[kept++] = id;
            }
        }

        return result[..kept];
    }

    private static int[] FilterByValue(ILabelIndex index, ReadOnlySpan<int> candidates, LabelMatcher matcher, CancellationToken cancellation)
    {
        // Marked: the series whose value decides otherwise than the missing label would.
        bool matchesEmpty = matcher.MatchesEmpty;
        ulong[] marked = new ulong[(index.IdLimit + 63) / 64];
        foreach (string value in index.Values(matcher.Name))
        {
            cancellation.ThrowIfCancellationRequested();
            if (matcher.Matches(value) != matchesEmpty)
            {
                foreach (int id in index.Postings(matcher.Name, value))
                {
                    marked[id >> 6] |= 1UL << (id & 63);
                }
            }
        }

        int kept = 0;
        int[] result = new int[candidates.Length];
        foreach (int id in candidates)
        {
            bool isMarked = (marked[id >> 6] & (1UL << (id & 63))) != 0;
            if (isMarked != matchesEmpty)
            {
                result[kept++] = id;
            }
        }

        return result[..kept];
    }

    private static int[] Intersect(ReadOnlySpan<int> left, ReadOnlySpan<int> right)
    {
        int[] result = new int[Math.Min(left.Length, right.Length)];
        int kept = 0;
        int l = 0;
        int r = 0;
        while (l < left.Length && r < right.Length)
        {
            if (left[l] == right[r])
            {
                result[kept++] = left[l];
                l++;
                r++;
            }
            else if (left[l] < right[r])
            {
                l++;
            }
            else
            {
                r++;
            }
        }

        return result[..kept];
    }
}
