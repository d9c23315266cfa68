using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Plimsoll.Client.Tests;

public sealed class ContractTests
{
    private static readonly DateTimeOffset Nine = new(2026, 11, 25, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Every record of the contract that an endpoint sends or takes: found, so that a new one can't be forgotten.</summary>
    private static readonly Type[] Records = [.. typeof(Problem).Assembly.GetExportedTypes()
        .Where(type => type.IsSealed && !type.IsGenericType && type.GetMethod("<Clone>$") is not null)
        .Where(type => !typeof(QueryResult).IsAssignableFrom(type))
        .Except([typeof(QueryAnswer), typeof(VectorSample), typeof(MatrixSeries), typeof(UsageFilter), typeof(ImportedPriceBook), typeof(PlimsollClientOptions)])];

    public static TheoryData<string, bool> Filled =>
        new(Records.SelectMany(record => new[] { (record.Name, true), (record.Name, false) }));

    [Theory]
    [MemberData(nameof(Filled))]
    public void A_record_comes_back_from_JSON_as_it_went(string name, bool optionalParts)
    {
        Type record = Records.Single(candidate => candidate.Name == name);
        object sample = new SampleRecord(optionalParts).Of(record);
        JsonTypeInfo type = PlimsollJson.Context.GetTypeInfo(record) ?? throw new InvalidOperationException($"{name} is not in the context.");

        string json = JsonSerializer.Serialize(sample, type);
        object back = JsonSerializer.Deserialize(json, type)!;

        Assert.Equivalent(sample, back, strict: true);
        Assert.Equal(json, JsonSerializer.Serialize(back, type));
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Equal(record.GetProperties().Length, document.RootElement.EnumerateObject().Count());
        Assert.All(document.RootElement.EnumerateObject(), property => Assert.Matches("^[a-z][a-z0-9]*(_[a-z0-9]+)*$", property.Name));
    }

    [Fact]
    public void A_page_of_each_listed_record_is_in_the_context()
    {
        Type[] listed = [typeof(App), typeof(Machine), typeof(Meter), typeof(LoadLine), typeof(PriceBook), typeof(UsageHour)];

        Assert.All(listed, record => Assert.NotNull(PlimsollJson.Context.GetTypeInfo(typeof(Page<>).MakeGenericType(record))));
    }

    [Fact]
    public void Names_are_snake_case_and_times_are_RFC_3339()
    {
        string json = JsonSerializer.Serialize(new App("a", "b", Nine), PlimsollJson.Context.App);

        Assert.Equal("""{"id":"a","name":"b","created_at":"2026-11-25T09:00:00+00:00"}""", json);
    }

    [Fact]
    public void What_a_later_server_adds_is_ignored()
    {
        App app = JsonSerializer.Deserialize("""{"id":"a","name":"b","created_at":"2026-11-25T09:00:00Z","colour":"red"}""", PlimsollJson.Context.App)!;

        Assert.Equal(new App("a", "b", Nine), app);
    }

    [Fact]
    public void A_null_where_the_contract_promises_a_value_is_refused()
    {
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"yaml":null}""", PlimsollJson.Context.PriceBookImport));
    }

    [Fact]
    public void Readable_JSON_shows_letters_as_they_are_and_escapes_controls()
    {
        string json = JsonSerializer.Serialize(new PriceBookImport("Zürich\u001b[31m\u009b"), PlimsollJson.Readable.PriceBookImport);

        Assert.Contains("Zürich\\u001B[31m\\u009B", json, StringComparison.Ordinal);
    }
}
