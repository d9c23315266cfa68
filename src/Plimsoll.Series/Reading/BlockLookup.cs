using Plimsoll.Series.Blocks;
using Plimsoll.Series.Head;

namespace Plimsoll.Series.Reading;

/// <summary>
/// Finds single samples in blocks: for samples that come late although everything was sealed, so that what the store
/// already has wins there too. Rare, and not made for speed.
/// </summary>
internal sealed class BlockLookup(BlockSet blocks)
{
    private readonly List<ChunkRef> _chunks = [];
    private readonly long[] _timestampsMs = new long[Encodings.Chunk.MaxSamples];
    private readonly double[] _values = new double[Encodings.Chunk.MaxSamples];

    /// <summary>What becomes of a sample where blocks have one already; false when they have none.</summary>
    /// <exception cref="SeriesStoreException">A block that may hold the sample is damaged.</exception>
    public bool TryJudge(TenantId tenant, ReadOnlySpan<byte> labelBytes, long ms, double value, out AppendVerdict verdict)
    {
        bool found = TryFind(tenant, labelBytes, ms, out double known, out Histogram? histogram);
        verdict = histogram is not null ? AppendVerdict.Conflict : TenantHead.Compare(known, value);
        return found;
    }

    /// <inheritdoc cref="TryJudge(TenantId, ReadOnlySpan{byte}, long, double, out AppendVerdict)"/>
    public bool TryJudge(TenantId tenant, ReadOnlySpan<byte> labelBytes, long ms, Histogram value, out AppendVerdict verdict)
    {
        bool found = TryFind(tenant, labelBytes, ms, out _, out Histogram? known);
        verdict = known is not null && known.SameBits(value) ? AppendVerdict.Repeated : AppendVerdict.Conflict;
        return found;
    }

    private bool TryFind(TenantId tenant, ReadOnlySpan<byte> labelBytes, long ms, out double value, out Histogram? histogram)
    {
        List<Block> pinned = blocks.Pin(tenant, new TimeRange(ms, ms));
        try
        {
            foreach (Block block in pinned)
            {
                int id = block.Index.Find(labelBytes);
                if (id >= 0 && TryFind(block, id, ms, out value, out histogram))
                {
                    return true;
                }
            }
        }
        catch (BlockDamageException damage)
        {
            throw new SeriesStoreException(damage.Message, damage);
        }
        finally
        {
            pinned.ForEach(block => block.Unpin());
        }

        value = 0;
        histogram = null;
        return false;
    }

    /// <summary>The newest sample of a series in blocks; <see cref="long.MinValue"/> when there is none.</summary>
    /// <exception cref="SeriesStoreException">A block that may hold the series is damaged.</exception>
    public long NewestMs(TenantId tenant, ReadOnlySpan<byte> labelBytes)
    {
        long newestMs = long.MinValue;
        List<Block> pinned = blocks.Pin(tenant, TimeRange.All);
        try
        {
            foreach (Block block in pinned)
            {
                if (block.MaxMs > newestMs && block.Index.Find(labelBytes) is >= 0 and int id)
                {
                    _chunks.Clear();
                    block.Index.Chunks(id, TimeRange.All, _chunks);
                    newestMs = Math.Max(newestMs, _chunks.Count > 0 ? _chunks.Max(static chunk => chunk.MaxMs) : long.MinValue);
                }
            }
        }
        catch (BlockDamageException damage)
        {
            throw new SeriesStoreException(damage.Message, damage);
        }
        finally
        {
            pinned.ForEach(block => block.Unpin());
        }

        return newestMs;
    }

    private bool TryFind(Block block, int id, long ms, out double value, out Histogram? histogram)
    {
        histogram = null;
        _chunks.Clear();
        block.Index.Chunks(id, new TimeRange(ms, ms), _chunks);
        foreach (ChunkRef chunk in _chunks)
        {
            using ChunkFetch fetch = new();
            int number = fetch.Add(block, chunk);
            fetch.Read(CancellationToken.None);
            Histogram[] histograms = chunk.IsHistogram ? new Histogram[chunk.Samples] : [];
            int count = chunk.IsHistogram ? fetch.DecodeHistograms(number, _timestampsMs, histograms) : fetch.Decode(number, _timestampsMs, _values);
            int at = _timestampsMs.AsSpan(0, count).BinarySearch(ms);
            if (at >= 0)
            {
                value = chunk.IsHistogram ? 0 : _values[at];
                histogram = chunk.IsHistogram ? histograms[at] : null;
                return true;
            }
        }

        value = 0;
        return false;
    }
}
