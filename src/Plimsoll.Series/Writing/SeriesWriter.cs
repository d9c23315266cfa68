using Plimsoll.Series.Head;

namespace Plimsoll.Series.Writing;

/// <summary>Writes one tenant's series.</summary>
internal sealed class SeriesWriter(SeriesStore store, TenantHead head, bool mayWriteReserved) : ISeriesWriter
{
    public async ValueTask<AppendResult> AppendAsync(SampleBatch batch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(batch);
        cancellation.ThrowIfCancellationRequested();
        BatchAppender appender = await store.RentAppenderAsync(cancellation);
        try
        {
            return await appender.AppendAsync(head, batch, mayWriteReserved);
        }
        finally
        {
            store.ReturnAppender(appender);
        }
    }

    public async ValueTask<AppendResult> AppendAsync(RawSampleBatch batch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(batch);
        cancellation.ThrowIfCancellationRequested();
        BatchAppender appender = await store.RentAppenderAsync(cancellation);
        try
        {
            return await appender.AppendAsync(head, batch, mayWriteReserved);
        }
        finally
        {
            store.ReturnAppender(appender);
        }
    }
}
