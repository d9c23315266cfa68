using System.Text.Json;
using Plimsoll.PromQL;

namespace Plimsoll.Server.PrometheusApi;

/// <summary>
/// Writes a native histogram at one time as Prometheus does: <c>[time, {"count", "sum", "buckets": [[boundaries, lower, upper, count], …]}]</c>.
/// Numbers are strings, empty buckets are left out.
/// </summary>
internal static class HistogramPoint
{
    public static void Write(Utf8JsonWriter writer, long timestampMs, FloatHistogram histogram)
    {
        writer.WriteStartArray();
        ApiAnswer.WriteSeconds(writer, timestampMs);
        writer.WriteStartObject();
        writer.WritePropertyName("count"u8);
        ApiAnswer.WriteNumber(writer, histogram.Count);
        writer.WritePropertyName("sum"u8);
        ApiAnswer.WriteNumber(writer, histogram.Sum);
        bool any = false;
        foreach (HistogramBucket bucket in histogram.Ascending())
        {
            if (bucket.Count == 0)
            {
                continue;
            }

            if (!any)
            {
                writer.WriteStartArray("buckets"u8);
                any = true;
            }

            writer.WriteStartArray();
            writer.WriteNumberValue(Boundaries(bucket));
            ApiAnswer.WriteNumber(writer, bucket.Lower);
            ApiAnswer.WriteNumber(writer, bucket.Upper);
            ApiAnswer.WriteNumber(writer, bucket.Count);
            writer.WriteEndArray();
        }

        if (any)
        {
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    /// <summary>0: the lower bound is outside; 1: the upper one is; 2: both are; 3: neither.</summary>
    private static int Boundaries(HistogramBucket bucket) => (bucket.LowerInclusive, bucket.UpperInclusive) switch
    {
        (false, true) => 0,
        (true, false) => 1,
        (false, false) => 2,
        (true, true) => 3,
    };
}
