using System.Runtime.InteropServices;

namespace Plimsoll.Series.Deletions;

/// <summary>Samples that are not to be seen, or not to be kept: a stretch of time of the series that match.</summary>
/// <param name="Expires">The stretch is what is past an age: it grows as time goes by.</param>
internal readonly record struct SampleRule(IReadOnlyList<LabelMatcher> Matchers, TimeRange Range, bool Expires);

/// <summary>Which samples of a tenant are not to be seen, or not to be kept: stretches of time of the series that match.</summary>
internal sealed class SampleFilter(IReadOnlyList<SampleRule> rules)
{
    public static SampleFilter None { get; } = new([]);

    /// <summary>True when nothing is hidden.</summary>
    public bool IsEmpty => rules.Count == 0;

    public IReadOnlyList<SampleRule> Rules => rules;

    /// <summary>Only the rules that touch a range: without any, nothing in it needs a look.</summary>
    public SampleFilter Within(TimeRange range)
    {
        if (rules.Count == 0)
        {
            return this;
        }

        List<SampleRule> kept = [.. rules.Where(rule => rule.Range.Overlaps(range.MinMs, range.MaxMs))];
        return kept.Count == 0 ? None : new SampleFilter(kept);
    }

    /// <summary>The stretches hidden from one series, ascending, none touching another.</summary>
    public void HiddenOf(LabelSet labels, List<TimeRange> hidden)
    {
        hidden.Clear();
        foreach (SampleRule rule in rules)
        {
            if (Matches(rule.Matchers, labels))
            {
                hidden.Add(rule.Range);
            }
        }

        if (hidden.Count > 1)
        {
            Join(hidden);
        }
    }

    private static bool Matches(IReadOnlyList<LabelMatcher> matchers, LabelSet labels)
    {
        foreach (LabelMatcher matcher in matchers)
        {
            if (!matcher.Matches(labels))
            {
                return false;
            }
        }

        return true;
    }

    private static void Join(List<TimeRange> ranges)
    {
        ranges.Sort((a, b) => a.MinMs.CompareTo(b.MinMs));
        Span<TimeRange> all = CollectionsMarshal.AsSpan(ranges);
        int kept = 0;
        for (int i = 1; i < all.Length; i++)
        {
            if (all[i].MinMs <= all[kept].MaxMs || all[i].MinMs - 1 == all[kept].MaxMs)
            {
                all[kept] = new TimeRange(all[kept].MinMs, Math.Max(all[kept].MaxMs, all[i].MaxMs));
            }
            else
            {
                all[++kept] = all[i];
            }
        }

        ranges.RemoveRange(kept + 1, ranges.Count - kept - 1);
    }
}
