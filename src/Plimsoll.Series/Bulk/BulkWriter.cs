using Plimsoll.Series.Blocks;
using Plimsoll.Series.Bulk;
using Plimsoll.Series.Head;
using Plimsoll.Series.Reading;

namespace Plimsoll.Series;

/// <summary>
/// Writes samples of any age straight into blocks, past the head and the log: gathers them in memory up to a bound, then
/// writes a block for each window of time that they lie in. What the store already has wins over what is added.
/// Samples are durable and visible when <see cref="FlushAsync"/> has returned; an append of another value at one of their
/// instants during that call may be acknowledged and yet give way to them. Not safe for use by several threads at once.
/// </summary>
public sealed class BulkWriter
{
    private const int BytesPerSample = 16;
    private const int BytesPerSeries = 256;
    private const int BytesPerHistogram = 128;

    private readonly BlockSet _blocks;
    private readonly TenantHead _head;
    private readonly LabelLimits _limits;
    private readonly long _memoryBytes;
    private readonly Dictionary<SeriesHash, BulkSeries> _series = [];
    private readonly long _newestMs;
    private long _bytes;

    internal BulkWriter(BlockSet blocks, TenantHead head, LabelLimits limits, long memoryBytes, long newestMs)
    {
        _newestMs = newestMs;
        _blocks = blocks;
        _head = head;
        _limits = limits;
        _memoryBytes = memoryBytes;
    }

    /// <summary>Samples written into blocks so far.</summary>
    public long WrittenSamples { get; private set; }

    /// <summary>Samples left out because another one with another value at the same instant came first.</summary>
    public long Conflicts { get; private set; }

    /// <summary>Samples left out because they are ahead of the clock by more than <see cref="SeriesStoreOptions.FutureTolerance"/>: their series would take nothing else until then.</summary>
    public long AheadOfClock { get; private set; }

    /// <summary>Blocks written so far.</summary>
    public int WrittenBlocks { get; private set; }

    /// <summary>Adds samples; writes blocks when the memory is full.</summary>
    /// <exception cref="ArgumentException">A label set breaks a limit; the message names it. Nothing of the batch is added.</exception>
    /// <exception cref="SeriesStoreException">A block could not be written.</exception>
    public async Task AddAsync(SampleBatch batch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(batch);
        BulkSeries[] targets = new BulkSeries[batch.SeriesCount];
        for (int i = 0; i < targets.Length; i++)
        {
            targets[i] = Find(batch.Labels(i));
        }

        for (int i = 0; i < targets.Length; i++)
        {
            ReadOnlySpan<long> timestampsMs = batch.TimestampsMs(i);
            ReadOnlySpan<double> values = batch.Values(i);
            for (int sample = 0; sample < values.Length; sample++)
            {
                if (timestampsMs[sample] > _newestMs)
                {
                    AheadOfClock++;
                    continue;
                }

                targets[i].Add(timestampsMs[sample], values[sample]);
            }

            _bytes += (long)values.Length * BytesPerSample;
            foreach (TimedHistogram histogram in batch.Histograms(i))
            {
                if (histogram.TimestampMs > _newestMs)
                {
                    AheadOfClock++;
                    continue;
                }

                targets[i].Add(histogram);
                _bytes += BytesPerHistogram + ((long)(histogram.Histogram.PositiveBits.Length + histogram.Histogram.NegativeBits.Length) * sizeof(ulong));
            }
        }

        if (_bytes >= _memoryBytes)
        {
            await FlushAsync(cancellation);
        }
    }

    /// <summary>Writes all that was added into blocks that readers see.</summary>
    /// <exception cref="SeriesStoreException">A block could not be written; what is in blocks already stays, the rest may be added again.</exception>
    public Task FlushAsync(CancellationToken cancellation) => Task.Run(() => Flush(cancellation), cancellation);

    private BulkSeries Find(LabelSet labels)
    {
        if (labels.Count == 0 || labels.Count > _limits.MaxLabels)
        {
            throw new ArgumentException($"The series {labels} has {labels.Count} labels; 1 to {_limits.MaxLabels} are taken.", nameof(labels));
        }

        byte[] bytes = LabelBytes.From(labels);
        if (!LabelBytes.IsCanonical(bytes))
        {
            throw new ArgumentException($"A label of the series {labels} is no text.", nameof(labels));
        }

        SeriesHash hash = SeriesHash.Of(bytes);
        if (!_series.TryGetValue(hash, out BulkSeries? series))
        {
            _series.Add(hash, series = new BulkSeries(bytes));
            _bytes += BytesPerSeries + bytes.Length;
        }

        return series;
    }

    private void Flush(CancellationToken cancellation)
    {
        try
        {
            BulkSeries[] sorted = [.. _series.Values.Where(series => !series.IsEmpty)];
            if (sorted.Length == 0)
            {
                return;
            }

            Array.Sort(sorted, static (a, b) => LabelBytes.Compare(a.LabelBytes, b.LabelBytes));
            long minMs = long.MaxValue;
            long maxMs = long.MinValue;
            foreach (BulkSeries series in sorted)
            {
                Conflicts += series.Order();
                minMs = Math.Min(minMs, series.MinMs);
                maxMs = Math.Max(maxMs, series.MaxMs);
            }

            YieldToHead(sorted, maxMs);
            WriteWindows(sorted, minMs, maxMs, cancellation);
            _series.Clear();
            _bytes = 0;
        }
        catch (Exception failure) when (failure is (IOException and not SeriesStoreException) or UnauthorizedAccessException)
        {
            throw SeriesStoreException.Of($"A block could not be written: {failure.Message} What was written before it stays; add the rest again.", failure);
        }
    }

    // Blocks win over the head, so what the head has at an instant must not get into one; and from here on who appends looks there.
    private void YieldToHead(BulkSeries[] sorted, long maxMs)
    {
        SampleMerge<HeadRun> merge = new();
        for (int i = 0; i < sorted.Length; i++)
        {
            BulkSeries series = sorted[i];
            HeadPart part;
            long pin;
            lock (_head.Gate)
            {
                _head.SealedThroughMs = Math.Max(_head.SealedThroughMs, maxMs == long.MaxValue ? maxMs : maxMs + 1);
                SeriesHash hash = SeriesHash.Of(series.LabelBytes);
                int id = _head.Slots.Find(hash.Low, hash.High);
                if (id < 0)
                {
                    continue;
                }

                part = _head.Part_NeedsGate(id);
                pin = _head.Pin_NeedsGate();
                if (series.Count > 0)
                {
                    _head.RestoreNewest_NeedsGate(id, series.TimestampsMs[^1]);
                }

                if (!series.Histograms.IsEmpty)
                {
                    _head.RestoreNewestHistogram_NeedsGate(id, series.Histograms[^1].TimestampMs);
                }
            }

            try
            {
                TimeRange range = new(series.MinMs, series.MaxMs);
                if (part.Rich is { } rich && !series.Histograms.IsEmpty)
                {
                    HistogramMerge histograms = new(range);
                    histograms.AddHead(rich);
                    histograms.ReadAll(CancellationToken.None, out long[] knownMs, out Histogram[] known, out _);
                    Conflicts += series.LeaveOut(knownMs, known);
                }

                if (series.Count > 0 && part.Touches(range))
                {
                    merge.Reset(range);
                    HeadRun.AddAll(part, merge);
                    merge.Start();
                    Conflicts += series.LeaveOut(merge);
                }
            }
            finally
            {
                _head.Unpin(pin);
            }
        }
    }

    private void WriteWindows(BulkSeries[] sorted, long minMs, long maxMs, CancellationToken cancellation)
    {
        // Long stretches go into blocks of long windows, as compaction would make them.
        int level = 0;
        while (level + 1 < _blocks.Levels.Count && _blocks.Levels.SpanMs(level + 1) <= (double)maxMs - minMs)
        {
            level++;
        }

        int[] next = new int[sorted.Length];
        int[] nextHistogram = new int[sorted.Length];
        long at = minMs;
        while (at <= maxMs)
        {
            cancellation.ThrowIfCancellationRequested();
            long endMs = _blocks.Levels.WindowEnd(level, at);
            at = WriteWindow(sorted, next, nextHistogram, level, endMs, cancellation);
        }
    }

    // Returns the oldest sample that is left, so that windows without samples are passed over.
    private long WriteWindow(BulkSeries[] sorted, int[] next, int[] nextHistogram, int level, long endMs, CancellationToken cancellation)
    {
        long oldestMs = long.MaxValue;
        bool any = false;
        using BlockWriter writer = _blocks.Begin(_head.Tenant, level);
        for (int i = 0; i < sorted.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<long> timestampsMs = sorted[i].TimestampsMs[next[i]..];
            int count = timestampsMs.BinarySearch(endMs);
            count = count < 0 ? ~count : count + 1;
            ReadOnlySpan<TimedHistogram> histograms = sorted[i].Histograms[nextHistogram[i]..];
            int histogramCount = 0;
            while (histogramCount < histograms.Length && histograms[histogramCount].TimestampMs <= endMs)
            {
                histogramCount++;
            }

            if (count + histogramCount > 0)
            {
                writer.BeginSeries(sorted[i].LabelBytes);
                WrittenSamples += Write(writer, timestampsMs[..count], sorted[i].Values.Slice(next[i], count), histograms[..histogramCount]);
                next[i] += count;
                nextHistogram[i] += histogramCount;
                any = true;
            }

            oldestMs = Math.Min(oldestMs, count < timestampsMs.Length ? timestampsMs[count] : long.MaxValue);
            oldestMs = Math.Min(oldestMs, histogramCount < histograms.Length ? histograms[histogramCount].TimestampMs : long.MaxValue);
        }

        if (any)
        {
            _blocks.Publish(writer.Finish([]));
            WrittenBlocks++;
        }
        else
        {
            writer.Abandon();
        }

        return oldestMs;
    }

    private static int Write(BlockWriter writer, ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values, ReadOnlySpan<TimedHistogram> histograms)
    {
        if (histograms.IsEmpty)
        {
            writer.Add(timestampsMs, values, []);
            return values.Length;
        }

        TimedHistogram[] all = histograms.ToArray();
        return MixedSamples.Send(
            timestampsMs,
            values,
            [],
            [.. all.Select(static one => one.TimestampMs)],
            [.. all.Select(static one => one.Histogram)],
            [.. all.Select(static one => one.StartTimestampMs)],
            writer.Add,
            writer.AddHistograms);
    }
}
