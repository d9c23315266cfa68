using System.Text.Json;
using Plimsoll.Cli.Tests.Running;
using Plimsoll.Series;

namespace Plimsoll.Cli.Tests;

/// <summary>The verbs on the files of the series store, as a person runs them on a real folder.</summary>
public sealed class SeriesVerbTests : IDisposable
{
    private const string History =
        """
        # TYPE http_requests counter
        http_requests_total{app="shop"} 1 1795590000
        http_requests_total{app="shop"} 2 1795590015
        http_requests_total{app="shop"} 4 1795590030
        http_requests_total{app="old"} 7 1795590000
        # EOF

        """;

    private readonly DataFolder _folder = new();

    public static TheoryData<string> OnSeries =>
        ["series verify", "series analyze", "series compact", "series delete up", "series delete --list", "series undelete 1", "series snapshot TARGET"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_import_says_what_it_took()
    {
        Assert.Equal("Imported 4 samples of 2 series into 1 new block.\n", (await ImportAsync()).Printed());

        string verified = (await _folder.RunAsync("series", "verify")).Printed();
        Assert.StartsWith($"{_folder.Series} is sound: 1 block with 4 samples in ", verified, StringComparison.Ordinal);
        JsonElement tenant = Json(await _folder.RunAsync("series", "analyze", "--json"))[0];
        Assert.Equal(("local", 4), (tenant.GetProperty("tenant").GetString(), tenant.GetProperty("samples").GetInt64()));
        Assert.Equal("http_requests_total", tenant.GetProperty("metrics")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Samples_from_the_future_are_left_out_of_an_import_and_deletions_that_hide_are_told()
    {
        await ImportAsync();
        (await _folder.RunAsync("series", "delete", "http_requests_total{app=\"old\"}")).Printed();
        string file = _folder.Write("future.om", "# TYPE up gauge\nup 1 99999999999\nup 2 1795590000\n# EOF\n");

        string printed = (await _folder.RunAsync("series", "import", file)).Printed();

        Assert.StartsWith("Imported 1 sample of 1 series into 1 new block.\n1 samples were left out: ahead of the clock", printed, StringComparison.Ordinal);
        Assert.Contains("1 deletion waits to be carried out", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("up offset 5m", "time modifier")]
    [InlineData("up @ 0", "time modifier")]
    public async Task A_deletion_takes_its_time_from_options_alone(string selector, string expected)
    {
        await ImportAsync();

        Command.Outcome outcome = await _folder.RunAsync("series", "delete", selector);

        Assert.Equal(2, outcome.Code);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("restore")]
    [InlineData("snapshot")]
    [InlineData("import")]
    public async Task An_empty_path_is_refused_in_a_sentence(string verb)
    {
        await ImportAsync();

        Command.Outcome outcome = await _folder.RunAsync("series", verb, "");

        Assert.Equal(2, outcome.Code);
        Assert.Contains("A path is empty", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task To_import_the_same_again_changes_nothing()
    {
        await ImportAsync();
        await ImportAsync();

        JsonElement sizes = Json(await _folder.RunAsync("series", "compact", "--json"));

        Assert.Equal((8, 4, 1), (sizes.GetProperty("samples_before").GetInt64(), sizes.GetProperty("samples").GetInt64(), sizes.GetProperty("blocks").GetInt64()));
    }

    [Fact]
    public async Task A_fault_in_a_file_is_told_with_its_place_and_what_came_before_stays()
    {
        string file = _folder.Write("bad.txt", "up 1 1795590000000\nup x 1795590015000\n");

        Command.Outcome outcome = await _folder.RunAsync("series", "import", file);

        Assert.Equal((1, "Imported 1 sample of 1 series into 1 new block.\n"), (outcome.Code, outcome.Output));
        Assert.Contains($"{file}: Line 2 (byte 19): the value 'x' is no number", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_capture_is_refused_as_one()
    {
        string file = _folder.Under("capture.bin");
        await File.WriteAllBytesAsync(file, new byte[64]);

        Command.Outcome outcome = await _folder.RunAsync("series", "import", file);

        Assert.Equal(1, outcome.Code);
        Assert.Contains("Byte 0: a frame says that it has 0 bytes and 0 samples", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_past_the_retention_is_told_by_an_import_and_left_alone_by_a_compaction()
    {
        string file = _folder.Write("old.txt", "up 1 1600000000000\n");

        string imported = (await _folder.RunAsync("series", "import", file)).Printed();
        JsonElement sizes = Json(await _folder.RunAsync("series", "compact", "--json"));

        Assert.Contains("1 sample is older than the retention of 15d 0h", imported, StringComparison.Ordinal);
        Assert.Equal(1, sizes.GetProperty("samples").GetInt64());
    }

    [Fact]
    public async Task A_deletion_says_what_it_hides_and_can_be_taken_back()
    {
        await ImportAsync();

        string deleted = (await _folder.RunAsync("series", "delete", "http_requests_total{app='old'}")).Printed();
        JsonElement listed = Json(await _folder.RunAsync("series", "delete", "--list", "--json"));
        string again = (await _folder.RunAsync("series", "delete", "{app='old'}")).Printed();
        string back = (await _folder.RunAsync("series", "undelete", "1")).Printed();

        Assert.Equal(
            """
            Deletion 1 hides 1 series up to 2026-11-25 09:33:00 UTC:
              http_requests_total{app="old"}
            Until 2026-11-26 09:33:00 UTC it can be taken back: plimsoll series undelete 1

            """,
            deleted);
        Assert.Equal(1, listed[0].GetProperty("id").GetInt32());
        Assert.Contains("nothing is deleted", again, StringComparison.Ordinal);
        Assert.Equal("Deletion 1 is taken back: its samples are seen again.\n", back);
        Assert.Equal(1, (await _folder.RunAsync("series", "undelete", "1")).Code);
        Assert.Contains("hides 1 series", (await _folder.RunAsync("series", "delete", "{app='old'}")).Printed(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("up{", "1:4")]
    [InlineData("rate(up[5m])", "is no series selector")]
    public async Task What_is_no_selector_is_wrong_usage(string selector, string message)
    {
        await ImportAsync();

        Command.Outcome outcome = await _folder.RunAsync("series", "delete", selector);

        Assert.Equal(2, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_is_restored_with_its_deletions_and_never_over_data()
    {
        await ImportAsync();
        await _folder.RunAsync("series", "delete", "{app='old'}");
        string snapshot = _folder.Under("snapshot");
        (await _folder.RunAsync("series", "snapshot", snapshot)).Printed();
        using DataFolder other = new();

        Command.Outcome over = await _folder.RunAsync("series", "restore", snapshot);
        string restored = (await other.RunAsync("series", "restore", snapshot)).Printed();

        Assert.Equal(1, over.Code);
        Assert.Contains("a restore never writes over them", over.Error, StringComparison.Ordinal);
        Assert.EndsWith($"Restored into {other.Series}.\n", restored, StringComparison.Ordinal);
        Assert.Equal(4, Json(await other.RunAsync("series", "analyze", "--json"))[0].GetProperty("samples").GetInt64());
        Assert.Single(Json(await other.RunAsync("series", "delete", "--list", "--json")).EnumerateArray());
    }

    [Fact]
    public async Task A_snapshot_holds_what_was_only_in_the_log()
    {
        await using (SeriesStore store = SeriesStore.Open(new SeriesStoreOptions { Folder = _folder.Series, TimeProvider = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Command.Now) }))
        {
            SampleBatch batch = new();
            batch.BeginSeries(LabelSet.Of("up", ("job", "node")));
            batch.Add(Command.Now.ToUnixTimeMilliseconds(), 1);
            await store.OpenWriter(new TenantId("local")).AppendAsync(batch, CancellationToken.None);
        }

        string snapshot = _folder.Under("snapshot");
        (await _folder.RunAsync("series", "snapshot", snapshot)).Printed();

        Assert.Contains("1 block with 1 sample", (await _folder.RunAsync("series", "verify", snapshot)).Printed(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_is_found_and_a_damaged_snapshot_is_not_restored()
    {
        await ImportAsync();
        string snapshot = _folder.Under("snapshot");
        (await _folder.RunAsync("series", "snapshot", snapshot)).Printed();
        string block = Directory.GetFiles(snapshot, "*.block", SearchOption.AllDirectories).Single();
        byte[] bytes = await File.ReadAllBytesAsync(block);
        bytes[bytes.Length / 2] ^= 1;
        File.Delete(block); // It is a second name of the store's own.
        await File.WriteAllBytesAsync(block, bytes);
        using DataFolder other = new();

        Command.Outcome verified = await _folder.RunAsync("series", "verify", snapshot);
        Command.Outcome restored = await other.RunAsync("series", "restore", snapshot);

        Assert.Equal(1, verified.Code);
        Assert.Contains(block, verified.Output, StringComparison.Ordinal);
        Assert.Equal(1, restored.Code);
        Assert.EndsWith("Nothing was restored.\n", restored.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(other.Series));
        (await _folder.RunAsync("series", "verify")).Printed();
    }

    [Fact]
    public async Task A_restore_that_was_stopped_is_begun_anew_and_keeps_a_server_from_starting_empty()
    {
        await ImportAsync();
        string snapshot = _folder.Under("snapshot");
        (await _folder.RunAsync("series", "snapshot", snapshot)).Printed();
        using DataFolder other = new();
        Directory.CreateDirectory(Path.Combine(other.Data, "series-restoring", "blocks"));

        Command.Outcome served = await other.RunAsync("serve", "--listen", "127.0.0.1:0");
        Assert.Equal((1, false), (served.Code, Directory.Exists(other.Series)));
        (await other.RunAsync("series", "restore", snapshot)).Printed();

        Assert.Equal(4, Json(await other.RunAsync("series", "analyze", "--json"))[0].GetProperty("samples").GetInt64());
        Assert.False(Directory.Exists(Path.Combine(other.Data, "series-restoring")));
    }

    [Theory]
    [MemberData(nameof(OnSeries))]
    [InlineData("series import FILE")]
    public async Task A_folder_that_is_held_is_refused_with_what_to_do(string verb)
    {
        string file = _folder.Write("history.om", History);
        await using SeriesStore store = SeriesStore.Open(new SeriesStoreOptions { Folder = _folder.Series });

        Command.Outcome outcome = await _folder.RunAsync(Words(verb, file));

        Assert.Equal((1, ""), (outcome.Code, outcome.Output));
        Assert.Matches("are open in another process\\. (Stop that one|Ask it)", outcome.Error);
    }

    [Theory]
    [MemberData(nameof(OnSeries))]
    public async Task A_folder_without_series_is_not_made(string verb)
    {
        Command.Outcome outcome = await _folder.RunAsync(Words(verb, ""));

        Assert.Equal((1, ""), (outcome.Code, outcome.Output));
        Assert.Matches("There (are no series|is no series store) in ", outcome.Error);
        Assert.False(Directory.Exists(_folder.Data));
    }

    private static JsonElement Json(Command.Outcome outcome) => JsonElement.Parse(outcome.Printed());

    private string[] Words(string verb, string file) =>
        verb.Replace("TARGET", _folder.Under("target"), StringComparison.Ordinal).Replace("FILE", file, StringComparison.Ordinal).Split(' ');

    private Task<Command.Outcome> ImportAsync() => _folder.RunAsync("series", "import", _folder.Write("history.om", History));
}
