namespace Plimsoll.PromQL;

internal sealed class SumOverTime : RangeKernel
{
    public override bool TryCompute(in Window window, out double value)
    {
        double sum = 0;
        double compensation = 0;
        foreach (double sample in window.Values)
        {
            KahanSum.Add(sample, ref sum, ref compensation);
        }

        value = double.IsInfinity(sum) ? sum : sum + compensation;
        return true;
    }
}

internal sealed class MeanOverTime : RangeKernel
{
    public override bool TryCompute(in Window window, out double value)
    {
        CompensatedMean mean = default;
        foreach (double sample in window.Values)
        {
            mean.Add(sample);
        }

        value = mean.Value;
        return true;
    }
}

internal sealed class Extreme(bool max) : RangeKernel
{
    public override bool TryCompute(in Window window, out double value)
    {
        value = window.Values[0];
        foreach (double sample in window.Values)
        {
            if ((max ? sample > value : sample < value) || double.IsNaN(value))
            {
                value = sample;
            }
        }

        return true;
    }
}

internal sealed class CountOverTime : RangeKernel
{
    public override bool TryCompute(in Window window, out double value)
    {
        value = window.Values.Length;
        return true;
    }
}

internal sealed class PresentOverTime : RangeKernel
{
    public override bool TryCompute(in Window window, out double value)
    {
        value = 1;
        return true;
    }
}

internal sealed class EdgeOverTime(bool last) : RangeKernel
{
    public override bool KeepsName => true;

    public override bool TryCompute(in Window window, out double value)
    {
        value = last ? window.Values[^1] : window.Values[0];
        return true;
    }
}

internal sealed class SpreadOverTime(bool root) : RangeKernel
{
    public override bool TryCompute(in Window window, out double value)
    {
        CompensatedVariance variance = default;
        foreach (double sample in window.Values)
        {
            variance.Add(sample);
        }

        value = root ? Math.Sqrt(variance.Value) : variance.Value;
        return true;
    }
}

internal sealed class QuantileOverTime : RangeKernel
{
    private double[] _scratch = [];

    public override bool TryCompute(in Window window, out double value)
    {
        if (_scratch.Length < window.Values.Length)
        {
            _scratch = new double[window.Values.Length * 2];
        }

        window.Values.CopyTo(_scratch);
        value = Quantiles.Of(window.First, _scratch.AsSpan(0, window.Values.Length));
        return true;
    }
}

/// <summary>The median of the distances from the median.</summary>
internal sealed class MedianDeviation : RangeKernel
{
    public override bool TryCompute(in Window window, out double value)
    {
        double[] values = window.Values.ToArray();
        if (Array.Exists(values, double.IsNaN))
        {
            value = double.NaN;
            return true;
        }

        double median = Quantiles.Of(0.5, values);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Math.Abs(values[i] - median);
        }

        value = Quantiles.Of(0.5, values);
        return true;
    }
}

internal sealed class TimeOfEdge(bool last) : RangeKernel
{
    public override bool TryCompute(in Window window, out double value)
    {
        value = (last ? window.Timestamps[^1] : window.Timestamps[0]) / 1000.0;
        return true;
    }
}

/// <summary>When the extreme was reached, of several times the last.</summary>
internal sealed class TimeOfExtreme(bool max) : RangeKernel
{
    public override bool TryCompute(in Window window, out double value)
    {
        int at = 0;
        for (int i = 1; i < window.Values.Length; i++)
        {
            double extreme = window.Values[at];
            if ((max ? window.Values[i] >= extreme : window.Values[i] <= extreme) || double.IsNaN(extreme))
            {
                at = i;
            }
        }

        value = window.Timestamps[at] / 1000.0;
        return true;
    }
}
