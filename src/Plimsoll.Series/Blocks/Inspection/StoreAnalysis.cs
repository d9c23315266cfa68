namespace Plimsoll.Series;

/// <summary>What the blocks of one tenant are made of. Lists are cut at the number that was asked for, the largest first.</summary>
public sealed record StoreAnalysis(
    string Tenant,
    long Samples,
    long Bytes,
    IReadOnlyList<MetricUse> Metrics,
    IReadOnlyList<LabelUse> LabelsByValues,
    IReadOnlyList<LabelUse> LabelsByBytes,
    IReadOnlyList<BlockUse> Blocks);

/// <summary>One metric over all blocks.</summary>
/// <param name="Series">Counted in each block that has them: a series of two blocks counts twice.</param>
/// <param name="SampleBytes">Of the compressed samples, the index not counted.</param>
public sealed record MetricUse(string Name, long Series, long Samples, long SampleBytes)
{
    public double BytesPerSample => Samples == 0 ? 0 : (double)SampleBytes / Samples;
}

/// <summary>One label.</summary>
/// <param name="Values">The most values that a block has of it.</param>
/// <param name="Bytes">Of the texts of these values.</param>
public sealed record LabelUse(string Name, long Values, long Bytes);

/// <summary>One block, and how its series differ from those of the block before it in time.</summary>
public sealed record BlockUse(
    string Path, int Level, long MinMs, long MaxMs, long Series, long NewSeries, long EndedSeries, long Samples, long Bytes, long IndexBytes)
{
    public double BytesPerSample => Samples == 0 ? 0 : (double)Bytes / Samples;
}
