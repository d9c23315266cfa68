using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Plimsoll.Client.Tests;

public sealed class ContractTests
{
    private static readonly DateTimeOffset Nine = new(2026, 11, 25, 9, 0, 0, TimeSpan.Zero);

    private static readonly UsageGap Gap = new(Nine.AddMinutes(1), Nine.AddMinutes(2));

    private static readonly object[] Samples =
    [
        new Problem("urn:x", "Title", 422, "Detail", "/v1", "code", "r-1", [new ProblemPlace("m", 1, 2, "p")]),
        new ServerInfo("0.1.0", "local", "local", Nine, new HostInfo("web-1", "Debian", "6.1", 2, "8318283776", 5, Nine, null)),
        new App("app-1", "host", Nine),
        new Machine("m-1", "host", "web-1", null, "running", 2, "8318283776", Nine, Nine),
        new Meter("vcpu", "Compute", "vCPU-hour", "sum", "up"),
        new LoadLine("cpu", "m-1", "cpu", null, 0.5, 2, "cores", 0.25, 0.8, 0.3125, "clear", null, new LoadLineReach(9.5, 3, null, "In 9 days"), "up", [0.1, null]),
        new PriceBook("default", 1, "USD", Nine, [new Price("vcpu", "Compute", "vCPU-hour", "0.042")], "a: 1\n"),
        new PriceBookImport("a: 1\n"),
        new UsageHour("vcpu", "m-1", "host", Nine, "1.5", "vCPU-hour", "3540", [Gap], true),
        new UsageReceipt("vcpu", "m-1", Nine, Nine.AddHours(1), "up", "1.5", "vCPU-hour", "5400000", "vCPU-ms", true, false, [new ReceiptPart("up", Nine, Nine, "2", "1", null)], [Gap]),
        new UpcomingInvoice("local", "USD", Nine, Nine, Nine, "default", 1, "0.1", "0.2", null, [Line()]),
        Line(),
    ];

    public static TheoryData<string> Names => [.. Samples.Select(sample => sample.GetType().Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_record_comes_back_from_JSON_as_it_went(string name)
    {
        object sample = Samples.Single(candidate => candidate.GetType().Name == name);
        JsonTypeInfo type = PlimsollJson.Context.GetTypeInfo(sample.GetType())!;

        string json = JsonSerializer.Serialize(sample, type);
        object back = JsonSerializer.Deserialize(json, type)!;

        Assert.Equivalent(sample, back, strict: true);
        Assert.Equal(json, JsonSerializer.Serialize(back, type));
    }

    [Fact]
    public void Every_contract_record_is_in_the_context_alone_and_where_it_is_listed_as_a_page()
    {
        Type[] roots = [.. Samples.Select(sample => sample.GetType())];
        Type[] records = [.. typeof(Problem).Assembly.GetExportedTypes()
            .Where(type => type.Namespace == "Plimsoll.Client" && type.IsSealed && type.GetMethod("<Clone>$") is not null)
            .Where(type => !type.IsGenericType && !typeof(QueryResult).IsAssignableFrom(type))
            .Where(type => type.GetConstructors().Any(constructor => constructor.GetParameters().Length > 0))
            .Except([typeof(QueryAnswer), typeof(VectorSample), typeof(MatrixSeries), typeof(UsageFilter), typeof(PlimsollClientOptions)])];

        Assert.NotEmpty(records);
        Assert.All(records, record => Assert.NotNull(PlimsollJson.Context.GetTypeInfo(record)));
        Assert.All(roots, root => Assert.Contains(root, records));
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

    private static UpcomingInvoiceLine Line() => new(
        "vcpu", 1, "vcpu", "Compute", "1.5", "vCPU-hour", "0.042", "0.063", "0.06", "2", "0.084", "1.5 × 0.042 = 0.063",
        [new InvoiceHour("m-1", "host", Nine, "1.5", "0.063", "3540", [Gap], false)]);
}
