using Plimsoll.Series;

namespace Plimsoll.PromQL.Tests;

public sealed class FeatureTests
{
    private static readonly MemoryReader Reader = new MemoryReader().Add(LabelSet.Of("m"), (0, 1));

    [Theory]
    [InlineData("1 + limitk(1, m)", "limitk", "promql-experimental-functions", 4)]
    [InlineData("sum(mad_over_time(m[5m]))", "mad_over_time()", "promql-experimental-functions", 4)]
    [InlineData("sum_over_time(info(m)[5m:1m])", "info()", "promql-experimental-functions", 14)]
    [InlineData("-rate(m[5m] anchored)", "anchored", "promql-extended-range-selectors", 6)]
    [InlineData("(m smoothed)", "smoothed", "promql-extended-range-selectors", 1)]
    [InlineData("m + fill_left(0) m", "fill", "promql-binop-fill-modifiers", 0)]
    public void What_is_experimental_can_be_turned_off_and_is_then_refused_by_its_flag(string query, string what, string flag, int start)
    {
        QueryEngine strict = new(new EngineOptions { ExperimentalFunctions = false, ExtendedRangeSelectors = false, BinopFillModifiers = false });

        QueryException refused = Assert.Throws<QueryException>(() => strict.Instant(Reader, Parse(query), 0));

        Assert.Equal($"'{what}' is experimental and turned off here: it needs {flag}", refused.Message);
        Assert.Equal(start, refused.Span.Start);
        new QueryEngine().Instant(Reader, Parse(query), 0);
    }

    [Fact]
    public void Starts_of_counters_change_rates_only_where_they_are_turned_on()
    {
        LabelSet labels = LabelSet.Of("m_total");
        MemoryReader reader = new MemoryReader().Add(labels, (60_000, 10), (120_000, 20)).AddStart(labels, 60_000, 30_000).AddStart(labels, 120_000, 90_000);

        VectorResult plain = (VectorResult)new QueryEngine().Instant(reader, Parse("increase(m_total[2m])"), 120_000);
        VectorResult started = (VectorResult)new QueryEngine(new EngineOptions { UseStartTimestamps = true })
            .Instant(reader, Parse("increase(m_total[2m])"), 120_000);

        Assert.Equal(20, plain.Values[0], 9);
        Assert.Equal(30, started.Values[0], 9);
    }

    [Fact]
    public void Every_function_has_a_summary() =>
        Assert.All(FunctionCatalog.All, function => Assert.EndsWith(".", function.Summary, StringComparison.Ordinal));

    [Theory]
    [InlineData(0.0, false)]
    [InlineData(1.0, true)]
    [InlineData(-1.0, true)]
    public void The_ends_of_a_ratio_keep_nothing_and_everything(double ratio, bool kept) =>
        Assert.Equal(kept, ((VectorResult)new QueryEngine().Instant(Reader, Parse($"limit_ratio({ratio}, m)"), 0)).Values.Length == 1);

    private static Expression Parse(string query) => PromQLParser.Parse(query).Expression!;
}
