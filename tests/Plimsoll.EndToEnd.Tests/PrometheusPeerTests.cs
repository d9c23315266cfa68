using System.Globalization;
using System.Text.Json;
using Plimsoll.EndToEnd.Tests.Processes;

namespace Plimsoll.EndToEnd.Tests;

/// <summary>A real Prometheus scrapes us and writes what it scraped back to us; then both are asked the same.</summary>
public sealed class PrometheusPeerTests(ITestOutputHelper output)
{
    // Ranges that no scrape lies on the edge of, since Debian's 2.42 still closes them on the left and we don't.
    private static readonly string[] Expressions =
    [
        "process_cpu_seconds_total{job=\"peer\"}",
        "rate(process_cpu_seconds_total{job=\"peer\"}[7s])",
        "increase(plimsoll_http_requests_total{job=\"peer\"}[7s])",
        "irate(process_cpu_seconds_total{job=\"peer\"}[7s])",
        "sum by (job, code) (plimsoll_http_requests_total{job=\"peer\"})",
        "count({job=\"peer\", __name__=~\"dotnet_.*\"})",
        "avg_over_time(process_resident_memory_bytes{job=\"peer\"}[9s])",
        "max_over_time(process_resident_memory_bytes{job=\"peer\"}[9s]) - min_over_time(process_resident_memory_bytes{job=\"peer\"}[9s])",
        "topk(2, dotnet_gc_collections_total{job=\"peer\"})",
        "histogram_quantile(0.9, sum by (le) (rate(plimsoll_http_request_duration_seconds_bucket{job=\"peer\"}[9s])))",
        "process_resident_memory_bytes{job=\"peer\"} / on (instance) group_left process_virtual_memory_bytes{job=\"peer\"}",
        "process_open_fds{job=\"peer\"} > bool 1",
        "up{job=\"peer\"} offset 3s",
        "{job=\"peer\", __name__=~\"process_.*\", __name__!~\".*bytes\"}",
        "-process_start_time_seconds{job=\"peer\"} % 7",
    ];

    [Fact]
    public async Task The_same_expression_asked_of_both_gives_the_same_values()
    {
        using TemporaryFolder folder = new();
        await using PlimsollServer ours = await PlimsollServer.StartAsync(folder.Under("data"));
        await using PrometheusServer theirs = await PrometheusServer.StartAsync(folder.Under("prometheus"), $$"""
            global: {scrape_interval: 1s}
            scrape_configs:
              - job_name: peer
                static_configs: [{targets: ["{{ours.Address.Authority}}"]}]
            remote_write:
              - url: {{ours.Address}}api/v1/write
                queue_config: {batch_send_deadline: 200ms}
            """);
        await PlimsollServer.EventuallyAsync(
            () => CountAsync(ours.Http, "count_over_time(up{job=\"peer\"}[1m])"), count => count >= 14, $"scrapes written back to us;\n{theirs.Output}");

        // Both have all up to here: Prometheus kept it before it sent it, and what is newer than three seconds is left out.
        double end = Math.Floor(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0) - 3;
        end = await AwayFromScrapesAsync(theirs.Http, end);
        await PlimsollServer.EventuallyAsync(
            () => CountAsync(ours.Http, "timestamp(up{job=\"peer\"})"), newest => newest > end, "the newest scrape");
        foreach (string expression in Expressions)
        {
            Dictionary<string, string> expected = await AskAsync(theirs.Http, expression, end);
            Dictionary<string, string> seen = await AskAsync(ours.Http, expression, end);
            output.WriteLine($"{expression}: {expected.Count} series");

            Assert.True(expected.Count > 0, $"{expression} has no answer from Prometheus, so it compares nothing.");
            Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), seen.Keys.Order(StringComparer.Ordinal));
            foreach ((string labels, string value) in expected)
            {
                double theirValue = double.Parse(value, CultureInfo.InvariantCulture);
                double ourValue = double.Parse(seen[labels], CultureInfo.InvariantCulture);
                Assert.True(
                    theirValue.Equals(ourValue) || Math.Abs(theirValue - ourValue) <= 1e-12 * Math.Abs(theirValue),
                    $"{expression} {labels}: {value} there, {seen[labels]} here");
            }
        }
    }

    [Fact]
    public async Task Promtool_finds_nothing_to_complain_of_in_our_metrics()
    {
        using TemporaryFolder folder = new();
        await using PlimsollServer server = await PlimsollServer.StartAsync(folder.Under("data"));
        await server.Http.GetStringAsync("/api/v1/query?query=up");
        string text = await server.Http.GetStringAsync("/metrics");
        string file = folder.Under("metrics.txt");
        await File.WriteAllTextAsync(file, text);

        await using RunningProcess promtool = RunningProcess.Start("/bin/sh", ["-c", $"promtool check metrics < '{file}'; echo \"exit $?\""]);
        await promtool.WaitForLineAsync("exit ", TimeSpan.FromSeconds(20));

        Assert.Equal("exit 0\n", promtool.Output);
        Assert.Contains("plimsoll_http_requests_total", text, StringComparison.Ordinal);
    }

    /// <summary>Moves the instant to the middle between two scrapes, so that no edge of a whole-second range meets one.</summary>
    private static async Task<double> AwayFromScrapesAsync(HttpClient http, double end)
    {
        double scrape = await CountAsync(http, "timestamp(up{job=\"peer\"})", end);
        double fraction = scrape - Math.Floor(scrape);
        return end + Math.Round((fraction + 0.5) % 1, 3);
    }

    private static async Task<double> CountAsync(HttpClient http, string expression, double? time = null)
    {
        Dictionary<string, string> answer = await AskAsync(http, expression, time);
        return answer.Count == 0 ? 0 : double.Parse(answer.Values.Single(), CultureInfo.InvariantCulture);
    }

    private static async Task<Dictionary<string, string>> AskAsync(HttpClient http, string expression, double? time)
    {
        string at = time is { } seconds ? "&time=" + seconds.ToString("F3", CultureInfo.InvariantCulture) : "";
        using HttpResponseMessage response = await http.GetAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}{at}");
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{expression}: {body}");
        using JsonDocument answer = JsonDocument.Parse(body);
        return answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().ToDictionary(
            series => string.Join(',', series.GetProperty("metric").EnumerateObject().OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value}")),
            series => series.GetProperty("value")[1].GetString()!);
    }
}
