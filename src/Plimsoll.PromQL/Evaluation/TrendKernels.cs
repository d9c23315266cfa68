namespace Plimsoll.PromQL;

/// <summary>Least squares over the samples of a window.</summary>
internal static class Regression
{
    /// <param name="originMs">Where the intercept is taken.</param>
    public static (double Slope, double Intercept) Fit(in Window window, long originMs)
    {
        double count = 0, x = 0, xc = 0, y = 0, yc = 0, xy = 0, xyc = 0, xx = 0, xxc = 0;
        double firstY = window.Values[0];
        bool constant = true;
        for (int i = 0; i < window.Values.Length; i++)
        {
            double value = window.Values[i];
            double time = (window.Timestamps[i] - originMs) / 1000.0;
            constant &= value == firstY;
            count++;
            KahanSum.Add(time, ref x, ref xc);
            KahanSum.Add(value, ref y, ref yc);
            KahanSum.Add(time * value, ref xy, ref xyc);
            KahanSum.Add(time * time, ref xx, ref xxc);
        }

        if (constant)
        {
            return double.IsInfinity(firstY) ? (double.NaN, double.NaN) : (0, firstY);
        }

        x += xc;
        y += yc;
        double covariance = xy + xyc - (x * y / count);
        double variance = xx + xxc - (x * x / count);
        double slope = covariance / variance;
        return (slope, (y / count) - (slope * x / count));
    }
}

/// <summary><c>deriv</c>: the slope per second.</summary>
internal sealed class Derivative : RangeKernel
{
    public override bool TryCompute(in Window window, out double value)
    {
        value = window.Values.Length < 2 ? 0 : Regression.Fit(window, window.Timestamps[0]).Slope;
        return window.Values.Length >= 2;
    }
}

/// <summary><c>predict_linear</c>: the value on the regression line so many seconds after the step's time.</summary>
internal sealed class Prediction : RangeKernel
{
    public override bool DependsOnStep => true;

    public override bool TryCompute(in Window window, out double value)
    {
        value = 0;
        if (window.Values.Length < 2)
        {
            return false;
        }

        (double slope, double intercept) = Regression.Fit(window, window.EvalMs);
        value = (slope * window.First) + intercept;
        return true;
    }
}

/// <summary><c>double_exponential_smoothing</c> (Holt): a level and a trend, each smoothed by its factor.</summary>
internal sealed class Smoothing : RangeKernel
{
    public override bool TryCompute(in Window window, out double value)
    {
        double levelFactor = window.First;
        double trendFactor = window.Second;
        value = 0;
        if (window.Values.Length < 2)
        {
            return false;
        }

        double level = window.Values[0];
        double previous = 0;
        double trend = window.Values[1] - window.Values[0];
        for (int i = 1; i < window.Values.Length; i++)
        {
            if (i > 1)
            {
                trend = (trendFactor * (level - previous)) + ((1 - trendFactor) * trend);
            }

            previous = level;
            level = (levelFactor * window.Values[i]) + ((1 - levelFactor) * (level + trend));
        }

        value = level;
        return true;
    }
}
