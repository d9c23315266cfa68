using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>
/// One series over all steps. A step holds a number, or a native histogram while the number is the stale marker, or nothing.
/// The holder may overwrite it.
/// </summary>
internal sealed class SeriesColumn(LabelSet labels, double[] values)
{
    public LabelSet Labels { get; set; } = labels;

    public double[] Values { get; } = values;

    /// <summary>Parallel to <see cref="Values"/>; null when no step holds a histogram.</summary>
    public FloatHistogram?[]? Histograms { get; set; }

    /// <summary>True when the metric's name is to be dropped at the end of the query.</summary>
    public bool DropsName { get; set; }

    public static double[] Absent(int steps)
    {
        double[] values = new double[steps];
        Array.Fill(values, SampleBlock.Stale);
        return values;
    }

    public FloatHistogram? HistogramAt(int step) => Histograms?[step];

    public bool Has(int step) => !SampleBlock.IsStale(Values[step]) || HistogramAt(step) is not null;

    public Sample At(int step) => new(Values[step], HistogramAt(step));

    public void Take(int step, Sample sample)
    {
        Values[step] = sample.Value;
        if (sample.Histogram is { } histogram)
        {
            Put(step, histogram);
        }
    }

    public void Put(int step, FloatHistogram histogram)
    {
        Values[step] = SampleBlock.Stale;
        (Histograms ??= new FloatHistogram?[Values.Length])[step] = histogram;
    }

    /// <summary>Takes over what another column holds at a step.</summary>
    public void Take(int step, SeriesColumn from) => Take(step, from.At(step));

    public void Blank(int step)
    {
        Values[step] = SampleBlock.Stale;
        if (Histograms is not null)
        {
            Histograms[step] = null;
        }
    }

    public bool IsEmpty() => !HasNumbers() && (Histograms is null || Array.TrueForAll(Histograms, histogram => histogram is null));

    public bool HasNumbers()
    {
        foreach (double value in Values)
        {
            if (!SampleBlock.IsStale(value))
            {
                return true;
            }
        }

        return false;
    }
}
