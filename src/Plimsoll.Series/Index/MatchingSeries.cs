using System.Text;

namespace Plimsoll.Series.Index;

/// <summary>Turns matchers into the ids of the series that they leave.</summary>
internal static class MatchingSeries
{
    /// <summary>
    /// Matchers that ask for given values intersect postings, the shortest first; the others then look at each candidate or
    /// at each value of their label, whichever are fewer.
    /// </summary>
    /// <returns>Ids, ascending.</returns>
    public static int[] Find(ILabelIndex index, IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellation)
    {
        List<int[]> lists = [];
        List<LabelMatcher> rest = [];
        foreach (LabelMatcher matcher in matchers)
        {
            cancellation.ThrowIfCancellationRequested();
            int[]? ids = matcher.MatchesEmpty || matcher.Operator is MatchOperator.NotEqual or MatchOperator.NotRegex ? null : Wanted(index, matcher, cancellation);
            if (ids is null)
            {
                rest.Add(matcher);
            }
            else if (ids.Length == 0)
            {
                return [];
            }
            else
            {
                lists.Add(ids);
            }
        }

        lists.Sort((a, b) => a.Length.CompareTo(b.Length));
        int[] found = lists.Count > 0 ? lists[0] : All(index.Count);
        for (int i = 1; i < lists.Count && found.Length > 0; i++)
        {
            found = PostingAlgebra.Intersect(found, lists[i]);
        }

        foreach (LabelMatcher matcher in rest)
        {
            found = found.Length == 0 ? found : Filter(index, found, matcher, cancellation);
        }

        return found;
    }

    /// <summary>The series with one of the values that a matcher wants.</summary>
    private static int[]? Wanted(ILabelIndex index, LabelMatcher matcher, CancellationToken cancellation)
    {
        int name = index.FindName(matcher.Name);
        if (name < 0)
        {
            return [];
        }

        if (matcher.Operator == MatchOperator.Equal)
        {
            int value = index.FindValue(name, Encoding.UTF8.GetBytes(matcher.Value));
            return value < 0 ? [] : index.Postings(name, value).ToArray();
        }

        List<int> values = [];
        if (matcher.Alternatives is { } alternatives)
        {
            foreach (string alternative in alternatives)
            {
                int value = index.FindValue(name, Encoding.UTF8.GetBytes(alternative));
                if (value >= 0)
                {
                    values.Add(value);
                }
            }
        }
        else
        {
            AddMatching(index, name, matcher, values, cancellation);
        }

        return PostingAlgebra.Union(index, name, values);
    }

    // Values are in order, so only the stretch with the pattern's prefix is looked at.
    private static void AddMatching(ILabelIndex index, int name, LabelMatcher matcher, List<int> values, CancellationToken cancellation)
    {
        int count = index.ValueCount(name);
        int first = 0;
        if (matcher.Prefix.Length > 0)
        {
            first = index.FindValue(name, Encoding.UTF8.GetBytes(matcher.Prefix));
            first = first < 0 ? ~first : first;
        }

        for (int value = first; value < count; value++)
        {
            if (value % 1024 == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            string text = index.Value(name, value);
            if (!text.StartsWith(matcher.Prefix, StringComparison.Ordinal))
            {
                break;
            }

            if (matcher.Matches(text))
            {
                values.Add(value);
            }
        }
    }

    private static int[] Filter(ILabelIndex index, int[] candidates, LabelMatcher matcher, CancellationToken cancellation)
    {
        int name = index.FindName(matcher.Name);
        bool matchesEmpty = matcher.MatchesEmpty;
        if (name < 0)
        {
            return matchesEmpty ? candidates : [];
        }

        Dictionary<int, bool> verdicts = [];
        int[] kept = new int[candidates.Length];
        int count = 0;
        for (int i = 0; i < candidates.Length; i++)
        {
            if (i % 1024 == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            int value = index.ValueOf(candidates[i], name);
            bool matches = matchesEmpty;
            if (value >= 0 && !verdicts.TryGetValue(value, out matches))
            {
                matches = matcher.Matches(index.Value(name, value));
                verdicts.Add(value, matches);
            }

            if (matches)
            {
                kept[count++] = candidates[i];
            }
        }

        return kept[..count];
    }

    private static int[] All(int count)
    {
        int[] ids = new int[count];
        for (int i = 0; i < count; i++)
        {
            ids[i] = i;
        }

        return ids;
    }
}
