using System.Net;

namespace Plimsoll.Client.Tests;

public sealed class QueryTests
{
    [Fact]
    public async Task A_vector_is_read_with_its_labels_in_order_and_every_kind_of_value()
    {
        QueryAnswer answer = await Ask("""
            {"resultType":"vector","result":[
              {"metric":{"__name__":"up","b":"1","a":"2"},"value":[1764061200.5,"0.1"]},
              {"metric":{},"value":[1764061200.5,"NaN"]},
              {"metric":{"x":"y"},"value":[1764061200.5,"+Inf"]},
              {"metric":{"x":"z"},"value":[1764061200.5,"-Inf"]},
              {"metric":{"native":"histogram"},"histogram":[1764061200.5,{"count":"1"}]}]}
            """);

        VectorResult vector = Assert.IsType<VectorResult>(answer.Result);
        Assert.Equal(["__name__", "b", "a"], vector.Samples[0].Labels.Select(label => label.Key));
        Assert.Equal(
            [0.1, double.NaN, double.PositiveInfinity, double.NegativeInfinity],
            vector.Samples.Select(sample => sample.Point.Value));
        Assert.Equal(1764061200.5, vector.Samples[0].Point.TimestampSeconds);
    }

    [Fact]
    public async Task A_matrix_keeps_its_gaps()
    {
        QueryAnswer answer = await Ask("""{"resultType":"matrix","result":[{"metric":{"a":"b"},"values":[[10,"1"],[40,"2"]]}]}""");

        MatrixSeries series = Assert.Single(Assert.IsType<MatrixResult>(answer.Result).Series);
        Assert.Equal([new QueryPoint(10, 1), new QueryPoint(40, 2)], series.Points);
    }

    [Fact]
    public async Task Scalars_and_strings_are_read()
    {
        Assert.Equal(new QueryPoint(1, 2.5), Assert.IsType<ScalarResult>((await Ask("""{"resultType":"scalar","result":[1,"2.5"]}""")).Result).Point);
        Assert.Equal("text", Assert.IsType<StringResult>((await Ask("""{"resultType":"string","result":[1,"text"]}""")).Result).Value);
    }

    [Fact]
    public async Task The_raw_data_is_handed_on_digit_by_digit()
    {
        const string data = """{"resultType":"scalar","result":[1764061200.123,"0.10000000000000001"]}""";

        Assert.Equal(data, (await Ask(data)).Data.GetRawText());
    }

    [Fact]
    public async Task An_expression_travels_in_a_form_so_that_its_length_and_its_signs_do_no_harm()
    {
        ScriptedServer server = new ScriptedServer().Answer(HttpStatusCode.OK, Envelope("""{"resultType":"matrix","result":[]}"""));

        await server.Client().QueryRangeAsync(
            "a+b & c",
            DateTimeOffset.FromUnixTimeMilliseconds(1500),
            DateTimeOffset.FromUnixTimeSeconds(60),
            TimeSpan.FromMilliseconds(500));

        ScriptedServer.Request request = server.Requests.Single();
        Assert.Equal("POST", request.Method);
        Assert.EndsWith("/api/v1/query_range", request.Address, StringComparison.Ordinal);
        Assert.Equal("query=a%2Bb+%26+c&start=1.5&end=60&step=0.5", request.Body);
    }

    [Fact]
    public async Task Warnings_and_infos_come_along()
    {
        ScriptedServer server = new ScriptedServer().Answer(
            HttpStatusCode.OK,
            """{"status":"success","data":{"resultType":"vector","result":[]},"warnings":["w"],"infos":["i"]}""");

        QueryAnswer answer = await server.Client().QueryAsync("x");

        Assert.Equal(["w"], answer.Warnings);
        Assert.Equal(["i"], answer.Infos);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"resultType":"cube","result":[]}""")]
    [InlineData("""{"resultType":"vector","result":[{"metric":{},"value":[1]}]}""")]
    [InlineData("""{"resultType":"vector","result":[{"metric":{},"value":[1,"one"]}]}""")]
    [InlineData("""{"resultType":"scalar","result":[]}""")]
    [InlineData("""{"resultType":"matrix","result":[5]}""")]
    [InlineData("""{"resultType":7,"result":[]}""")]
    [InlineData("[]")]
    public async Task What_is_no_answer_of_Prometheus_is_called_so(string data)
    {
        PlimsollApiException error = await Assert.ThrowsAsync<PlimsollApiException>(() => Ask(data));

        Assert.Equal("unexpected_answer", error.Code);
    }

    private static Task<QueryAnswer> Ask(string data) =>
        new ScriptedServer().Answer(HttpStatusCode.OK, Envelope(data)).Client().QueryAsync("x");

    private static string Envelope(string data) => $$"""{"status":"success","data":{{data}}}""";
}
