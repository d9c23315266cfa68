using System.Text.Json;
using Plimsoll.Series;

namespace Plimsoll.Server.PrometheusApi;

/// <summary>Label names, label values and series, as Prometheus answers them.</summary>
internal sealed class LabelEndpoints(SeriesStore store)
{
    private const int MostSeries = 500_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapAnswer("/api/v1/labels", ["GET", "POST"], (context, parameters) =>
            Texts(context, parameters, (reader, matchers, range, limit) => reader.LabelNames(matchers, range, limit, context.RequestAborted)));
        routes.MapAnswer("/api/v1/label/{name}/values", ["GET"], (context, parameters) =>
        {
            string name = DecodeName((string)context.Request.RouteValues["name"]!);
            return Texts(context, parameters, (reader, matchers, range, limit) => reader.LabelValues(name, matchers, range, limit, context.RequestAborted));
        });
        routes.MapAnswer("/api/v1/series", ["GET", "POST"], SeriesOf);
    }

    private Task<Action<Utf8JsonWriter>> Texts(
        HttpContext context, ApiParameters parameters, Func<ISeriesReader, IReadOnlyList<LabelMatcher>, TimeRange, int, IReadOnlyList<string>> read)
    {
        ISeriesReader reader = store.OpenReader(Tenancy.Of(context));
        TimeRange range = Selectors.Range(parameters);
        int limit = parameters.Limit();
        List<IReadOnlyList<LabelMatcher>> selectors = Selectors.Of(parameters);
        IEnumerable<string> found = selectors.Count switch
        {
            0 => read(reader, [], range, Above(limit)),
            1 => read(reader, selectors[0], range, Above(limit)),
            _ => selectors.SelectMany(matchers => read(reader, matchers, range, Above(limit))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        };
        List<string> texts = [.. found];
        return Task.FromResult<Action<Utf8JsonWriter>>(writer =>
        {
            writer.WriteStartArray("data"u8);
            foreach (string text in texts.Take(limit))
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
            WarnWhenCut(writer, texts.Count > limit);
        });
    }

    private Task<Action<Utf8JsonWriter>> SeriesOf(HttpContext context, ApiParameters parameters)
    {
        ISeriesReader reader = store.OpenReader(Tenancy.Of(context));
        List<IReadOnlyList<LabelMatcher>> selectors = Selectors.Of(parameters);
        if (selectors.Count == 0)
        {
            throw ApiException.BadData("no match[] parameter provided");
        }

        int limit = parameters.Limit();
        SortedSet<LabelSet> found = [];
        foreach (IReadOnlyList<LabelMatcher> matchers in selectors)
        {
            using ISeriesSelection selection = reader.Select(matchers, Selectors.Range(parameters), new SelectLimits(MostSeries), context.RequestAborted);
            for (int i = 0; i < selection.Count && found.Count <= limit; i++)
            {
                found.Add(selection.Labels(i));
            }
        }

        return Task.FromResult<Action<Utf8JsonWriter>>(writer =>
        {
            writer.WriteStartArray("data"u8);
            foreach (LabelSet labels in found.Take(limit))
            {
                ApiAnswer.WriteLabels(writer, labels);
            }

            writer.WriteEndArray();
            WarnWhenCut(writer, found.Count > limit);
        });
    }

    /// <summary>One more than asked for, to know whether the answer was cut.</summary>
    private static int Above(int limit) => limit == int.MaxValue ? limit : limit + 1;

    /// <summary>Names outside of the old alphabet come as <c>U__</c> and hexadecimal between underscores.</summary>
    private static string DecodeName(string name)
    {
        if (!name.StartsWith("U__", StringComparison.Ordinal))
        {
            return name;
        }

        System.Text.StringBuilder decoded = new();
        for (int i = 3; i < name.Length; i++)
        {
            if (name[i] != '_')
            {
                decoded.Append(name[i]);
                continue;
            }

            int end = name.IndexOf('_', i + 1);
            if (end == i + 1)
            {
                decoded.Append('_');
            }
            else if (end > 0 && int.TryParse(name.AsSpan(i + 1, end - i - 1), System.Globalization.NumberStyles.AllowHexSpecifier, null, out int rune) && System.Text.Rune.IsValid(rune))
            {
                decoded.Append(new System.Text.Rune(rune).ToString());
            }
            else
            {
                return name;
            }

            i = end;
        }

        return decoded.ToString();
    }

    private static void WarnWhenCut(Utf8JsonWriter writer, bool cut)
    {
        if (cut)
        {
            writer.WriteStartArray("warnings"u8);
            writer.WriteStringValue("results truncated due to limit"u8);
            writer.WriteEndArray();
        }
    }
}
