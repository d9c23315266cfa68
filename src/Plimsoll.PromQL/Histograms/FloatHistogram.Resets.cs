using Plimsoll.Series;

namespace Plimsoll.PromQL;

public sealed partial record FloatHistogram
{
    /// <summary>
    /// True when the counter began anew between a histogram and this one: it says so, or some count is smaller, or the layout
    /// became finer, which only happens at a restart.
    /// </summary>
    public bool IsResetAfter(FloatHistogram previous)
    {
        if (Hint is CounterResetHint.Reset or CounterResetHint.NoReset)
        {
            return Hint == CounterResetHint.Reset;
        }

        if (Count < previous.Count || IsCustom != previous.IsCustom)
        {
            return true;
        }

        if (IsCustom)
        {
            if (Bounds.AsSpan().SequenceEqual(previous.Bounds))
            {
                return IsAnySmaller(Positive, previous.Positive);
            }

            // Bounds that went and bounds that came: compared by those that both have.
            double[] common = [.. Bounds.Intersect(previous.Bounds)];
            return IsAnySmaller(WithBounds(common).Positive, previous.WithBounds(common).Positive);
        }

        if (Schema > previous.Schema || ZeroThreshold < previous.ZeroThreshold)
        {
            return true;
        }

        FloatHistogram before = previous.WidenZero(ZeroThreshold);
        if (before.ZeroThreshold != ZeroThreshold || ZeroCount < before.ZeroCount)
        {
            return true;
        }

        before = before.ReduceTo(Schema);
        return IsAnySmaller(Positive, before.Positive) || IsAnySmaller(Negative, before.Negative);
    }

    private static bool IsAnySmaller(Buckets now, Buckets before)
    {
        int at = 0;
        for (int i = 0; i < before.Length; i++)
        {
            while (at < now.Length && now.Indexes[at] < before.Indexes[i])
            {
                at++;
            }

            double count = at < now.Length && now.Indexes[at] == before.Indexes[i] ? now.Counts[at] : 0;
            if (count < before.Counts[i])
            {
                return true;
            }
        }

        return false;
    }
}
