using System.Text.Json;
using Plimsoll.Cli.Tests.Running;

namespace Plimsoll.Cli.Tests;

public sealed class PriceVerbTests : IDisposable
{
    private const string Path = "/v1/orgs/local/price_books";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("plimsoll-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_version_in_force_is_shown_and_which_one_follows()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On(Path, Page(Canned.OldPriceBook, Canned.PriceBook));

        string printed = (await Command.RunAsync(server, "price", "show")).Printed();

        Assert.StartsWith(
            """
            Price book default, version 1, in USD
            Imported 2026-11-24 09:00 UTC, prices all hours before 2026-11-25 10:00 UTC
            From 2026-11-25 10:00 UTC: version 2

            """,
            printed,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Once_it_applies_the_newest_version_is_the_one_shown()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On(Path, Page(Canned.OldPriceBook, Canned.PriceBook.Replace("T10:00:00Z", "T09:00:00Z", StringComparison.Ordinal)));

        string printed = (await Command.RunAsync(server, "price", "show")).Printed();

        Assert.Contains("Price book default, version 2, in USD", printed, StringComparison.Ordinal);
        Assert.Contains("prices hours from 2026-11-25 09:00 UTC on", printed, StringComparison.Ordinal);
        Assert.Contains("0.042", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_version_prices_the_hours_before_it_too()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On(Path, Page(Canned.OldPriceBook));

        Assert.Contains("prices all hours\n", (await Command.RunAsync(server, "price", "show")).Printed(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_yaml_to_be_edited_is_the_newest_though_it_does_not_apply_yet()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On(Path, Page(Canned.OldPriceBook, Canned.PriceBook));

        Assert.Contains("Zürich", (await Command.RunAsync(server, "price", "show", "--yaml")).Printed(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_yaml_comes_out_as_it_went_in()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On(Path, Page(Canned.PriceBook));

        Assert.Equal("name: default\nprices: # Zürich\n", (await Command.RunAsync(server, "price", "show", "--yaml")).Printed());
    }

    [Fact]
    public async Task A_file_is_imported_whole()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On(Path, Canned.PriceBook, 201);
        string file = Write("name: default\n");

        string printed = (await Command.RunAsync(server, "price", "import", file)).Printed();

        Assert.Equal("Price book default is now at version 2: 2 prices in USD.\n", printed);
        Assert.Equal("""{"yaml":"name: default\n"}""", server.Requests.Last().Body);
    }

    [Fact]
    public async Task The_same_text_again_is_told_as_no_change()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On(Path, Canned.PriceBook, 200);

        string printed = (await Command.RunAsync(server, "price", "import", Write("name: default\n"))).Printed();

        Assert.Equal("Price book default is unchanged: version 2 already has this text.\n", printed);
    }

    [Fact]
    public async Task An_import_as_json_prints_the_version()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On(Path, Canned.PriceBook, 201);

        using JsonDocument printed = JsonDocument.Parse((await Command.RunAsync(server, "price", "import", Write("a: 1"), "--json")).Printed());

        Assert.Equal(2, printed.RootElement.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_dash_reads_standard_input()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On(Path, Canned.PriceBook, 201);

        (await Command.RunAsync(new Command.Setting { Server = server.Address, Input = "a: 1" }, "price", "import", "-")).Printed();

        Assert.Equal("""{"yaml":"a: 1"}""", server.Requests.Last().Body);
    }

    [Fact]
    public async Task What_is_wrong_is_shown_where_it_is()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        server.On(
            Path,
            """
            {"status":422,"detail":"invalid","code":"price_book_invalid","errors":[
              {"message":"'a lot' is no price","line":3,"column":17,"path":null},{"message":"no currency","line":null,"column":null,"path":null}]}
            """,
            422);
        string file = Write("name: default\nprices:\n  - unit_price: \"a lot\"\n");

        Command.Outcome outcome = await Command.RunAsync(server, "price", "import", file);

        Assert.Equal((1, ""), (outcome.Code, outcome.Output));
        Assert.Equal(
            $"""
            plimsoll: The price book is not valid; nothing was imported.
            {file}:3:17: 'a lot' is no price
                - unit_price: "a lot"
                              ^
            {file}: no currency

            """,
            outcome.Error);
    }

    [Fact]
    public async Task A_file_that_is_missing_a_folder_no_text_or_too_large_is_told_before_anything_is_sent()
    {
        await using FakeServer server = await FakeServer.StartAsync();
        string binary = System.IO.Path.Combine(_folder.FullName, "binary");
        await File.WriteAllBytesAsync(binary, [0x61, 0xff]);
        string large = Write(new string('#', (1024 * 1024) + 1));

        foreach ((string file, string why) in new[]
        {
            (System.IO.Path.Combine(_folder.FullName, "missing"), "there is no such file"),
            (_folder.FullName, "it is a folder"),
            (binary, "not UTF-8"),
            (large, "larger than"),
        })
        {
            Command.Outcome outcome = await Command.RunAsync(server, "price", "import", file);
            Assert.Equal(1, outcome.Code);
            Assert.Contains(why, outcome.Error, StringComparison.Ordinal);
        }

        Assert.Empty(server.Requests);
    }

    private static string Page(params string[] books) => $$"""{"data":[{{string.Join(',', books)}}],"next_cursor":null}""";

    private string Write(string text)
    {
        string file = System.IO.Path.Combine(_folder.FullName, "prices.yaml");
        File.WriteAllText(file, text);
        return file;
    }
}
