using System.Text.Json;
using Plimsoll.PromQL;
using Plimsoll.Series;

namespace Plimsoll.Server.PrometheusApi;

/// <summary>Writes a query's result as <c>data</c>, with warnings and infos beside it.</summary>
internal static class QueryAnswerWriter
{
    /// <summary>Points between two looks at how much is buffered, so that a large answer streams.</summary>
    private const int PointsBetweenFlushes = 50_000;

    public static void Write(Utf8JsonWriter writer, QueryResult result, int limit, bool statistics)
    {
        writer.WriteStartObject("data"u8);
        bool truncated = result switch
        {
            ScalarResult scalar => Single(writer, "scalar"u8, () => ApiAnswer.WritePoint(writer, scalar.TimestampMs, scalar.Value)),
            StringResult text => Single(writer, "string"u8, () => WriteText(writer, text)),
            VectorResult vector => WriteVector(writer, vector, limit),
            MatrixResult matrix => WriteMatrix(writer, matrix, limit),
            RangeResult range => WriteRange(writer, range, limit),
            _ => throw new InvalidOperationException($"A result of type {result.GetType().Name} has no form in the API."),
        };
        if (statistics)
        {
            WriteStatistics(writer, result.Statistics);
        }

        writer.WriteEndObject();
        WriteNotes(writer, "warnings"u8, truncated ? [.. result.Warnings, "results truncated due to limit"] : result.Warnings);
        WriteNotes(writer, "infos"u8, result.Infos);
    }

    private static bool Single(Utf8JsonWriter writer, ReadOnlySpan<byte> type, Action write)
    {
        writer.WriteString("resultType"u8, type);
        writer.WritePropertyName("result"u8);
        write();
        return false;
    }

    private static bool WriteVector(Utf8JsonWriter writer, VectorResult vector, int limit)
    {
        Begin(writer, "vector"u8);
        int count = Math.Min(limit, vector.Labels.Length);
        for (int i = 0; i < count; i++)
        {
            BeginSeries(writer, vector.Labels[i]);
            if (vector.Histograms[i] is { } histogram)
            {
                writer.WritePropertyName("histogram"u8);
                HistogramPoint.Write(writer, vector.TimestampMs, histogram);
            }
            else
            {
                writer.WritePropertyName("value"u8);
                ApiAnswer.WritePoint(writer, vector.TimestampMs, vector.Values[i]);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        return count < vector.Labels.Length;
    }

    private static bool WriteMatrix(Utf8JsonWriter writer, MatrixResult matrix, int limit)
    {
        Begin(writer, "matrix"u8);
        int count = Math.Min(limit, matrix.Labels.Length);
        for (int i = 0; i < count; i++)
        {
            BeginSeries(writer, matrix.Labels[i]);
            SampleRun run = matrix.Samples[i];
            WriteRun(writer, run.Values, run.Histograms, point => run.TimestampsMs[point]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        return count < matrix.Labels.Length;
    }

    private static bool WriteRange(Utf8JsonWriter writer, RangeResult range, int limit)
    {
        Begin(writer, "matrix"u8);
        int count = Math.Min(limit, range.Labels.Length);
        for (int i = 0; i < count; i++)
        {
            BeginSeries(writer, range.Labels[i]);
            WriteRun(writer, range.Values[i], range.Histograms[i], range.TimestampMs);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        return count < range.Labels.Length;
    }

    /// <summary>The numbers of a series, and its histograms if there are any; a list that would be empty beside the other is left out.</summary>
    private static void WriteRun(Utf8JsonWriter writer, double[] values, FloatHistogram?[]? histograms, Func<int, long> timestampMs)
    {
        if (histograms is null || Array.Exists(values, RangeResult.IsPresent))
        {
            writer.WriteStartArray("values"u8);
            for (int point = 0; point < values.Length; point++)
            {
                if (RangeResult.IsPresent(values[point]))
                {
                    ApiAnswer.WritePoint(writer, timestampMs(point), values[point]);
                    FlushWhenLarge(writer, point);
                }
            }

            writer.WriteEndArray();
        }

        if (histograms is null)
        {
            return;
        }

        writer.WriteStartArray("histograms"u8);
        for (int point = 0; point < histograms.Length; point++)
        {
            if (histograms[point] is { } histogram)
            {
                HistogramPoint.Write(writer, timestampMs(point), histogram);
                FlushWhenLarge(writer, point);
            }
        }

        writer.WriteEndArray();
    }

    private static void Begin(Utf8JsonWriter writer, ReadOnlySpan<byte> type)
    {
        writer.WriteString("resultType"u8, type);
        writer.WriteStartArray("result"u8);
    }

    private static void BeginSeries(Utf8JsonWriter writer, LabelSet labels)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("metric"u8);
        ApiAnswer.WriteLabels(writer, labels);
    }

    private static void WriteText(Utf8JsonWriter writer, StringResult text)
    {
        writer.WriteStartArray();
        ApiAnswer.WriteSeconds(writer, text.TimestampMs);
        writer.WriteStringValue(text.Value);
        writer.WriteEndArray();
    }

    private static void WriteStatistics(Utf8JsonWriter writer, QueryStatistics statistics)
    {
        writer.WriteStartObject("stats"u8);
        writer.WriteStartObject("timings"u8);
        writer.WriteNumber("evalTotalTime"u8, (statistics.SelectMs + statistics.EvaluateMs) / 1000);
        writer.WriteNumber("queryPreparationTime"u8, statistics.SelectMs / 1000);
        writer.WriteNumber("innerEvalTime"u8, statistics.EvaluateMs / 1000);
        writer.WriteEndObject();
        writer.WriteStartObject("samples"u8);
        writer.WriteNumber("totalQueryableSamples"u8, statistics.SamplesRead);
        writer.WriteNumber("peakSamples"u8, statistics.PeakSamples);
        writer.WriteEndObject();
        writer.WriteNumber("seriesTouched"u8, statistics.Series);
        writer.WriteEndObject();
    }

    private static void WriteNotes(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<string> notes)
    {
        if (notes.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (string note in notes)
        {
            writer.WriteStringValue(note);
        }

        writer.WriteEndArray();
    }

    private static void FlushWhenLarge(Utf8JsonWriter writer, int point)
    {
        // Moves what the writer holds into the response's buffer; the pipe takes it from there.
        if (point % PointsBetweenFlushes == PointsBetweenFlushes - 1)
        {
            writer.Flush();
        }
    }
}
