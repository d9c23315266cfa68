using System.Buffers;
using Plimsoll.Ledger;
using Plimsoll.Series;

namespace Plimsoll.Metering;

/// <summary>Sees each stretch that counts, series by series in time order.</summary>
internal interface IStretchVisitor
{
    void BeginSeries(LabelSet labels);

    void Visit(in Stretch stretch, in StretchShare share);
}

/// <summary>Reads a meter's samples and cuts them into stretches.</summary>
/// <param name="reachMs">Samples further apart than this have a gap between them.</param>
internal sealed class StretchReader(ISeriesReader reader, long reachMs)
{
    // Cores or network devices of one machine; a machine with more is no machine.
    private static readonly SelectLimits Limits = new(100_000);

    /// <summary>
    /// Measures a window from the samples between its start less the reach and <paramref name="lastMs"/>: the same
    /// samples always give the same measurement, whatever came after. Of several instances one is measured.
    /// </summary>
    public Measurement Measure(IMeterRule rule, MeteredMachine machine, Window window, long lastMs, IStretchVisitor? visitor, CancellationToken cancellation)
    {
        Int128 sum = 0;
        ObservedTime observed = new();
        long? newest = null;
        TimeRange range = new(window.FromMs - reachMs, lastMs);
        if (range.MaxMs < range.MinMs)
        {
            return new Measurement(BaseQuantity.Zero, [], null);
        }

        long[] timestamps = ArrayPool<long>.Shared.Rent(SampleBlock.PreferredSpan);
        double[] values = ArrayPool<double>.Shared.Rent(SampleBlock.PreferredSpan);
        try
        {
            using ISeriesSelection selection = reader.Select(rule.Matchers(machine), range, Limits, cancellation);
            string? instance = OneInstance.Among(selection, rule, timestamps, values, cancellation);
            for (int series = 0; series < selection.Count; series++)
            {
                cancellation.ThrowIfCancellationRequested();
                LabelSet labels = selection.Labels(series);
                if (instance is not null && labels[OneInstance.Label] != instance)
                {
                    continue;
                }

                visitor?.BeginSeries(labels);
                ISampleCursor cursor = selection.Open(series);
                bool open = false;
                long fromMs = 0;
                double fromValue = 0;
                int read;
                while ((read = cursor.Read(timestamps.AsSpan(0, SampleBlock.PreferredSpan), values.AsSpan(0, SampleBlock.PreferredSpan))) > 0)
                {
                    for (int i = 0; i < read; i++)
                    {
                        double value = values[i];
                        if (!rule.IsUsable(value))
                        {
                            open &= !SampleBlock.IsStale(value);
                            continue;
                        }

                        long ms = timestamps[i];
                        newest = Math.Max(newest ?? ms, ms);
                        if (open && ms - fromMs <= reachMs)
                        {
                            Stretch stretch = new(fromMs, fromValue, ms, value);
                            StretchShare share = rule.Share(stretch, window);
                            sum = checked(sum + share.Quantity);
                            observed.Add(Math.Max(fromMs, window.FromMs), Math.Min(ms, window.ToMs));
                            visitor?.Visit(stretch, share);
                        }

                        (open, fromMs, fromValue) = (true, ms, value);
                    }
                }
            }
        }
        finally
        {
            ArrayPool<long>.Shared.Return(timestamps);
            ArrayPool<double>.Shared.Return(values);
        }

        return new Measurement(new BaseQuantity(sum), observed.United(), newest);
    }

    /// <summary>The oldest sample of a machine's meters that is stored; null when there is none.</summary>
    public long? Oldest(MeteredMachine machine, long sinceMs, long untilMs, CancellationToken cancellation)
    {
        long? oldest = null;
        Span<long> timestamp = stackalloc long[1];
        Span<double> value = stackalloc double[1];
        foreach (IMeterRule rule in MeterRules.All)
        {
            using ISeriesSelection selection = reader.Select(rule.Matchers(machine), new TimeRange(sinceMs, untilMs), Limits, cancellation);
            for (int series = 0; series < selection.Count; series++)
            {
                if (selection.Open(series).Read(timestamp, value) > 0)
                {
                    oldest = Math.Min(oldest ?? timestamp[0], timestamp[0]);
                }
            }
        }

        return oldest;
    }
}
