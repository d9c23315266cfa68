using Plimsoll.Series.Blocks;

namespace Plimsoll.Series.Reading;

/// <summary>Reads the histograms of a series stretch by stretch; what is deleted is left out.</summary>
internal sealed class HistogramCursor(HistogramMerge merge, TimeRange[] hidden, CancellationToken cancellation) : IHistogramCursor
{
    private long[] _timestampsMs = [];
    private Histogram[] _histograms = [];
    private long[] _starts = [];
    private int _at;

    public int Read(Span<long> timestampsMs, Span<Histogram> histograms, Span<long> startTimestampsMs)
    {
        if (timestampsMs.Length < SampleBlock.MinSpan || timestampsMs.Length != histograms.Length || (startTimestampsMs.Length != 0 && startTimestampsMs.Length != histograms.Length))
        {
            throw new ArgumentException("The spans must have one length, of at least one histogram.", nameof(histograms));
        }

        int count = 0;
        while (count < timestampsMs.Length && (_at < _histograms.Length || TryReadNext()))
        {
            if (!SampleCursor.IsHidden(_timestampsMs[_at], hidden))
            {
                timestampsMs[count] = _timestampsMs[_at];
                histograms[count] = _histograms[_at];
                if (startTimestampsMs.Length > 0)
                {
                    startTimestampsMs[count] = _starts[_at];
                }

                count++;
            }

            _at++;
        }

        return count;
    }

    private bool TryReadNext()
    {
        _at = 0;
        try
        {
            return merge.TryReadNext(cancellation, out _timestampsMs, out _histograms, out _starts);
        }
        catch (BlockDamageException damage)
        {
            throw new SeriesStoreException(damage.Message, damage);
        }
    }
}
