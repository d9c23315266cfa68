namespace Plimsoll.Series.Upgrades.Version1.Writing;

/// <summary>Writes one tenant's series: hands each batch to the log's writer and waits for it to be durable.</summary>
internal sealed class SeriesWriter(BatchCommitter committer, TenantId tenant) : ISeriesWriter
{
    public ValueTask<AppendResult> AppendAsync(SampleBatch batch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return committer.AppendAsync(tenant, batch, cancellation);
    }

    public ValueTask<AppendResult> AppendAsync(RawSampleBatch batch, CancellationToken cancellation) =>
        throw new NotSupportedException("Version 1 takes label sets only.");
}
