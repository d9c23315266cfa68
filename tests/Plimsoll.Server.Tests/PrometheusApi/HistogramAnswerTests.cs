using System.Text;
using System.Text.Json;
using Plimsoll.PromQL;
using Plimsoll.Series;
using Plimsoll.Server.PrometheusApi;

namespace Plimsoll.Server.Tests.PrometheusApi;

public sealed class HistogramAnswerTests
{
    private static readonly FloatHistogram Both = new()
    {
        Count = 9,
        Sum = 1.5,
        ZeroThreshold = 0.25,
        ZeroCount = 2,
        Positive = new Buckets([0, 2], [3, 1]),
        Negative = new Buckets([0, 1], [2, 1]),
    };

    [Fact]
    public void A_histogram_is_written_bucket_by_bucket_with_what_its_bounds_include()
    {
        VectorResult result = new(60_500, [LabelSet.Of("m")], [SampleBlock.Stale]) { Histograms = [Both] };

        Assert.Equal(
            """{"data":{"resultType":"vector","result":[{"metric":{"__name__":"m"},"histogram":[60.5,{"count":"9","sum":"1.5","buckets":[""" +
            """[1,"-2","-1","1"],[1,"-1","-0.5","2"],[3,"-0.25","0.25","2"],[0,"0.5","1","3"],[0,"2","4","1"]]}]}]}}""",
            Write(result));
    }

    [Fact]
    public void A_series_of_numbers_and_histograms_has_both_lists()
    {
        FloatHistogram empty = new();
        RangeResult result = new(0, 1000, 3, [LabelSet.Of("m")], [[1, SampleBlock.Stale, SampleBlock.Stale]]) { Histograms = [[null, empty, null]] };

        Assert.Equal(
            """{"data":{"resultType":"matrix","result":[{"metric":{"__name__":"m"},"values":[[0,"1"]],"histograms":[[1,{"count":"0","sum":"0"}]]}]}}""",
            Write(result));
    }

    [Fact]
    public void A_series_of_histograms_alone_has_no_list_of_numbers()
    {
        MatrixResult result = new(1000, [LabelSet.Of("m")], [new SampleRun([1000], [SampleBlock.Stale]) { Histograms = [new FloatHistogram()] }]);

        Assert.Equal(
            """{"data":{"resultType":"matrix","result":[{"metric":{"__name__":"m"},"histograms":[[1,{"count":"0","sum":"0"}]]}]}}""",
            Write(result));
    }

    private static string Write(QueryResult result)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            QueryAnswerWriter.Write(writer, result, limit: int.MaxValue, statistics: false);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
