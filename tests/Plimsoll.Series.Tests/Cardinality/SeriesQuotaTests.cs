using Plimsoll.Series.Cardinality;
using Xunit;

namespace Plimsoll.Series.Tests.Cardinality;

public sealed class SeriesQuotaTests
{
    private readonly StepClock _clock = new();

    private SeriesQuota Quota(SeriesQuotaLimits limits) => new(new TenantId("acme"), limits, _clock);

    private static byte[] Series(string metric, params ReadOnlySpan<(string Name, string Value)> labels) => LabelBytes.From(LabelSet.Of(metric, labels));

    [Fact]
    public void Within_its_limits_a_tenant_is_left_alone()
    {
        SeriesQuota quota = Quota(SeriesQuotaLimits.Default);
        Assert.Null(quota.TakeSeries(Series("up"), 0, ""));
        Assert.Null(quota.TakeSamples(1_000_000));
        Assert.Equal(long.MinValue, quota.OldestMs());
    }

    [Fact]
    public void One_series_too_many_is_refused_and_named()
    {
        SeriesQuota quota = Quota(new SeriesQuotaLimits { ActiveSeries = 10 });
        Assert.Null(quota.TakeSeries(Series("up"), 9, ""));
        QuotaRefusal? refusal = quota.TakeSeries(Series("down"), 10, "");
        Assert.Equal(AppendRefusal.TooManySeries, refusal?.Reason);
        Assert.Contains("'acme'", refusal?.Detail, StringComparison.Ordinal);
        Assert.Contains("ActiveSeries", refusal?.Detail, StringComparison.Ordinal);
        Assert.Contains("'down'", refusal?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_that_begins_too_many_series_costs_its_neighbour_nothing()
    {
        SeriesQuota quota = Quota(new SeriesQuotaLimits { NewSeriesPerSourceAMinute = 3 });
        for (int i = 0; i < 3; i++)
        {
            Assert.Null(quota.TakeSeries(Series($"m{i}", ("job", "api"), ("instance", "a:1")), i, "10.0.0.1"));
        }

        QuotaRefusal? refusal = quota.TakeSeries(Series("m3", ("job", "api"), ("instance", "a:1")), 3, "10.0.0.1");
        Assert.Equal(AppendRefusal.TooManySeries, refusal?.Reason);
        Assert.Contains("{job=\"api\", instance=\"a:1\"}", refusal?.Detail, StringComparison.Ordinal);
        Assert.Contains("NewSeriesPerSourceAMinute", refusal?.Detail, StringComparison.Ordinal);
        Assert.NotNull(refusal?.RetryAfter);
        Assert.Null(quota.TakeSeries(Series("m3", ("job", "api"), ("instance", "b:1")), 3, "10.0.0.1"));
        _clock.Step(TimeSpan.FromMinutes(1));
        Assert.Null(quota.TakeSeries(Series("m3", ("job", "api"), ("instance", "a:1")), 3, "10.0.0.1"));
    }

    [Fact]
    public void A_series_without_job_and_instance_counts_for_its_sender()
    {
        SeriesQuota quota = Quota(new SeriesQuotaLimits { NewSeriesPerSourceAMinute = 1 });
        Assert.Null(quota.TakeSeries(Series("a"), 0, "10.0.0.1"));
        Assert.Contains("'10.0.0.1'", quota.TakeSeries(Series("b"), 1, "10.0.0.1")?.Detail, StringComparison.Ordinal);
        Assert.Null(quota.TakeSeries(Series("b"), 1, "10.0.0.2"));
    }

    [Fact]
    public void Sources_without_end_share_one_count()
    {
        SeriesQuota quota = Quota(new SeriesQuotaLimits { NewSeriesPerSourceAMinute = 5 });
        int refused = 0;
        for (int i = 0; i < 10_010; i++)
        {
            refused += quota.TakeSeries(Series("m", ("job", $"j{i}")), i, "") is null ? 0 : 1;
        }

        Assert.Equal(5, refused);
    }

    [Fact]
    public void Too_many_or_too_long_labels_are_refused_and_named()
    {
        SeriesQuota quota = Quota(new SeriesQuotaLimits { Labels = new LabelLimits(3, 20, 30) });
        Assert.Null(quota.TakeSeries(Series("m", ("a", "1"), ("b", new string('x', 30))), 0, ""));
        Assert.Contains("MaxLabels", quota.TakeSeries(Series("m", ("a", "1"), ("b", "2"), ("c", "3")), 0, "")?.Detail, StringComparison.Ordinal);
        QuotaRefusal? name = quota.TakeSeries(Series("m", (new string('é', 11), "1")), 0, "");
        Assert.Contains("MaxNameBytes", name?.Detail, StringComparison.Ordinal);
        Assert.Equal(AppendRefusal.InvalidLabels, name?.Reason);
        QuotaRefusal? value = quota.TakeSeries(Series("m", ("path", string.Concat(Enumerable.Repeat("😀", 40)))), 0, "");
        Assert.Contains("'path' of 'm' has 160 bytes", value?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_come_at_the_rate_that_is_set_and_a_large_batch_leaves_a_debt()
    {
        SeriesQuota quota = Quota(new SeriesQuotaLimits { SamplesPerSecond = 100, SampleBurst = TimeSpan.FromSeconds(10) });
        Assert.Null(quota.TakeSamples(5000));
        QuotaRefusal? refusal = quota.TakeSamples(1);
        Assert.Equal(AppendRefusal.TooManySamples, refusal?.Reason);
        Assert.Contains("SamplesPerSecond", refusal?.Detail, StringComparison.Ordinal);
        _clock.Step(TimeSpan.FromSeconds(39));
        Assert.NotNull(quota.TakeSamples(1));
        _clock.Step(TimeSpan.FromSeconds(2));
        Assert.Null(quota.TakeSamples(1));
        _clock.Step(TimeSpan.FromDays(1));
        Assert.Null(quota.TakeSamples(1001));
        Assert.NotNull(quota.TakeSamples(1));
    }

    [Fact]
    public void A_limit_that_changes_counts_from_then_on()
    {
        SeriesQuota quota = Quota(new SeriesQuotaLimits { SamplesPerSecond = 1, SampleBurst = TimeSpan.FromSeconds(1) });
        Assert.Null(quota.TakeSamples(100));
        Assert.NotNull(quota.TakeSamples(1));
        quota.Change(new SeriesQuotaLimits { SamplesPerSecond = 1000 });
        _clock.Step(TimeSpan.FromSeconds(1));
        Assert.Null(quota.TakeSamples(1));
        quota.Change(SeriesQuotaLimits.Default);
        Assert.Null(quota.TakeSamples(int.MaxValue));
    }

    [Fact]
    public void Samples_past_their_age_are_told_apart()
    {
        SeriesQuota quota = Quota(new SeriesQuotaLimits { SampleAge = TimeSpan.FromHours(2) });
        long nowMs = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.Equal(nowMs - 7_200_000, quota.OldestMs());
        Assert.Contains("SampleAge", quota.TooOld(nowMs - 8_000_000).Detail, StringComparison.Ordinal);
        Assert.Equal(AppendRefusal.TooOld, quota.TooOld(long.MinValue).Reason);
    }

    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(0, -1, 0)]
    [InlineData(0, 0, -1)]
    [InlineData(0, 0, double.NaN)]
    public void Limits_that_make_no_sense_are_named(int active, int perSource, double samples) =>
        Assert.Throws<ArgumentException>(() => new SeriesQuotaLimits { ActiveSeries = active, NewSeriesPerSourceAMinute = perSource, SamplesPerSecond = samples }.Validate());

    private sealed class StepClock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.FromUnixTimeMilliseconds(Samples.Start);

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _now.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Step(TimeSpan step) => _now += step;
    }
}
