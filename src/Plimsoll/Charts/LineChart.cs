using System.Globalization;
using System.Text;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>A line chart of characters: values over time, with both axes; a missing step leaves a gap.</summary>
internal static class LineChart
{
    private const int Height = 12;
    private const int SmallestPlot = 20;

    public static IReadOnlyList<string> Draw(IReadOnlyList<IReadOnlyList<QueryPoint>> series, QueryRange range, Shell shell)
    {
        double[] finite = [.. series.SelectMany(points => points).Select(point => point.Value).Where(double.IsFinite)];
        if (finite.Length == 0)
        {
            return ["(no finite value to draw)"];
        }

        ValueAxis axis = ValueAxis.For(finite.Min(), finite.Max());
        Dictionary<int, string> labels = Labels(axis);
        int margin = Math.Max("UTC".Length, labels.Values.Max(label => label.Length));
        PlotGrid grid = new(
            Math.Max(shell.Width - margin - 2, SmallestPlot),
            Height,
            SeriesMark.UsesBraille(series.Count, shell));
        for (int at = 0; at < series.Count; at++)
        {
            Plot(series[at], at, grid, axis, range);
        }

        return [.. Frame(grid, labels, margin, shell), .. TimeAxis(range, grid.Columns, margin, shell.Unicode)];
    }

    private static Dictionary<int, string> Labels(ValueAxis axis)
    {
        double[] ticks = [.. axis.Ticks()];

        // Values that lie close together far from zero need all their digits to differ.
        bool distinct = ticks.Select(NumberText.Short).Distinct().Count() == ticks.Length;
        Dictionary<int, string> labels = [];
        foreach (double tick in ticks)
        {
            labels[RowOf(tick, axis, Height)] = distinct ? NumberText.Short(tick) : tick.ToString("G12", CultureInfo.InvariantCulture);
        }

        return labels;
    }

    private static void Plot(IReadOnlyList<QueryPoint> points, int series, PlotGrid grid, ValueAxis axis, QueryRange range)
    {
        // Half a step of tolerance: timestamps are whole milliseconds, steps need not be.
        double joined = range.Step.TotalSeconds * 1.5;
        QueryPoint? previous = null;
        foreach (QueryPoint point in points)
        {
            if (!double.IsFinite(point.Value))
            {
                previous = null;
                continue;
            }

            bool joins = previous is { } before && point.TimestampSeconds - before.TimestampSeconds <= joined;
            QueryPoint from = joins ? previous!.Value : point;
            grid.Line(
                XOf(from.TimestampSeconds, grid, range),
                RowOf(from.Value, axis, grid.DotsDown),
                XOf(point.TimestampSeconds, grid, range),
                RowOf(point.Value, axis, grid.DotsDown),
                series);
            previous = point;
        }
    }

    private static int XOf(double timestampSeconds, PlotGrid grid, QueryRange range)
    {
        double start = range.Start.ToUnixTimeMilliseconds() / 1000.0;
        double length = Math.Max((range.End - range.Start).TotalSeconds, 0.001);
        double share = (timestampSeconds - start) / length;
        return (int)Math.Round(Math.Clamp(share, 0, 1) * (grid.DotsAcross - 1));
    }

    private static int RowOf(double value, ValueAxis axis, int rows) =>
        rows - 1 - (int)Math.Round(Math.Clamp(axis.Share(value), 0, 1) * (rows - 1));

    private static IEnumerable<string> Frame(PlotGrid grid, Dictionary<int, string> labels, int margin, Shell shell)
    {
        (char tick, char line) = shell.Unicode ? ('┤', '│') : ('+', '|');
        Ink ink = new(shell.Color);
        for (int row = 0; row < grid.Rows; row++)
        {
            bool labelled = labels.TryGetValue(row, out string? label);
            yield return $"{(label ?? "").PadLeft(margin)} {(labelled ? tick : line)}{grid.Row(row, ink)}".TrimEnd();
        }
    }

    private static IEnumerable<string> TimeAxis(QueryRange range, int columns, int margin, bool unicode)
    {
        TimeSpan length = range.End - range.Start;
        string format = length.TotalMinutes < 10 ? "HH:mm:ss" : length.TotalHours <= 24 ? "HH:mm" : "MM-dd HH:mm";
        StringBuilder axis = new(new string(unicode ? '─' : '-', columns));
        StringBuilder times = new(new string(' ', columns));
        int count = Math.Clamp(columns / 18, 2, 5);
        for (int at = 0; at < count; at++)
        {
            DateTimeOffset time = range.Start + (length * ((double)at / (count - 1)));
            string text = time.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
            int column = (int)Math.Round((columns - 1) * ((double)at / (count - 1)));
            int from = Math.Clamp(column - (text.Length / 2), 0, columns - text.Length);
            axis[column] = unicode ? '┬' : '+';
            for (int i = 0; i < text.Length; i++)
            {
                times[from + i] = text[i];
            }
        }

        string indent = new(' ', margin);
        yield return $"{indent} {(unicode ? '└' : '+')}{axis}";
        yield return $"{"UTC".PadLeft(margin)}  {times}".TrimEnd();
    }
}
