using Plimsoll.Series.Tests.Histograms;

namespace Plimsoll.Series.Tests.Rich;

/// <summary>What a store should hold of floats with starts and of histograms, put together at random and told as text.</summary>
internal sealed class RichModel
{
    private readonly SortedDictionary<string, SortedDictionary<long, string>> _series = new(StringComparer.Ordinal);

    /// <summary>A batch of new samples, some late; what of it was accepted is to be noted with <see cref="Take"/>.</summary>
    public static SampleBatch Batch(Random random, long nowMs)
    {
        SampleBatch batch = new();
        for (int series = 0; series < 4; series++)
        {
            if (random.Next(4) == 0)
            {
                continue;
            }

            batch.BeginSeries(LabelSet.Of("m", ("i", $"{series}")));
            int count = random.Next(1, 40);
            Histogram[] histograms = HistogramShapes.Series(random, count);
            long ms = nowMs - random.NextInt64(600_000);
            for (int i = 0; i < count; i++)
            {
                ms += random.Next(3) == 0 ? random.Next(1, 20_000) : 15_000;
                long start = random.Next(3) == 0 ? 0 : nowMs - (random.Next(2) * 1000);
                if (series == 0 || (series < 3 && random.Next(3) == 0))
                {
                    batch.Add(ms, random.NextDouble(), start);
                }
                else
                {
                    batch.Add(ms, histograms[i], start);
                }
            }
        }

        return batch;
    }

    /// <summary>Notes what the store must have taken: whatever it did not have at that instant.</summary>
    /// <returns>How many it must have refused.</returns>
    public int Take(SampleBatch batch)
    {
        int refused = 0;
        for (int i = 0; i < batch.SeriesCount; i++)
        {
            string labels = batch.Labels(i).ToString();
            if (!_series.TryGetValue(labels, out SortedDictionary<long, string>? samples))
            {
                _series.Add(labels, samples = []);
            }

            int at = 0;
            for (int earlier = 0; earlier < i; earlier++)
            {
                at += batch.TimestampsMs(earlier).Length;
            }

            for (int s = 0; s < batch.TimestampsMs(i).Length; s++)
            {
                refused += samples.TryAdd(batch.TimestampsMs(i)[s], Text(batch.Values(i)[s], batch.StartOf(at + s))) ? 0 : 1;
            }

            foreach (TimedHistogram each in batch.Histograms(i))
            {
                refused += samples.TryAdd(each.TimestampMs, Text(each.Histogram, each.StartTimestampMs)) ? 0 : 1;
            }
        }

        return refused;
    }

    public List<string> All() =>
        [.. _series.Where(series => series.Value.Count > 0).SelectMany(series => series.Value.Select(sample => $"{series.Key} {sample.Key} {sample.Value}"))];

    public static List<string> Read(SeriesStore store, TenantId tenant, int span = 64)
    {
        List<string> all = [];
        using ISeriesSelection selection = store.OpenReader(tenant).Select([], TimeRange.All, SelectLimits.Default, CancellationToken.None);
        long[] timestampsMs = new long[span];
        double[] values = new double[span];
        Histogram[] histograms = new Histogram[span];
        long[] starts = new long[span];
        for (int i = 0; i < selection.Count; i++)
        {
            List<(long Ms, string Text)> samples = [];
            ISampleCursor floats = selection.Open(i);
            for (int count = floats.Read(timestampsMs, values, starts); count > 0; count = floats.Read(timestampsMs, values, starts))
            {
                samples.AddRange(Enumerable.Range(0, count).Select(s => (timestampsMs[s], Text(values[s], starts[s]))));
            }

            IHistogramCursor cursor = selection.OpenHistograms(i);
            for (int count = cursor.Read(timestampsMs, histograms, starts); count > 0; count = cursor.Read(timestampsMs, histograms, starts))
            {
                samples.AddRange(Enumerable.Range(0, count).Select(s => (timestampsMs[s], Text(histograms[s], starts[s]))));
            }

            string labels = selection.Labels(i).ToString();
            all.AddRange(samples.OrderBy(sample => sample.Ms).Select(sample => $"{labels} {sample.Ms} {sample.Text}"));
        }

        return all;
    }

    public static string Text(double value, long startMs) => $"{BitConverter.DoubleToInt64Bits(value):x} from {startMs}";

    public static string Text(Histogram histogram, long startMs)
    {
        HistogramLayout layout = histogram.Layout;
        return $"{layout.Schema} {BitConverter.DoubleToInt64Bits(layout.ZeroThreshold):x} {Join(layout.PositiveSpans)} {Join(layout.NegativeSpans)} {Join(layout.CustomBounds)} "
            + $"{histogram.IsFloat} {histogram.Hint} {histogram.CountBits:x} {histogram.ZeroCountBits:x} {BitConverter.DoubleToInt64Bits(histogram.Sum):x} "
            + $"{Join(histogram.PositiveBits)} {Join(histogram.NegativeBits)} from {startMs}";
    }

    private static string Join<T>(ReadOnlySpan<T> items) => string.Join(",", items.ToArray());
}
