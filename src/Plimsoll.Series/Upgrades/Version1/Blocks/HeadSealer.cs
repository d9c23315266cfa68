using Plimsoll.Series.Upgrades.Version1.Chunks;
using Plimsoll.Series.Upgrades.Version1.Head;
using Plimsoll.Series.Upgrades.Version1.Reading;

namespace Plimsoll.Series.Upgrades.Version1.Blocks;

/// <summary>Writes a cut of the head into blocks: one for each tenant and span of time, oldest first.</summary>
internal sealed class HeadSealer(SeriesStoreOptions options, StoreFolder folder, BlockSet blocks)
{
    private readonly long _spanMs = (long)options.BlockSpan.TotalMilliseconds;
    private readonly long[] _timestampsMs = new long[ChunkEncoder.MaxSamples];
    private readonly double[] _values = new double[ChunkEncoder.MaxSamples];
    private readonly ByteWriter _scratch = new();
    private readonly SampleCursor _cursor = new();

    /// <summary>The beginning of the span that an instant lies in.</summary>
    public long SpanStart(long ms) => ms - (((ms % _spanMs) + _spanMs) % _spanMs);

    /// <summary>Seals the samples of one tenant before an instant.</summary>
    /// <returns>The instant through which the cut's samples are in blocks, after each block that was written.</returns>
    public IEnumerable<long> Seal(HeadCut cut, long beforeMs)
    {
        List<SeriesCut> series = cut.Series.FindAll(one => one.Samples.MinMs < beforeMs);
        series.Sort((a, b) => a.Series.Labels.CompareTo(b.Series.Labels));
        foreach (long startMs in Spans(series, beforeMs))
        {
            long endMs = Math.Min(startMs + _spanMs, beforeMs) - 1;
            Write(cut.Head.Tenant, series, new TimeRange(startMs, endMs));
            yield return endMs;
        }
    }

    private SortedSet<long> Spans(List<SeriesCut> series, long beforeMs)
    {
        SortedSet<long> spans = [];
        foreach (SeriesCut one in series)
        {
            HeadSnapshot samples = one.Samples;
            for (int i = 0; i < samples.ChunkCount; i++)
            {
                AddSpans(samples.Chunks[i], beforeMs, spans);
            }

            AddSpans(samples.OpenMs.AsSpan(0, samples.OpenCount), beforeMs, spans);
        }

        return spans;
    }

    private void AddSpans(Chunk chunk, long beforeMs, SortedSet<long> spans)
    {
        long first = SpanStart(chunk.MinMs);
        if (chunk.MaxMs < beforeMs && SpanStart(chunk.MaxMs) - first <= _spanMs)
        {
            spans.Add(first);
            spans.Add(SpanStart(chunk.MaxMs));
            return;
        }

        int count = ChunkDecoder.Decode(chunk.Bytes, _timestampsMs, _values);
        AddSpans(_timestampsMs.AsSpan(0, count), beforeMs, spans);
    }

    private void AddSpans(ReadOnlySpan<long> timestampsMs, long beforeMs, SortedSet<long> spans)
    {
        long known = long.MinValue;
        foreach (long timestampMs in timestampsMs)
        {
            long start = SpanStart(timestampMs);
            if (timestampMs < beforeMs && start != known)
            {
                spans.Add(start);
                known = start;
            }
        }
    }

    private void Write(TenantId tenant, List<SeriesCut> series, TimeRange range)
    {
        ulong sequence = blocks.TakeSequence();
        string path = folder.Block(tenant, sequence);
        options.FileSystem.CreateFolder(folder.BlocksOf(tenant));
        options.FileSystem.SyncFolder(folder.Blocks);
        try
        {
            folder.WriteAtomically(path, file => Fill(new BlockWriter(file, tenant, sequence), series, range));
            blocks.Publish(tenant, sequence);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            folder.TryDelete(path);
            throw new SeriesStoreException($"The block '{path}' could not be written: {failure.Message} Its samples stay in memory and log; it is tried again.", failure);
        }
    }

    private void Fill(BlockWriter block, List<SeriesCut> series, TimeRange range)
    {
        foreach (SeriesCut one in series)
        {
            if (!range.Overlaps(one.Samples.MinMs, one.Samples.MaxMs))
            {
                continue;
            }

            _cursor.Reset(new SelectedSeries(one.Series.Labels) { Head = one.Samples }, range);
            bool begun = false;
            for (int count = _cursor.Read(_timestampsMs, _values); count > 0; count = _cursor.Read(_timestampsMs, _values))
            {
                if (!begun)
                {
                    block.BeginSeries(one.Series.Labels);
                    begun = true;
                }

                Chunk chunk = ChunkEncoder.Encode(_timestampsMs.AsSpan(0, count), _values.AsSpan(0, count), _scratch);
                block.Add(chunk, BitConverter.DoubleToInt64Bits(_values[count - 1]));
            }
        }

        block.Finish();
    }
}
