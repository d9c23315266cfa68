using Plimsoll.Series.Tests.Disks;

namespace Plimsoll.Series.Tests;

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class ManualClock : TimeProvider
{
    public long NowMs { get; set; } = Samples.Start;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);
}

/// <summary>Stores, batches and readings in the words of the tests.</summary>
internal static class Samples
{
    /// <summary>An instant at the beginning of a span of two hours.</summary>
    public const long Start = 1_700_006_400_000;

    public static readonly TenantId Tenant = new("local");

    public static SeriesStore Open(MemoryDisk disk, TimeProvider? clock = null, Func<SeriesStoreOptions, SeriesStoreOptions>? with = null)
    {
        SeriesStoreOptions options = new()
        {
            Folder = "/data/series",
            FileSystem = disk,
            TimeProvider = clock ?? new ManualClock { NowMs = Start + 3_600_000 },
        };
        return SeriesStore.Open(with is null ? options : with(options));
    }

    public static SampleBatch Batch(params ReadOnlySpan<(LabelSet Labels, long Ms, double Value)> samples)
    {
        SampleBatch batch = new();
        foreach ((LabelSet labels, long ms, double value) in samples)
        {
            batch.Add(labels, ms, value);
        }

        return batch;
    }

    public static async Task<AppendResult> Append(this SeriesStore store, TenantId tenant, LabelSet labels, long ms, double value) =>
        await store.OpenWriter(tenant).AppendAsync(Batch((labels, ms, value)), CancellationToken.None);

    /// <summary>Everything of a tenant, in the order of labels and time; the spans handed in have the given size.</summary>
    public static List<(string Labels, long Ms, long Bits)> ReadAll(this SeriesStore store, TenantId tenant, TimeRange? range = null, int span = 512)
    {
        List<(string, long, long)> all = [];
        using ISeriesSelection selection = store.OpenReader(tenant).Select([], range ?? TimeRange.All, SelectLimits.Default, CancellationToken.None);
        long[] timestampsMs = new long[span];
        double[] values = new double[span];
        for (int i = 0; i < selection.Count; i++)
        {
            ISampleCursor cursor = selection.Open(i);
            string labels = selection.Labels(i).ToString();
            for (int count = cursor.Read(timestampsMs, values); count > 0; count = cursor.Read(timestampsMs, values))
            {
                for (int s = 0; s < count; s++)
                {
                    all.Add((labels, timestampsMs[s], BitConverter.DoubleToInt64Bits(values[s])));
                }
            }
        }

        return all;
    }
}
