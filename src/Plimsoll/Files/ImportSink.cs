using Plimsoll.Collect;
using Plimsoll.Series;

namespace Plimsoll.Cli;

/// <summary>Takes an import into blocks, and counts what it took and what there is no place for.</summary>
/// <param name="oldestMs">Samples before it will not stay: they are past the retention.</param>
internal sealed class ImportSink(BulkWriter writer, long oldestMs, IProgress<long> progress) : IImportSink
{
    private readonly HashSet<LabelSet> _series = [];

    public long Samples { get; private set; }

    public int Series => _series.Count;

    public long PastRetention { get; private set; }

    public long Exemplars { get; private set; }

    public long StartTimes { get; private set; }

    public async ValueTask AppendAsync(SampleBatch batch, CancellationToken cancellation)
    {
        for (int i = 0; i < batch.SeriesCount; i++)
        {
            _series.Add(batch.Labels(i));
            foreach (long timestampMs in batch.TimestampsMs(i))
            {
                PastRetention += timestampMs < oldestMs ? 1 : 0;
            }

            foreach (TimedHistogram histogram in batch.Histograms(i))
            {
                PastRetention += histogram.TimestampMs < oldestMs ? 1 : 0;
            }
        }

        await writer.AddAsync(batch, cancellation);
        Samples += batch.SampleCount + batch.HistogramCount;
        progress.Report(Samples);
    }

    public void Exemplar(LabelSet series, in ImportedExemplar exemplar) => Exemplars++;

    public void Describe(string family, FamilyProperty what, string text)
    {
        // A description belongs to no sample; the next scrape or write brings it again.
    }

    public void Started(string family, LabelSet labels, long startMs, long? timestampMs) => StartTimes++;
}
