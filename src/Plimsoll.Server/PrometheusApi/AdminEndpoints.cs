using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Plimsoll.Series;

namespace Plimsoll.Server.PrometheusApi;

/// <summary>
/// Prometheus' admin endpoints and its statistics of the head. Two are our own: deletions can be listed and, within their
/// grace period, taken back.
/// </summary>
/// <param name="snapshots">The folder that snapshots go into.</param>
internal sealed class AdminEndpoints(SeriesStore store, string snapshots, TimeProvider time)
{
    private const int DefaultTop = 10;
    private static readonly string[] Writes = ["POST", "PUT"];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapAnswer("/api/v1/admin/tsdb/snapshot", Writes, SnapshotAsync);
        routes.MapDeed("/api/v1/admin/tsdb/delete_series", Writes, Delete);
        routes.MapDeed("/api/v1/admin/tsdb/undelete_series", Writes, Undelete);
        routes.MapAnswer("/api/v1/admin/tsdb/deletions", ["GET"], Deletions);
        routes.MapDeed("/api/v1/admin/tsdb/clean_tombstones", Writes, CompactAsync);
        routes.MapAnswer("/api/v1/status/tsdb", ["GET"], Status);
    }

    private async Task<Action<Utf8JsonWriter>> SnapshotAsync(HttpContext context, ApiParameters parameters)
    {
        Tenancy.Of(context);
        string suffix = RandomNumberGenerator.GetHexString(16, lowercase: true);
        string name = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture) + "-" + suffix;
        await store.SnapshotAsync(Path.Combine(snapshots, name), context.RequestAborted);
        return writer =>
        {
            writer.WriteStartObject("data"u8);
            writer.WriteString("name"u8, name);
            writer.WriteEndObject();
        };
    }

    private Task Delete(HttpContext context, ApiParameters parameters)
    {
        TenantId tenant = Tenancy.Of(context);
        List<IReadOnlyList<LabelMatcher>> selectors = Selectors.Of(parameters);
        if (selectors.Count == 0)
        {
            throw ApiException.BadData("no match[] parameter provided");
        }

        TimeRange range = Selectors.Range(parameters);
        foreach (IReadOnlyList<LabelMatcher> matchers in selectors)
        {
            try
            {
                store.Delete(tenant, matchers, range);
            }
            catch (ArgumentException refused)
            {
                throw ApiException.BadData(refused.Message);
            }
        }

        return Task.CompletedTask;
    }

    private Task Undelete(HttpContext context, ApiParameters parameters)
    {
        string text = parameters.Required("id");
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong id)
            ? store.Undelete(Tenancy.Of(context), id)
                ? Task.CompletedTask
                : throw new ApiException(StatusCodes.Status404NotFound, "not_found", $"there is no deletion {id} that can be taken back; /api/v1/admin/tsdb/deletions lists them")
            : throw ApiException.BadData($"invalid parameter \"id\": \"{text}\" is no number of a deletion");
    }

    private Task<Action<Utf8JsonWriter>> Deletions(HttpContext context, ApiParameters parameters)
    {
        IReadOnlyList<SeriesDeletion> all = store.Deletions(Tenancy.Of(context));
        return Task.FromResult<Action<Utf8JsonWriter>>(writer =>
        {
            writer.WriteStartArray("data"u8);
            foreach (SeriesDeletion deletion in all)
            {
                writer.WriteStartObject();
                writer.WriteNumber("id"u8, deletion.Id);
                writer.WriteString("selector"u8, "{" + string.Join(",", deletion.Matchers) + "}");
                WriteTime(writer, "start"u8, deletion.Range.MinMs);
                WriteTime(writer, "end"u8, deletion.Range.MaxMs);
                WriteTime(writer, "created"u8, deletion.Created.ToUnixTimeMilliseconds());
                WriteTime(writer, "goneAt"u8, deletion.GoneAt.ToUnixTimeMilliseconds());
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private async Task CompactAsync(HttpContext context, ApiParameters parameters)
    {
        Tenancy.Of(context);
        await store.CompactAsync(context.RequestAborted);
    }

    private Task<Action<Utf8JsonWriter>> Status(HttpContext context, ApiParameters parameters)
    {
        int limit = parameters.Find("limit") is null ? DefaultTop : parameters.Limit();
        CardinalityReport report = store.Cardinality(Tenancy.Of(context), limit, context.RequestAborted);
        long chunks = store.Statistics.HeadChunks;
        return Task.FromResult<Action<Utf8JsonWriter>>(writer =>
        {
            writer.WriteStartObject("data"u8);
            writer.WriteStartObject("headStats"u8);
            writer.WriteNumber("numSeries"u8, report.Series);
            writer.WriteNumber("numLabelPairs"u8, report.LabelPairs);
            writer.WriteNumber("chunkCount"u8, chunks);

            // Prometheus' own way to say that the head is empty.
            writer.WriteNumber("minTime"u8, report.OldestMs ?? long.MaxValue);
            writer.WriteNumber("maxTime"u8, report.NewestMs ?? long.MinValue);
            writer.WriteEndObject();
            Write(writer, "seriesCountByMetricName"u8, report.MetricsBySeries);
            Write(writer, "labelValueCountByLabelName"u8, report.LabelsByValues);
            Write(writer, "memoryInBytesByLabelName"u8, report.LabelsByBytes);
            Write(writer, "seriesCountByLabelValuePair"u8, report.PairsBySeries);
            Write(writer, "newSeriesCountByMetricName"u8, report.MetricsByGrowth);
            writer.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<CardinalityCount> counts)
    {
        writer.WriteStartArray(name);
        foreach (CardinalityCount count in counts)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, count.Name);
            writer.WriteNumber("value"u8, count.Count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    // Seconds, as everywhere in this API; null for an end that is open.
    private static void WriteTime(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long timestampMs)
    {
        writer.WritePropertyName(name);
        if (timestampMs is long.MinValue or long.MaxValue)
        {
            writer.WriteNullValue();
        }
        else
        {
            ApiAnswer.WriteSeconds(writer, timestampMs);
        }
    }
}
