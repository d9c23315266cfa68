using System.Net;
using System.Text.Json;
using Plimsoll.EndToEnd.Tests.Processes;

namespace Plimsoll.EndToEnd.Tests;

/// <summary>What the keeper of a store asks a running server for, at Prometheus' own paths, and what the verbs on files leave to it.</summary>
public sealed class KeeperTests : IAsyncLifetime
{
    private const string Admin = "/api/v1/admin/tsdb/";
    private readonly TemporaryFolder _folder = new();
    private PlimsollServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await PlimsollServer.StartAsync(_folder.Under("data"));
        await PlimsollServer.EventuallyAsync(
            async () => (await GetAsync("/api/v1/status/tsdb")).GetProperty("headStats").GetProperty("numSeries").GetInt64(), count => count > 0, "series of this host");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_head_is_told_in_the_shape_of_Prometheus()
    {
        JsonElement data = await GetAsync("/api/v1/status/tsdb?limit=3");

        Assert.True(data.GetProperty("headStats").GetProperty("maxTime").GetInt64() > data.GetProperty("headStats").GetProperty("minTime").GetInt64() - 1);
        foreach (string list in new[] { "seriesCountByMetricName", "labelValueCountByLabelName", "memoryInBytesByLabelName", "seriesCountByLabelValuePair" })
        {
            JsonElement entries = data.GetProperty(list);
            Assert.InRange(entries.GetArrayLength(), 1, 3);
            Assert.True(entries[0].GetProperty("value").GetInt64() >= entries[entries.GetArrayLength() - 1].GetProperty("value").GetInt64(), list);
        }
    }

    [Fact]
    public async Task A_snapshot_of_a_running_server_is_sound_while_its_own_files_are_left_to_it()
    {
        using HttpResponseMessage answer = await PostAsync("snapshot");
        string name = (await DataAsync(answer)).GetProperty("name").GetString()!;
        string folder = Path.Combine(_folder.Under("data"), "snapshots", name);

        CliResult snapshot = await Cli.RunAsync(server: null, "series", "verify", folder);
        CliResult own = await Cli.RunAsync(server: null, "series", "verify", "--data", _folder.Under("data"));

        Assert.Equal((0, ""), (snapshot.ExitCode, snapshot.Errors));
        Assert.Contains("is sound", snapshot.Output, StringComparison.Ordinal);
        Assert.Equal(1, own.ExitCode);
        Assert.Contains("are open in another process. Stop that one first", own.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deletion_hides_is_listed_and_is_taken_back_once()
    {
        await PlimsollServer.EventuallyAsync(
            async () => (await GetAsync("/api/v1/series?match[]=node_cpu_seconds_total")).GetArrayLength(), series => series > 0, "the processor's series");
        using HttpResponseMessage deleted = await PostAsync("delete_series?match[]=" + Uri.EscapeDataString("{__name__=\"node_cpu_seconds_total\",cpu=\"0\"}"));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);

        JsonElement all = await GetAsync(Admin + "deletions");
        JsonElement deletion = Assert.Single(all.EnumerateArray());
        Assert.Equal("{__name__=\"node_cpu_seconds_total\",cpu=\"0\"}", deletion.GetProperty("selector").GetString());
        Assert.Equal(24 * 3600, deletion.GetProperty("goneAt").GetDouble() - deletion.GetProperty("created").GetDouble(), 0.001);
        string id = deletion.GetProperty("id").GetRawText();
        using HttpResponseMessage back = await PostAsync("undelete_series?id=" + id);
        using HttpResponseMessage again = await PostAsync("undelete_series?id=" + id);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (back.StatusCode, again.StatusCode));
    }

    [Fact]
    public async Task A_compaction_is_done_when_it_is_answered()
    {
        using HttpResponseMessage answer = await PostAsync("clean_tombstones");

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(_folder.Under("data"), "series", "blocks"), "*.block", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_makes_no_sense_is_bad_data()
    {
        (string Request, string Message)[] cases =
        [
            ("delete_series", "no match[] parameter provided"),
            ("delete_series?match[]=rate(up[5m])", "is no series selector"),
            ("delete_series?match[]=up&start=20&end=10", "end timestamp must not be before start time"),
            ("undelete_series?id=x", "is no number of a deletion"),
        ];
        foreach ((string request, string message) in cases)
        {
            using HttpResponseMessage answer = await PostAsync(request);
            JsonElement error = JsonElement.Parse(await answer.Content.ReadAsStringAsync());

            Assert.Equal((HttpStatusCode.BadRequest, "bad_data"), (answer.StatusCode, error.GetProperty("errorType").GetString()));
            Assert.Contains(message, error.GetProperty("error").GetString(), StringComparison.Ordinal);
        }
    }

    private Task<HttpResponseMessage> PostAsync(string request) => _server.Http.PostAsync(Admin + request, content: null);

    private async Task<JsonElement> GetAsync(string request)
    {
        using HttpResponseMessage answer = await _server.Http.GetAsync(request);
        return await DataAsync(answer);
    }

    private static async Task<JsonElement> DataAsync(HttpResponseMessage answer)
    {
        JsonElement json = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("success", json.GetProperty("status").GetString());
        return json.GetProperty("data").Clone();
    }
}
