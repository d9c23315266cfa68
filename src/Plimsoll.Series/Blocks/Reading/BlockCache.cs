namespace Plimsoll.Series.Blocks;

/// <summary>
/// Parsed pages and group headers of all blocks, within a bound: what was not asked for since the hand last passed goes
/// first. Safe for several threads; what it hands out is immutable.
/// </summary>
internal sealed class BlockCache
{
    private const int ShardCount = 16;

    private readonly Shard[] _shards = new Shard[ShardCount];

    public BlockCache(long maxBytes)
    {
        for (int i = 0; i < ShardCount; i++)
        {
            _shards[i] = new Shard(maxBytes / ShardCount);
        }
    }

    /// <summary>Bytes held now, about.</summary>
    public long Bytes => _shards.Sum(shard => shard.Bytes);

    /// <param name="offset">Where it lies within the block's file: unique among what is cached of it.</param>
    public T? Find<T>(ulong block, long offset)
        where T : class
        => (T?)ShardOf(block, offset).Find((block, offset));

    public void Add(ulong block, long offset, object value, int cost) => ShardOf(block, offset).Add((block, offset), value, cost);

    private Shard ShardOf(ulong block, long offset) =>
        _shards[(int)(((ulong)offset * 0x9E37_79B9_7F4A_7C15 + block) >> 60)];

    private sealed class Shard(long maxBytes)
    {
        private const int Overhead = 96;

        private readonly Lock _gate = new();
        private readonly Dictionary<(ulong, long), int> _places = [];
        private readonly List<Entry> _entries = [];
        private int _hand;
        private long _bytes;

        public long Bytes => Volatile.Read(ref _bytes);

        public object? Find((ulong, long) key)
        {
            lock (_gate)
            {
                if (!_places.TryGetValue(key, out int place))
                {
                    return null;
                }

                Entry entry = _entries[place];
                entry.WasUsed = true;
                return entry.Value;
            }
        }

        public void Add((ulong, long) key, object value, int cost)
        {
            lock (_gate)
            {
                if (_places.ContainsKey(key) || cost + Overhead > maxBytes)
                {
                    return;
                }

                _bytes += cost + Overhead;
                while (_bytes > maxBytes)
                {
                    EvictOne_NeedsLock();
                }

                _places[key] = _entries.Count;
                _entries.Add(new Entry(key, value, cost + Overhead));
            }
        }

        private void EvictOne_NeedsLock()
        {
            while (true)
            {
                _hand = _hand >= _entries.Count ? 0 : _hand;
                Entry entry = _entries[_hand];
                if (entry.WasUsed)
                {
                    entry.WasUsed = false;
                    _hand++;
                    continue;
                }

                _bytes -= entry.Cost;
                _places.Remove(entry.Key);
                Entry last = _entries[^1];
                _entries.RemoveAt(_entries.Count - 1);
                if (last != entry)
                {
                    // It takes the free place, and the hand passes it by: what came last must not go first.
                    _entries[_hand] = last;
                    _places[last.Key] = _hand;
                    _hand++;
                }

                return;
            }
        }
    }

    private sealed class Entry((ulong, long) key, object value, int cost)
    {
        public (ulong, long) Key { get; } = key;

        public object Value { get; } = value;

        public int Cost { get; } = cost;

        public bool WasUsed { get; set; }
    }
}
