using Plimsoll.Series;

namespace Plimsoll.PromQL.Tests;

public sealed class EngineTests
{
    private const long Minute = 60_000;

    private readonly QueryEngine _engine = new();

    [Fact]
    public void A_range_excludes_its_start_and_includes_its_end()
    {
        MemoryReader reader = new MemoryReader().Add(LabelSet.Of("m"), (0, 1), (Minute, 2), (2 * Minute, 4));

        MatrixResult matrix = Assert.IsType<MatrixResult>(Ask(reader, "m[2m]", 2 * Minute));

        Assert.Equal([Minute, 2 * Minute], matrix.Samples[0].TimestampsMs);
    }

    [Theory]
    [InlineData(5 * Minute, 0)]
    [InlineData((5 * Minute) - 1, 1)]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    public void The_lookback_excludes_a_sample_that_is_exactly_so_old(long at, int series)
    {
        MemoryReader reader = new MemoryReader().Add(LabelSet.Of("m"), (0, 1));

        Assert.Equal(series, Assert.IsType<VectorResult>(Ask(reader, "m", at)).Values.Length);
    }

    [Fact]
    public void A_lookback_of_the_query_goes_over_that_of_the_engine()
    {
        MemoryReader reader = new MemoryReader().Add(LabelSet.Of("m"), (0, 1));

        QueryResult result = _engine.Instant(reader, Parse("m"), 10_000, new QueryLimits { Lookback = TimeSpan.FromSeconds(10) });

        Assert.Empty(Assert.IsType<VectorResult>(result).Values);
    }

    [Fact]
    public void A_stale_marker_ends_a_series_at_once_and_counts_in_no_range()
    {
        MemoryReader reader = new MemoryReader().Add(LabelSet.Of("m"), (0, 1), (Minute, SampleBlock.Stale), (2 * Minute, 3));

        RangeResult latest = _engine.Range(reader, Parse("m"), 0, 2 * Minute, Minute);
        RangeResult count = _engine.Range(reader, Parse("count_over_time(m[10m])"), 2 * Minute, 2 * Minute, Minute);

        Assert.Equal([true, false, true], latest.Values[0].Select(RangeResult.IsPresent));
        Assert.Equal(2, count.Values[0][0]);
    }

    [Fact]
    public void A_rate_reaches_over_a_counter_reset()
    {
        MemoryReader reader = new MemoryReader().Add(LabelSet.Of("m_total"), (0, 0), (15_000, 10), (30_000, 20), (45_000, 5), (60_000, 15));

        VectorResult increase = Assert.IsType<VectorResult>(Ask(reader, "increase(m_total[61s])", 60_000));

        Assert.Equal(35, increase.Values[0], 6);
        Assert.Empty(increase.Infos);
    }

    [Fact]
    public void A_name_that_is_no_counters_is_told_with_its_place()
    {
        MemoryReader reader = new MemoryReader().Add(LabelSet.Of("m"), (0, 0), (1000, 1));

        QueryResult result = Ask(reader, "1 +\n  rate(m[1m])", 1000);

        Assert.Equal("PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \"m\" (2:8)", result.Infos[0]);
    }

    [Fact]
    public void Range_results_are_sorted_by_labels_and_hold_no_series_without_a_value()
    {
        MemoryReader reader = new MemoryReader()
            .Add(LabelSet.Of("m", ("a", "2")), (0, 1))
            .Add(LabelSet.Of("m", ("a", "1")), (0, 2))
            .Add(LabelSet.Of("m", ("a", "3")), (0, -1));

        RangeResult result = _engine.Range(reader, Parse("sort_desc(m) > 0"), 0, Minute, Minute);

        Assert.Equal(["1", "2"], result.Labels.Select(labels => labels["a"]));
        Assert.Equal((2, Minute), (result.Steps, result.TimestampMs(1)));
        Assert.Single(result.Warnings);
    }

    [Fact]
    public void What_is_not_answered_yet_is_refused_by_name_and_place()
    {
        MemoryReader reader = new MemoryReader().AddHistograms(LabelSet.Of("m"), (0, new FloatHistogram { Count = 1, ZeroCount = 1 }));

        QueryException refused = Assert.Throws<QueryException>(() => Ask(reader, "m[1m] smoothed", 0));

        Assert.Equal("a range of native histograms that is smoothed, outside of a function, is not supported by this version yet", refused.Message);
        Assert.Equal(0, refused.Span.Start);
    }

    [Fact]
    public void Every_function_of_the_catalogue_is_either_evaluated_or_refused_as_not_supported()
    {
        MemoryReader reader = new();
        foreach (FunctionSignature function in FunctionCatalog.All)
        {
            IEnumerable<string> arguments = function.Parameters.Take(function.Required).Select(type => type switch
            {
                QueryValueType.Scalar => "0.5",
                QueryValueType.InstantVector => "m",
                QueryValueType.RangeVector => "m[5m]",
                _ => "\"a\"",
            });
            string query = $"{function.Name}({string.Join(", ", arguments)})";
            try
            {
                Ask(reader, query, 0);
            }
            catch (QueryException refused)
            {
                Assert.EndsWith("is not supported by this version yet", refused.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_query_that_would_hold_too_many_samples_is_refused_with_the_way_out()
    {
        MemoryReader reader = Many(100);

        QueryLimitException refused = Assert.Throws<QueryLimitException>(
            () => _engine.Range(reader, Parse("m"), 0, 1000 * 1000, 1000, new QueryLimits { MaxSamples = 10_000 }));

        Assert.Equal("samples", refused.Limit);
        Assert.Contains("longer step", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_subquery_with_countless_steps_is_refused_and_not_begun()
    {
        Assert.Throws<QueryLimitException>(() => Ask(Many(1), "sum_over_time(vector(1)[200y:1ms])", 0));
        Assert.Throws<QueryLimitException>(() => Ask(Many(1), "sum_over_time(vector(1)[1y:1s])", 0, new QueryLimits { MaxSamples = 1000 }));
    }

    [Fact]
    public void A_selector_that_matches_too_many_series_is_refused_by_name()
    {
        QueryLimitException refused = Assert.Throws<QueryLimitException>(() => Ask(Many(11), "sum(m)", 0, new QueryLimits { MaxSeries = 10 }));

        Assert.Equal("series", refused.Limit);
        Assert.Contains("'m'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_of_too_many_steps_is_refused()
    {
        Assert.Equal("steps", Assert.Throws<QueryLimitException>(() => _engine.Range(Many(1), Parse("m"), 0, 11_000, 1)).Limit);
        Assert.Equal(11_000, _engine.Range(Many(1), Parse("m"), 0, 10_999, 1).Steps);
    }

    [Fact]
    public void A_range_query_of_a_string_or_a_range_vector_is_refused()
    {
        Assert.Throws<QueryException>(() => _engine.Range(Many(1), Parse("\"a\""), 0, 1, 1));
        Assert.Throws<QueryException>(() => _engine.Range(Many(1), Parse("m[5m]"), 0, 1, 1));
    }

    [Fact]
    public void A_cancelled_query_stops()
    {
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() => _engine.Instant(Many(2), Parse("sum(m)"), 0, null, cancelled.Token));
    }

    [Fact]
    public void Statistics_say_what_was_read_and_held()
    {
        QueryStatistics statistics = Ask(Many(3), "sum(m)", 0).Statistics;

        Assert.Equal((3L, 3L), (statistics.Series, statistics.SamplesRead));
        Assert.True(statistics.PeakSamples >= 3);
        Assert.True(statistics.SelectMs >= 0 && statistics.EvaluateMs >= 0);
    }

    [Fact]
    public void Times_far_out_neither_overflow_nor_throw()
    {
        foreach (long at in new[] { long.MaxValue / 8, long.MinValue / 8, 0 })
        {
            Assert.NotNull(Ask(Many(1), "rate(m[292y] offset -292y)", at));
            Assert.NotNull(Ask(Many(1), "m @ -8999999999999 offset 290y", at));
            Assert.NotNull(Ask(Many(1), "year(time() + vector(0)) + minute(vector(1e300))", at));
        }
    }

    [Fact]
    public void An_ambiguous_match_names_the_series_and_the_place()
    {
        QueryException refused = Assert.Throws<QueryException>(() => Ask(Many(2), "1 + (m * on() m)", 0));

        Assert.Contains("many-to-many matching not allowed", refused.Message, StringComparison.Ordinal);
        Assert.Equal("1 + (m * on() m)\n     ^^^^^^^^^^", refused.Caret("1 + (m * on() m)"));
    }

    private static MemoryReader Many(int series)
    {
        MemoryReader reader = new();
        for (int i = 0; i < series; i++)
        {
            reader.Add(LabelSet.Of("m", ("i", $"{i}")), (0, i));
        }

        return reader;
    }

    private static Expression Parse(string query) => PromQLParser.Parse(query).Expression ?? throw new ArgumentException(query);

    private QueryResult Ask(MemoryReader reader, string query, long at, QueryLimits? limits = null) => _engine.Instant(reader, Parse(query), at, limits);
}
