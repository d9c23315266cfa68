namespace Plimsoll.Series.Blocks;

/// <summary>Hands floats and histograms of one series over by turns, as they follow each other in time. Both ascend.</summary>
internal static class MixedSamples
{
    public delegate void Floats(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values, ReadOnlySpan<long> startTimestampsMs);

    public delegate void Histograms(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<Histogram> histograms, ReadOnlySpan<long> startTimestampsMs);

    /// <param name="floatStarts">Empty when all are unknown.</param>
    /// <returns>Samples handed over: a histogram at the instant of a float is left out.</returns>
    public static int Send(
        ReadOnlySpan<long> floatMs,
        ReadOnlySpan<double> values,
        ReadOnlySpan<long> floatStarts,
        ReadOnlySpan<long> histogramMs,
        ReadOnlySpan<Histogram> histograms,
        ReadOnlySpan<long> histogramStarts,
        Floats sendFloats,
        Histograms sendHistograms)
    {
        int sent = 0;
        int f = 0;
        int h = 0;
        while (f < values.Length || h < histograms.Length)
        {
            if (h < histograms.Length && (f == values.Length || histogramMs[h] < floatMs[f]))
            {
                int end = f == values.Length ? histograms.Length : Above(histogramMs, floatMs[f]);
                sendHistograms(histogramMs[h..end], histograms[h..end], histogramStarts[h..end]);
                sent += end - h;
                h = end;
                continue;
            }

            // At one instant there is never both in a head; in an import the float stays.
            while (h < histograms.Length && histogramMs[h] == floatMs[f])
            {
                h++;
            }

            int until = h == histograms.Length ? values.Length : Above(floatMs, histogramMs[h]);
            until = Math.Max(until, f + 1);
            sendFloats(floatMs[f..until], values[f..until], floatStarts.IsEmpty ? [] : floatStarts[f..until]);
            sent += until - f;
            f = until;
        }

        return sent;
    }

    private static int Above(ReadOnlySpan<long> timestampsMs, long ms)
    {
        int at = timestampsMs.BinarySearch(ms);
        return at < 0 ? ~at : at;
    }
}
