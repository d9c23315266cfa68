using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>One series over all steps. A step without a value holds the stale marker's bits. The holder may overwrite it.</summary>
internal sealed class SeriesColumn(LabelSet labels, double[] values)
{
    public LabelSet Labels { get; set; } = labels;

    public double[] Values { get; } = values;

    /// <summary>True when the metric's name is to be dropped at the end of the query.</summary>
    public bool DropsName { get; set; }

    public static double[] Absent(int steps)
    {
        double[] values = new double[steps];
        Array.Fill(values, SampleBlock.Stale);
        return values;
    }

    public bool IsEmpty()
    {
        foreach (double value in Values)
        {
            if (!SampleBlock.IsStale(value))
            {
                return false;
            }
        }

        return true;
    }
}
