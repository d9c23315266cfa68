using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>The result over a range: a chart, and a row a series with its smallest, largest and last value.</summary>
internal static class RangeView
{
    private const int MostDrawn = 6;

    public static void Write(string expression, MatrixResult matrix, QueryRange range, Shell shell)
    {
        if (matrix.Series.Count == 0)
        {
            shell.Error.WriteLine($"No series has samples between {TimeText.Instant(range.Start)} and {TimeText.Instant(range.End)} UTC.");
            return;
        }

        // The largest ones are what a reader looks for; among equals the server's order stays.
        MatrixSeries[] drawn = [.. matrix.Series.OrderByDescending(Largest).Take(MostDrawn)];
        TextWriter output = shell.Output;
        output.WriteLine(Printable.Cut(Printable.Line(expression.ReplaceLineEndings(" ")), shell.Width, shell.Unicode));
        foreach (string line in LineChart.Draw([.. drawn.Select(series => series.Points)], range, shell))
        {
            output.WriteLine(line);
        }

        output.WriteLine();
        WriteLegend(drawn, range, shell);
        if (matrix.Series.Count > drawn.Length)
        {
            output.WriteLine();
            output.WriteLine($"{matrix.Series.Count - drawn.Length} of {matrix.Series.Count} series are not drawn; narrow the expression, or see all with --json.");
        }
    }

    private static void WriteLegend(MatrixSeries[] drawn, QueryRange range, Shell shell)
    {
        TextTable table = new(
            new TextColumn("", Align.Left),
            new TextColumn("series", Flexible: true),
            new TextColumn("min", Align.Decimal),
            new TextColumn("max", Align.Decimal),
            new TextColumn("last", Align.Decimal),
            new TextColumn("gaps"));
        for (int at = 0; at < drawn.Length; at++)
        {
            double[] finite = [.. drawn[at].Points.Select(point => point.Value).Where(double.IsFinite)];
            long missing = range.Count - finite.Length;
            table.Add(
                SeriesMark.Of(at, drawn.Length, shell),
                SeriesName.Of(drawn[at].Labels),
                finite.Length > 0 ? NumberText.Format(finite.Min(), shell.IsTerminal) : "-",
                finite.Length > 0 ? NumberText.Format(finite.Max(), shell.IsTerminal) : "-",
                drawn[at].Points.Count > 0 ? NumberText.Format(drawn[at].Points[^1].Value, shell.IsTerminal) : "-",
                missing > 0 ? $"{missing} of {range.Count} steps" : "none");
        }

        table.WriteTo(shell.Output, shell, colorFirst: shell.Color ? (row, cell) => new Ink(true).Series(row, cell) : null);
    }

    private static double Largest(MatrixSeries series) =>
        series.Points.Where(point => double.IsFinite(point.Value)).Select(point => point.Value).DefaultIfEmpty(double.NegativeInfinity).Max();
}
