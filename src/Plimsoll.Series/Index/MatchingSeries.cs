using System.Buffers;
using System.Runtime.InteropServices;

namespace Plimsoll.Series.Index;

/// <summary>Turns matchers into the ids of the series that they leave.</summary>
internal static class MatchingSeries
{
    // What looking up one candidate's value costs, in ids of a posting that could be gone through meanwhile.
    private const int LookUpCost = 16;

    /// <summary>
    /// Matchers that ask for one value intersect postings, the shortest first. Of each of the others either the values are
    /// gone through and their postings put together, or the candidates, whichever is less work.
    /// </summary>
    /// <returns>Ids, ascending.</returns>
    public static int[] Find(ILabelIndex index, IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellation)
    {
        List<MatchingValues> exact = [];
        List<MatchingValues> others = [];
        foreach (LabelMatcher matcher in matchers)
        {
            cancellation.ThrowIfCancellationRequested();
            int name = index.FindName(matcher.Name);
            if (name < 0)
            {
                if (!matcher.MatchesEmpty)
                {
                    return [];
                }

                continue;
            }

            MatchingValues values = new(index, name, matcher);
            (values.Single is not null && !values.TakesMissing ? exact : others).Add(values);
        }

        int[]? found = Intersect(index, exact);
        others.Sort((a, b) => a.TakesMissing == b.TakesMissing ? a.Tests.CompareTo(b.Tests) : a.TakesMissing.CompareTo(b.TakesMissing));
        foreach (MatchingValues values in others)
        {
            if (found is { Length: 0 })
            {
                return [];
            }

            cancellation.ThrowIfCancellationRequested();
            found = Apply(index, found, values, cancellation);
        }

        return found ?? All(index.Count);
    }

    private static int[]? Intersect(ILabelIndex index, List<MatchingValues> exact)
    {
        if (exact.Count > 1)
        {
            exact.Sort((a, b) => index.PostingCount(a.Name, a.Single).CompareTo(index.PostingCount(b.Name, b.Single)));
        }

        int[]? found = null;
        for (int i = 0; i < exact.Count && found is not { Length: 0 }; i++)
        {
            ReadOnlySpan<int> ids = index.Postings(exact[i].Name, exact[i].Single);
            if (found is null && exact.Count > 1)
            {
                // The first two are intersected where they lie.
                i++;
                found = PostingAlgebra.Intersect(ids, index.Postings(exact[i].Name, exact[i].Single));
            }
            else
            {
                found = found is null ? ids.ToArray() : PostingAlgebra.Intersect(found, ids);
            }
        }

        return found;
    }

    private static int[] Apply(ILabelIndex index, int[]? candidates, MatchingValues values, CancellationToken cancellation)
    {
        long walk = (long)LookUpCost * (candidates?.Length ?? index.Count);
        if (values.Single is { } single)
        {
            return PostingAlgebra.Without(candidates ?? All(index.Count), index.Postings(values.Name, single));
        }

        if (candidates is not null && values.Tests > walk)
        {
            return Walk(index, candidates, values, cancellation);
        }

        List<int> chosen = values.Collect(cancellation);
        long total = 0;
        foreach (int value in chosen)
        {
            total += index.PostingCount(values.Name, value);
        }

        if (candidates is not null && total > walk)
        {
            return Walk(index, candidates, values, cancellation);
        }

        int[] ids = PostingAlgebra.Union(index, values.Name, CollectionsMarshal.AsSpan(chosen), (int)Math.Min(total, index.Count));
        return !values.TakesMissing ? candidates is null ? ids : PostingAlgebra.Intersect(candidates, ids)
            : ids.Length == 0 && candidates is not null ? candidates
            : PostingAlgebra.Without(candidates ?? All(index.Count), ids);
    }

    // Each value is tested once.
    private static int[] Walk(ILabelIndex index, int[] candidates, MatchingValues values, CancellationToken cancellation)
    {
        const byte passes = 1;
        const byte fails = 2;
        int valueCount = index.ValueCount(values.Name);
        byte[] verdicts = ArrayPool<byte>.Shared.Rent(valueCount);
        verdicts.AsSpan(0, valueCount).Clear();
        try
        {
            int[] kept = new int[candidates.Length];
            int count = 0;
            for (int i = 0; i < candidates.Length; i++)
            {
                if (i % 1024 == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                }

                int value = index.ValueOf(candidates[i], values.Name);
                bool matches = values.TakesMissing;
                if (value >= 0)
                {
                    ref byte verdict = ref verdicts[value];
                    if (verdict == 0)
                    {
                        verdict = values.Takes(value) ? passes : fails;
                    }

                    matches = verdict == passes;
                }

                if (matches)
                {
                    kept[count++] = candidates[i];
                }
            }

            return count == kept.Length ? kept : kept[..count];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(verdicts);
        }
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
