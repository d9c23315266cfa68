using Plimsoll.Series.Blocks;
using Plimsoll.Series.Deletions;
using Plimsoll.Series.Head;
using Plimsoll.Series.Index;

namespace Plimsoll.Series.Reading;

/// <summary>Reads one tenant's series out of the head and the blocks.</summary>
internal sealed class SeriesReader(SeriesStore store, TenantId tenant) : ISeriesReader
{
    /// <summary>
    /// Head first, blocks second: sealing shows a block before it trims the head, so samples on their way from one to the
    /// other are seen at least once, and the merge hands them out once.
    /// </summary>
    public ISeriesSelection Select(IReadOnlyList<LabelMatcher> matchers, TimeRange range, SelectLimits limits, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(matchers);

        // Before anything is pinned: a deletion is forgotten once its samples are gone from the blocks that are there by then.
        SampleFilter hidden = store.HiddenOf(tenant, range);
        HeadSelection? head = store.FindHead(tenant) is { } found ? HeadSelection.Take(found, matchers, range, cancellation) : null;
        List<Block> blocks = [];
        try
        {
            blocks = store.Blocks.Pin(tenant, range);
            Gathering gathering = new(limits);
            for (int rank = 0; rank < blocks.Count; rank++)
            {
                gathering.AddBlock(blocks[rank], rank, matchers, range, cancellation);
            }

            if (head is not null)
            {
                gathering.AddHead(head);
            }

            SeriesSelection selection = new(gathering.Sorted(), blocks, head, range, cancellation);
            if (!hidden.IsEmpty)
            {
                selection.Hide(hidden);
            }

            return selection;
        }
        catch (Exception failure)
        {
            blocks.ForEach(block => block.Unpin());
            head?.Dispose();
            if (failure is BlockDamageException damage)
            {
                throw new SeriesStoreException(damage.Message, damage);
            }

            throw;
        }
    }

    public IReadOnlyList<string> LabelNames(IReadOnlyList<LabelMatcher> matchers, TimeRange range, int limit, CancellationToken cancellation)
    {
        SortedSet<string> names = new(LabelOrder.Comparer);
        if (TryWhole(
            range,
            head => HeadLabels.AddNames(head, matchers, names, cancellation),
            index => names.UnionWith(MatchingLabels.Names(index, matchers, limit, cancellation))))
        {
            return [.. names.Take(limit)];
        }

        names.Clear();
        using ISeriesSelection selection = Select(matchers, range, SelectLimits.Default, cancellation);
        for (int i = 0; i < selection.Count; i++)
        {
            foreach (Label label in selection.Labels(i).AsSpan())
            {
                names.Add(label.Name);
            }
        }

        return [.. names.Take(limit)];
    }

    public IReadOnlyList<string> LabelValues(string name, IReadOnlyList<LabelMatcher> matchers, TimeRange range, int limit, CancellationToken cancellation)
    {
        SortedSet<string> values = new(LabelOrder.Comparer);
        if (TryWhole(
            range,
            head => HeadLabels.AddValues(head, name, matchers, values, cancellation),
            index => values.UnionWith(MatchingLabels.Values(index, name, matchers, limit, cancellation))))
        {
            return [.. values.Take(limit)];
        }

        values.Clear();
        using ISeriesSelection selection = Select(matchers, range, SelectLimits.Default, cancellation);
        for (int i = 0; i < selection.Count; i++)
        {
            string value = selection.Labels(i)[name];
            if (value.Length > 0)
            {
                values.Add(value);
            }
        }

        return [.. values.Take(limit)];
    }

    // Where the range holds the head and the blocks that it meets wholly, and nothing is hidden, every series in an index counts.
    // The head first, as with a selection.
    private bool TryWhole(TimeRange range, Action<TenantHead> addHead, Action<ILabelIndex> addBlock)
    {
        if (!store.HiddenOf(tenant, range).IsEmpty)
        {
            return false;
        }

        if (store.FindHead(tenant) is { Samples: > 0 } head)
        {
            // While a cut is dropped the oldest is not known.
            long oldestMs = head.OldestMs;
            if (oldestMs == long.MaxValue || oldestMs < range.MinMs || head.NewestMs > range.MaxMs)
            {
                return false;
            }

            addHead(head);
        }

        List<Block> blocks = store.Blocks.Pin(tenant, range);
        try
        {
            if (blocks.Exists(block => block.MinMs < range.MinMs || block.MaxMs > range.MaxMs))
            {
                return false;
            }

            blocks.ForEach(block => addBlock(block.Index));
            return true;
        }
        catch (BlockDamageException damage)
        {
            throw new SeriesStoreException(damage.Message, damage);
        }
        finally
        {
            blocks.ForEach(static block => block.Unpin());
        }
    }

    public IReadOnlyList<SeriesExemplars> Exemplars(IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, TimeRange range, int limit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(selectors);
        return store.FindHead(tenant)?.Exemplars.Query(selectors, range, limit, cancellation) ?? [];
    }

    public IReadOnlyList<MetricDescription> Metadata(string? family, int limit)
    {
        if (limit <= 0 || store.FindHead(tenant)?.Metadata is not { } known)
        {
            return [];
        }

        return family is null ? known.ByName(limit) : known.Find(family) is { } found ? [new MetricDescription(family, found)] : [];
    }

    private sealed class Gathering(SelectLimits limits)
    {
        private readonly Dictionary<SeriesHash, SelectedSeries> _found = [];
        private readonly ByteWriter _labels = new(512);
        private readonly List<ChunkRef> _chunks = [];

        public void AddBlock(Block block, int rank, IReadOnlyList<LabelMatcher> matchers, TimeRange range, CancellationToken cancellation)
        {
            foreach (int id in MatchingSeries.Find(block.Index, matchers, cancellation))
            {
                cancellation.ThrowIfCancellationRequested();
                if (!Touches(block, id, range, cancellation))
                {
                    continue;
                }

                _labels.Clear();
                block.Index.WriteLabels(id, _labels);
                SeriesHash hash = SeriesHash.Of(_labels.Written);
                if (!_found.TryGetValue(hash, out SelectedSeries? series))
                {
                    series = Add(hash, block.Index.Labels(id));
                }

                series.Parts = [.. series.Parts, (rank, id)];
            }
        }

        public void AddHead(HeadSelection head)
        {
            foreach ((SeriesHash hash, LabelSet labels, HeadPart part) in head.Series)
            {
                SelectedSeries series = _found.TryGetValue(hash, out SelectedSeries? known) ? known : Add(hash, labels);
                series.Head = part;
            }
        }

        public SelectedSeries[] Sorted()
        {
            SelectedSeries[] series = [.. _found.Values];
            Array.Sort(series, static (a, b) => a.Labels.CompareTo(b.Labels));
            return series;
        }

        private SelectedSeries Add(SeriesHash hash, LabelSet labels)
        {
            if (_found.Count >= limits.MaxSeries)
            {
                throw new SeriesLimitException(limits.MaxSeries);
            }

            SelectedSeries series = new(labels);
            _found.Add(hash, series);
            return series;
        }

        // A chunk may span the range without a sample in it; only then it is read here.
        private bool Touches(Block block, int id, TimeRange range, CancellationToken cancellation)
        {
            _chunks.Clear();
            block.Index.Chunks(id, range, _chunks);
            foreach (ChunkRef chunk in _chunks)
            {
                if (chunk.MinMs >= range.MinMs || chunk.MaxMs <= range.MaxMs)
                {
                    return true;
                }
            }

            foreach (ChunkRef chunk in _chunks)
            {
                using ChunkFetch fetch = new();
                int number = fetch.Add(block, chunk);
                fetch.Read(cancellation);
                long[] timestampsMs = new long[chunk.Samples];
                fetch.DecodeTimestamps(number, timestampsMs);
                int at = timestampsMs.AsSpan().BinarySearch(range.MinMs);
                at = at < 0 ? ~at : at;
                if (at < timestampsMs.Length && timestampsMs[at] <= range.MaxMs)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
