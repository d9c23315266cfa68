using Plimsoll.Series.Blocks;
using Plimsoll.Series.Head;

namespace Plimsoll.Series.Reading;

/// <summary>Reads a series through its stretches in blocks and the head; what is deleted is left out.</summary>
internal sealed class SampleCursor : ISampleCursor
{
    private readonly SampleMerge<SampleRun> _merge = new();
    private readonly TimeRange[] _hidden;
    private readonly StartSteps _headStarts;
    private readonly int _series;
    private ChunkBatch? _batch;
    private StartSource? _starts;

    public SampleCursor(ChunkBatch? batch, int series, in HeadPart head, TimeRange range, TimeRange[] hidden)
    {
        _hidden = hidden;
        _series = series;
        _headStarts = head.Rich?.Starts ?? StartSteps.None;
        _merge.Reset(range);
        _batch = batch;
        batch?.Open(series, _merge);
        HeadRun.AddAll(head, _merge);
        _merge.Start();
    }

    public int Read(Span<long> timestampsMs, Span<double> values)
    {
        if (timestampsMs.Length < SampleBlock.MinSpan || timestampsMs.Length != values.Length)
        {
            throw new ArgumentException("Both spans must have one length, of at least one sample.", nameof(values));
        }

        try
        {
            int count;
            do
            {
                count = _merge.Read(timestampsMs, values);
            }
            while (count > 0 && _hidden.Length > 0 && (count = LeaveOut(timestampsMs, values, count)) == 0);

            if (count == 0)
            {
                _batch?.Close();
                _batch = null;
            }

            return count;
        }
        catch (BlockDamageException damage)
        {
            throw new SeriesStoreException(damage.Message, damage);
        }
    }

    public int Read(Span<long> timestampsMs, Span<double> values, Span<long> startTimestampsMs)
    {
        if (startTimestampsMs.Length != values.Length)
        {
            throw new ArgumentException("All spans must have one length.", nameof(startTimestampsMs));
        }

        // Before the samples, whose end gives the batch back.
        if (_starts is null)
        {
            _starts = new StartSource(_headStarts);
            _batch?.Open(_series, _starts);
            _starts.Start();
        }

        int count = Read(timestampsMs, values);
        try
        {
            _starts.Fill(timestampsMs[..count], startTimestampsMs);
            return count;
        }
        catch (BlockDamageException damage)
        {
            throw new SeriesStoreException(damage.Message, damage);
        }
    }

    private int LeaveOut(Span<long> timestampsMs, Span<double> values, int count)
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            if (!IsHidden(timestampsMs[i], _hidden))
            {
                timestampsMs[kept] = timestampsMs[i];
                values[kept++] = values[i];
            }
        }

        return kept;
    }

    /// <param name="hidden">Ascending.</param>
    public static bool IsHidden(long ms, TimeRange[] hidden)
    {
        foreach (TimeRange range in hidden)
        {
            if (ms <= range.MaxMs)
            {
                return ms >= range.MinMs;
            }
        }

        return false;
    }
}
