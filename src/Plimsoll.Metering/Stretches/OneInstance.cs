using Plimsoll.Series;

namespace Plimsoll.Metering;

/// <summary>
/// A machine is measured once. When two instances tell of it (two collectors, or someone else's samples), adding both
/// would bill it twice, so that one is taken: the instance with the most samples, and of equals the first by ordinal.
/// </summary>
/// <remarks>
/// Only samples that count are counted. The newest of the chosen one's is the hour's watermark, so reading again up to
/// the watermark takes no sample from the chosen instance and at most some from the others: the choice stays.
/// </remarks>
internal static class OneInstance
{
    public const string Label = "instance";

    /// <summary>The instance to measure; null when the series are all of one.</summary>
    public static string? Among(ISeriesSelection selection, IMeterRule rule, Span<long> timestamps, Span<double> values, CancellationToken cancellation)
    {
        if (AllAlike(selection))
        {
            return null;
        }

        SortedDictionary<string, long> samples = new(StringComparer.Ordinal);
        for (int series = 0; series < selection.Count; series++)
        {
            cancellation.ThrowIfCancellationRequested();
            string instance = selection.Labels(series)[Label];
            samples[instance] = samples.GetValueOrDefault(instance) + Count(selection.Open(series), rule, timestamps, values);
        }

        (string? chosen, long most) = (null, -1);
        foreach ((string instance, long count) in samples)
        {
            (chosen, most) = count > most ? (instance, count) : (chosen, most);
        }

        return chosen;
    }

    private static bool AllAlike(ISeriesSelection selection)
    {
        for (int series = 1; series < selection.Count; series++)
        {
            if (selection.Labels(series)[Label] != selection.Labels(0)[Label])
            {
                return false;
            }
        }

        return true;
    }

    private static long Count(ISampleCursor cursor, IMeterRule rule, Span<long> timestamps, Span<double> values)
    {
        long count = 0;
        int read;
        while ((read = cursor.Read(timestamps[..SampleBlock.PreferredSpan], values[..SampleBlock.PreferredSpan])) > 0)
        {
            for (int i = 0; i < read; i++)
            {
                count += rule.IsUsable(values[i]) ? 1 : 0;
            }
        }

        return count;
    }
}
