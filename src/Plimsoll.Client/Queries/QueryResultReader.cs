using System.Globalization;
using System.Text.Json;

namespace Plimsoll.Client;

/// <summary>Reads Prometheus' <c>data</c> object into a <see cref="QueryResult"/>.</summary>
internal static class QueryResultReader
{
    /// <exception cref="FormatException">The object is none that Prometheus' API describes.</exception>
    public static QueryResult Read(JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.Object
            || !data.TryGetProperty("resultType", out JsonElement type)
            || !data.TryGetProperty("result", out JsonElement result)
            || result.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("the data object has no resultType with a result");
        }

        return type.GetString() switch
        {
            "vector" => ReadVector(result),
            "matrix" => ReadMatrix(result),
            "scalar" => new ScalarResult(ReadPoint(result)),
            "string" => new StringResult(result[0].GetDouble(), result[1].GetString() ?? ""),
            string unknown => throw new FormatException($"the result type '{unknown}' is not known"),
            null => throw new FormatException("the result type is null"),
        };
    }

    // A native histogram carries "histogram" in place of "value"; it has no single number and stays in the raw data alone.
    private static VectorResult ReadVector(JsonElement result)
    {
        List<VectorSample> samples = new(result.GetArrayLength());
        foreach (JsonElement item in result.EnumerateArray())
        {
            if (item.TryGetProperty("value", out JsonElement value))
            {
                samples.Add(new VectorSample(ReadLabels(item), ReadPoint(value)));
            }
        }

        return new VectorResult(samples);
    }

    private static MatrixResult ReadMatrix(JsonElement result)
    {
        List<MatrixSeries> series = new(result.GetArrayLength());
        foreach (JsonElement item in result.EnumerateArray())
        {
            if (!item.TryGetProperty("values", out JsonElement values))
            {
                continue;
            }

            List<QueryPoint> points = new(values.GetArrayLength());
            foreach (JsonElement value in values.EnumerateArray())
            {
                points.Add(ReadPoint(value));
            }

            series.Add(new MatrixSeries(ReadLabels(item), points));
        }

        return new MatrixResult(series);
    }

    private static List<KeyValuePair<string, string>> ReadLabels(JsonElement item)
    {
        List<KeyValuePair<string, string>> labels = [];
        if (item.TryGetProperty("metric", out JsonElement metric))
        {
            foreach (JsonProperty label in metric.EnumerateObject())
            {
                labels.Add(new KeyValuePair<string, string>(label.Name, label.Value.GetString() ?? ""));
            }
        }

        return labels;
    }

    private static QueryPoint ReadPoint(JsonElement pair) =>
        new(pair[0].GetDouble(), ReadValue(pair[1].GetString() ?? throw new FormatException("a value is null")));

    private static double ReadValue(string text) => text switch
    {
        "NaN" => double.NaN,
        "+Inf" or "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };
}
