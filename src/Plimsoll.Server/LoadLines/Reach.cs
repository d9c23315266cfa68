using Plimsoll.Client;

namespace Plimsoll.Server.LoadLines;

/// <summary>
/// When a line will be reached if demand goes on as it did: least squares over hourly means, with the slope's 80% interval.
/// </summary>
/// <remarks>
/// Neighbouring hours resemble each other, so the residuals' lag-1 correlation ρ widens the slope's error by √((1+ρ)/(1−ρ)),
/// the usual effective-sample-size correction. Good for "is it filling, and about how fast"; seasons are the capacity room's.
/// </remarks>
internal static class Reach
{
    public const int HoursNeeded = 24;

    /// <summary>80% of a normal distribution lies within this many standard deviations.</summary>
    private const double Z80 = 1.2816;

    /// <summary>Beyond two years a straight line through a week of hours says nothing.</summary>
    private const double FarthestDays = 730;

    /// <param name="hourly">Demand per hour, oldest first; NaN where there was no data.</param>
    /// <param name="line">The demand at which the line is reached.</param>
    /// <returns>Null when there are fewer than <see cref="HoursNeeded"/> hours.</returns>
    public static LoadLineReach? Estimate(ReadOnlySpan<double> hourly, double line)
    {
        List<(double X, double Y)> points = [];
        for (int i = 0; i < hourly.Length; i++)
        {
            if (double.IsFinite(hourly[i]))
            {
                points.Add((i - (hourly.Length - 1), hourly[i]));
            }
        }

        if (points.Count < HoursNeeded)
        {
            return null;
        }

        (double slope, double now, double error) = Fit(points);
        if (now >= line)
        {
            return new LoadLineReach(0, 0, 0, "reached now");
        }

        double? middle = Days(line - now, slope);
        double? earliest = Days(line - now, slope + (Z80 * error));
        double? latest = Days(line - now, slope - (Z80 * error));
        string sentence = (middle, latest) switch
        {
            (null, _) when earliest is { } early => $"not at this pace; in {Round(early)} days at the earliest",
            (null, _) => "not at this pace",
            ({ } days, { } late) => $"in {Round(days)} days, {Round(earliest ?? days)}–{Round(late)}",
            ({ } days, null) => $"in {Round(days)} days, {Round(earliest ?? days)} or more",
        };
        return new LoadLineReach(middle, earliest, latest, sentence);
    }

    private static double? Days(double left, double slopePerHour) =>
        slopePerHour > 0 && left / slopePerHour / 24 <= FarthestDays ? left / slopePerHour / 24 : null;

    private static string Round(double days) => days < 10 ? days.ToString("0.#") : days.ToString("0");

    private static (double Slope, double Now, double Error) Fit(List<(double X, double Y)> points)
    {
        double meanX = points.Average(point => point.X);
        double meanY = points.Average(point => point.Y);
        double squares = points.Sum(point => (point.X - meanX) * (point.X - meanX));
        double slope = points.Sum(point => (point.X - meanX) * (point.Y - meanY)) / squares;
        double now = meanY - (slope * meanX);
        double[] residuals = [.. points.Select(point => point.Y - now - (slope * point.X))];
        double variance = residuals.Sum(residual => residual * residual);
        double lagged = 0;
        for (int i = 1; i < residuals.Length; i++)
        {
            lagged += residuals[i] * residuals[i - 1];
        }

        double correlation = variance > 0 ? Math.Clamp(lagged / variance, 0, 0.99) : 0;
        double error = Math.Sqrt(variance / (points.Count - 2) / squares * ((1 + correlation) / (1 - correlation)));
        return (slope, now, error);
    }
}
