using System.Text.Json;
using Plimsoll.PromQL;
using Plimsoll.Series;

namespace Plimsoll.Server.PrometheusApi;

/// <summary>Metadata and exemplars, as Prometheus answers them.</summary>
internal sealed class MetadataEndpoints(SeriesStore store)
{
    private const int MostExemplars = 50_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapAnswer("/api/v1/metadata", ["GET"], Metadata);
        routes.MapAnswer("/api/v1/query_exemplars", ["GET", "POST"], Exemplars);
    }

    private Task<Action<Utf8JsonWriter>> Metadata(HttpContext context, ApiParameters parameters)
    {
        string? family = parameters.Find("metric") is { Length: > 0 } named ? named : null;
        IReadOnlyList<MetricDescription> known = store.OpenReader(Tenancy.Of(context)).Metadata(family, parameters.Limit());
        return Task.FromResult<Action<Utf8JsonWriter>>(writer =>
        {
            writer.WriteStartObject("data"u8);
            foreach (MetricDescription each in known)
            {
                writer.WriteStartArray(each.Name);
                writer.WriteStartObject();
                writer.WriteString("type"u8, Word(each.Metadata.Type));
                writer.WriteString("help"u8, each.Metadata.Help);
                writer.WriteString("unit"u8, each.Metadata.Unit);
                writer.WriteEndObject();
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        });
    }

    private Task<Action<Utf8JsonWriter>> Exemplars(HttpContext context, ApiParameters parameters)
    {
        string query = parameters.Required("query");
        TimeRange range = new(parameters.Time("start") ?? long.MinValue, parameters.Time("end") ?? long.MaxValue);
        if (range.MinMs > range.MaxMs)
        {
            throw ApiException.BadData("invalid parameter \"end\": end timestamp must not be before start time");
        }

        IReadOnlyList<SeriesExemplars> found = store.OpenReader(Tenancy.Of(context)).Exemplars(ExpressionSelectors.Of("query", query), range, MostExemplars, context.RequestAborted);
        return Task.FromResult<Action<Utf8JsonWriter>>(writer =>
        {
            writer.WriteStartArray("data"u8);
            foreach (SeriesExemplars series in found)
            {
                writer.WriteStartObject();
                writer.WritePropertyName("seriesLabels"u8);
                ApiAnswer.WriteLabels(writer, series.Series);
                writer.WriteStartArray("exemplars"u8);
                foreach (Exemplar exemplar in series.Exemplars)
                {
                    Write(writer, exemplar);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static void Write(Utf8JsonWriter writer, Exemplar exemplar)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("labels"u8);
        ApiAnswer.WriteLabels(writer, exemplar.Labels);
        Span<byte> text = stackalloc byte[FloatText.MaxLength];
        writer.WriteString("value"u8, text[..FloatText.Write(exemplar.Value, text)]);
        writer.WritePropertyName("timestamp"u8);
        ApiAnswer.WriteSeconds(writer, exemplar.TimestampMs);
        writer.WriteEndObject();
    }

    private static string Word(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Gauge => "gauge",
        MetricKind.Histogram => "histogram",
        MetricKind.GaugeHistogram => "gaugehistogram",
        MetricKind.Summary => "summary",
        MetricKind.Info => "info",
        MetricKind.StateSet => "stateset",
        _ => "unknown",
    };
}
