using Plimsoll.Series;

namespace Plimsoll.Collect.Tests;

public sealed class TargetSeriesTests
{
    private readonly TargetSeries _target = new(LabelSet.From(new Label("job", "node"), new Label("instance", "a")));
    private readonly MetricFamily _family = new("m", "Help.", MetricType.Gauge);
    private readonly SampleBatch _batch = new();

    [Fact]
    public void A_label_that_the_target_has_too_is_kept_under_a_name_that_is_free()
    {
        _family.Add(LabelSet.From(new Label("job", "x"), new Label("exported_job", "y")), 1);
        Round(1);

        Assert.Equal("m{exported_exported_job=\"x\",exported_job=\"y\",instance=\"a\",job=\"node\"}", _batch.Labels(0).ToString());
    }

    [Fact]
    public void A_sample_given_twice_in_a_round_counts_once()
    {
        _family.Add(1);
        _family.Add(2);
        Round(1);

        Assert.Equal(1, _batch.SampleCount);
        Assert.Equal(1, _batch.Values(0)[0]);
    }

    [Fact]
    public void A_series_that_comes_back_before_its_end_was_stored_goes_on()
    {
        _family.Add(1);
        Round(1);
        _target.ForgetEnded();
        _family.Clear();
        Round(2);
        Assert.True(SampleBlock.IsStale(_batch.Values(0)[0]));

        _family.Add(3);
        Round(3);
        Assert.Equal(3, _batch.Values(0)[0]);
        _target.ForgetEnded();
        Assert.Equal(1, _target.Count);
    }

    private void Round(long timestampMs)
    {
        _batch.Clear();
        _target.BeginRound();
        _target.Add(_batch, [_family], timestampMs);
        _target.AddEnded(_batch, timestampMs);
    }
}
