using Plimsoll.Series.Tests.Disks;

namespace Plimsoll.Series.Tests.Cardinality;

/// <summary>Limits of a tenant as its senders meet them.</summary>
public sealed class StoreQuotaTests
{
    private static readonly TenantId Other = new("other");
    private readonly ManualClock _clock = new() { NowMs = Samples.Start + 3_600_000 };

    [Fact]
    public async Task New_series_past_the_limit_of_their_source_are_refused_and_named_and_known_ones_go_on()
    {
        await using SeriesStore store = Open(new SeriesQuotaLimits { NewSeriesPerSourceAMinute = 2 });
        SampleBatch batch = new();
        for (int i = 0; i < 4; i++)
        {
            batch.Add(LabelSet.Of("m", ("i", $"{i}"), ("instance", "a:1"), ("job", "node")), Samples.Start, i);
        }

        AppendResult first = await Append(store, Samples.Tenant, batch);
        AppendResult again = await Append(store, Samples.Tenant, batch);
        AppendResult neighbour = await Append(store, Other, batch);

        Assert.Equal((2, 2), (first.Accepted, first.Refused));
        Assert.Equal(AppendRefusal.TooManySeries, first.Examples[0].Reason);
        Assert.Contains("NewSeriesPerSourceAMinute", first.Examples[0].Detail, StringComparison.Ordinal);
        Assert.Contains("instance=\"a:1\"", first.Examples[0].Detail, StringComparison.Ordinal);
        Assert.Equal((2, 2), (again.Accepted, again.Refused));
        Assert.Equal((4, 0), (neighbour.Accepted, neighbour.Refused));
    }

    [Fact]
    public async Task A_sample_older_than_its_tenant_may_send_is_refused_and_named()
    {
        await using SeriesStore store = Open(new SeriesQuotaLimits { SampleAge = TimeSpan.FromMinutes(5) });

        AppendResult old = await store.Append(Samples.Tenant, LabelSet.Of("m"), _clock.NowMs - 300_001, 1);
        AppendResult fresh = await store.Append(Samples.Tenant, LabelSet.Of("m"), _clock.NowMs - 300_000, 1);

        RefusedSample refused = Assert.Single(old.Examples);
        Assert.Equal(AppendRefusal.TooOld, refused.Reason);
        Assert.Contains("SampleAge", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(1, fresh.Accepted);
    }

    [Fact]
    public async Task More_samples_a_second_than_allowed_are_refused_as_too_many_and_the_neighbour_goes_on()
    {
        await using SeriesStore store = Open(new SeriesQuotaLimits { SamplesPerSecond = 0.001, SampleBurst = TimeSpan.FromSeconds(1) });
        SampleBatch two = Samples.Batch((LabelSet.Of("m"), Samples.Start - 1, 1), (LabelSet.Of("m"), Samples.Start, 1));
        Assert.Equal(0, (await Append(store, Samples.Tenant, two)).Refused);

        AppendResult tooMany = await store.Append(Samples.Tenant, LabelSet.Of("m"), Samples.Start + 1, 1);

        RefusedSample refused = Assert.Single(tooMany.Examples);
        Assert.Equal((AppendRefusal.TooManySamples, 1), (refused.Reason, tooMany.Refused));
        Assert.Contains("SamplesPerSecond", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(0, (await store.Append(Other, LabelSet.Of("m"), Samples.Start + 1, 1)).Refused);
    }

    [Fact]
    public async Task When_memory_is_used_up_new_series_are_refused_and_known_ones_go_on_packed_earlier()
    {
        await using SeriesStore store = Samples.Open(new MemoryDisk(), _clock, options => options with { MemoryBytes = 16 << 20 });
        int accepted = 0;
        RefusedSample? refused = null;
        for (int at = 0; refused is null && at < 400_000; at += 5000)
        {
            SampleBatch batch = new();
            for (int i = at; i < at + 5000; i++)
            {
                batch.Add(LabelSet.Of("m", ("i", $"{i}")), Samples.Start, i);
            }

            AppendResult result = await Append(store, Samples.Tenant, batch);
            accepted += result.Accepted;
            refused = result.Examples.Count > 0 ? result.Examples[0] : null;
        }

        Assert.Equal(AppendRefusal.TooManySeries, refused?.Reason);
        Assert.Contains("MemoryBytes", refused?.Detail, StringComparison.Ordinal);
        Assert.True(store.Statistics.HeadBytes < 24 << 20, $"The head takes {store.Statistics.HeadBytes} bytes.");
        await store.MaintainAsync(CancellationToken.None);
        AppendResult known = await store.Append(Samples.Tenant, LabelSet.Of("m", ("i", "0")), Samples.Start + 15_000, 1);
        Assert.Equal((1, 0), (known.Accepted, known.Refused));
        Assert.Equal(accepted + 1, store.ReadAll(Samples.Tenant).Count);
    }

    private SeriesStore Open(SeriesQuotaLimits limits) =>
        Samples.Open(new MemoryDisk(), _clock, options => options with { LimitsOf = tenant => tenant == Samples.Tenant ? limits : null });

    private static async Task<AppendResult> Append(SeriesStore store, TenantId tenant, SampleBatch batch) =>
        await store.OpenWriter(tenant).AppendAsync(batch, CancellationToken.None);
}
