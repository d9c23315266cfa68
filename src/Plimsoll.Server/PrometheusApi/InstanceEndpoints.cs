namespace Plimsoll.Server.PrometheusApi;

/// <summary>What clients of Prometheus ask before they ask anything else.</summary>
internal static class InstanceEndpoints
{
    public static void MapInstance(this IEndpointRouteBuilder routes, string version) =>
        routes.MapAnswer("/api/v1/status/buildinfo", ["GET"], (_, _) => Task.FromResult<Action<System.Text.Json.Utf8JsonWriter>>(writer =>
        {
            writer.WriteStartObject("data"u8);

            // Grafana chooses its dialect by this number: the language is that of Prometheus 3.
            writer.WriteString("version"u8, "3.14.0");
            writer.WriteString("revision"u8, $"plimsoll-{version}");
            writer.WriteString("application"u8, "Plimsoll");
            writer.WriteEndObject();
        }));
}
