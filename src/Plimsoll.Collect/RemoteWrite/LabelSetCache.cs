using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>
/// Label sets by the bytes they came as, so that a sender who repeats its series costs no strings. Bounded: an older half is
/// dropped whole when the younger one is full, and what is asked for moves to the younger. Safe for use by several threads.
/// </summary>
internal sealed class LabelSetCache
{
    private const int ShardCount = 16;
    private readonly Shard[] _shards = new Shard[ShardCount];

    /// <param name="maxBytes">Bytes of keys kept; the sets take a few times that.</param>
    public LabelSetCache(long maxBytes)
    {
        for (int i = 0; i < ShardCount; i++)
        {
            _shards[i] = new Shard(maxBytes / ShardCount / 2);
        }
    }

    /// <summary>Entries held now, for tests and metrics.</summary>
    public int Count => _shards.Sum(shard => shard.Count);

    public LabelSet? Find(ReadOnlySpan<byte> raw) => ShardOf(raw).Find(raw);

    public void Add(ReadOnlySpan<byte> raw, LabelSet labels) => ShardOf(raw).Add(raw.ToArray(), labels);

    private Shard ShardOf(ReadOnlySpan<byte> raw) => _shards[(int)(Utf8Comparer.Hash(raw) >> 60)];

    private sealed class Shard(long maxBytesOfHalf)
    {
        private readonly Lock _lock = new();
        private Dictionary<byte[], LabelSet> _young = new(Utf8Comparer.Instance);
        private Dictionary<byte[], LabelSet> _old = new(Utf8Comparer.Instance);
        private long _youngBytes;

        public int Count
        {
            get
            {
                lock (_lock)
                {
                    return _young.Count + _old.Count;
                }
            }
        }

        public LabelSet? Find(ReadOnlySpan<byte> raw)
        {
            lock (_lock)
            {
                if (_young.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(raw, out LabelSet? labels))
                {
                    return labels;
                }

                if (_old.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(raw, out byte[]? key, out labels))
                {
                    AddNeedsLock(key, labels);
                    return labels;
                }

                return null;
            }
        }

        public void Add(byte[] raw, LabelSet labels)
        {
            lock (_lock)
            {
                AddNeedsLock(raw, labels);
            }
        }

        private void AddNeedsLock(byte[] raw, LabelSet labels)
        {
            if (!_young.TryAdd(raw, labels))
            {
                return;
            }

            _youngBytes += raw.Length;
            if (_youngBytes > maxBytesOfHalf)
            {
                (_young, _old) = (_old, _young);
                _young.Clear();
                _youngBytes = 0;
            }
        }
    }
}
