namespace Plimsoll.Series.Encodings;

/// <summary>
/// What a stretch of one series' samples amounts to, so that a query may answer without decoding it. Samples are taken in the
/// order of time.
/// </summary>
/// <param name="Count">Samples that are not stale markers.</param>
/// <param name="Min">The smallest value; NaN is passed over unless nothing else is there, as <c>min_over_time</c> does. NaN if empty.</param>
/// <param name="Max">The greatest value, by the same rule.</param>
/// <param name="Sum">
/// Plain left to right addition, NaN and infinities included. It is not compensated: an answer that must match
/// <c>sum_over_time</c> to the last bit has to decode.
/// </param>
/// <param name="First">The first value that is not a stale marker, bit for bit (it may be NaN).</param>
/// <param name="Last">The last value that is not a stale marker, bit for bit.</param>
/// <param name="Increase">Last − first + the value before each reset: what <c>increase</c> counts before it extrapolates.</param>
/// <param name="Resets">How often a value is smaller than the one before, as <c>resets</c> counts: NaN is never smaller.</param>
internal readonly record struct ChunkStatistics(
    int Count, double Min, double Max, double Sum, double First, double Last, double Increase, int Resets)
{
    /// <summary>Nothing, or stale markers only.</summary>
    public static ChunkStatistics Empty => new(0, double.NaN, double.NaN, 0, double.NaN, double.NaN, 0, 0);

    public static ChunkStatistics Of(ReadOnlySpan<double> values)
    {
        int count = 0;
        int resets = 0;
        double min = double.NaN;
        double max = double.NaN;
        double sum = 0;
        double first = double.NaN;
        double last = double.NaN;
        double lost = 0;
        foreach (double value in values)
        {
            if (SampleBlock.IsStale(value))
            {
                continue;
            }

            if (count == 0)
            {
                first = value;
                min = value;
                max = value;
            }
            else
            {
                if (value < last)
                {
                    resets++;
                    lost += last;
                }

                if (value < min || double.IsNaN(min))
                {
                    min = value;
                }

                if (value > max || double.IsNaN(max))
                {
                    max = value;
                }
            }

            sum += value;
            last = value;
            count++;
        }

        return count == 0 ? Empty : new ChunkStatistics(count, min, max, sum, first, last, last - first + lost, resets);
    }
}
