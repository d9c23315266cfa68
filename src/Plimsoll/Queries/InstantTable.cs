using System.Globalization;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>The result at one instant: a row a series, or the one number or text.</summary>
internal static class InstantTable
{
    public static void Write(QueryResult result, Shell shell)
    {
        switch (result)
        {
            case VectorResult { Samples.Count: 0 }:
                shell.Error.WriteLine("No series matches at this instant.");
                break;
            case VectorResult vector:
                WriteVector(vector, shell);
                break;
            case MatrixResult { Series.Count: 0 }:
                shell.Error.WriteLine("No series has samples in this range.");
                break;
            case MatrixResult matrix:
                WriteSamples(matrix, shell);
                break;
            case ScalarResult scalar:
                shell.Output.WriteLine(NumberText.Format(scalar.Point.Value, shell.IsTerminal));
                break;
            case StringResult text:
                shell.Output.WriteLine(Printable.Line(text.Value));
                break;
            default:
                throw new InvalidOperationException($"A result of type {result.GetType().Name} has no rendering.");
        }
    }

    private static void WriteVector(VectorResult vector, Shell shell)
    {
        TextTable table = new(new TextColumn("series", Flexible: true), new TextColumn("value", Align.Decimal));
        foreach (VectorSample sample in vector.Samples)
        {
            table.Add(SeriesName.Of(sample.Labels), NumberText.Format(sample.Point.Value, shell.IsTerminal));
        }

        table.WriteTo(shell.Output, shell);
    }

    /// <summary>What a range selector such as <c>up[1m]</c> gives: every sample.</summary>
    private static void WriteSamples(MatrixResult matrix, Shell shell)
    {
        TextTable table = new(
            new TextColumn("series", Flexible: true),
            new TextColumn("time (UTC)"),
            new TextColumn("value", Align.Decimal));
        foreach (MatrixSeries series in matrix.Series)
        {
            string name = SeriesName.Of(series.Labels);
            foreach (QueryPoint point in series.Points)
            {
                string time = DateTimeOffset.UnixEpoch.AddSeconds(point.TimestampSeconds)
                    .ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
                table.Add(name, time, NumberText.Format(point.Value, shell.IsTerminal));
            }
        }

        table.WriteTo(shell.Output, shell);
    }
}
