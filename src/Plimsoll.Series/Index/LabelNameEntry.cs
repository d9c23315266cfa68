using System.Text;

namespace Plimsoll.Series.Index;

/// <summary>One label name of a head: its pairs as they came, and, when asked for, in the order of their values.</summary>
internal sealed class LabelNameEntry(byte[] utf8)
{
    private readonly List<int> _pairs = [];
    private readonly Lock _gate = new();
    private volatile Order? _order;

    public byte[] Utf8 { get; } = utf8;

    public string Name { get; } = Encoding.UTF8.GetString(utf8);

    public int Count => _pairs.Count;

    public void Add(int pair)
    {
        _pairs.Add(pair);
        _order = null;
    }

    /// <summary>The pairs ascending by value, and where each stands. Several readers may ask at once.</summary>
    public Order Sorted(PairTable pairs)
    {
        if (_order is { } order)
        {
            return order;
        }

        lock (_gate)
        {
            return _order ??= Order.Of(_pairs, pairs);
        }
    }

    internal sealed class Order
    {
        private readonly int[] _pairs;
        private readonly Dictionary<int, int> _places;

        private Order(int[] pairs)
        {
            _pairs = pairs;
            _places = new Dictionary<int, int>(pairs.Length);
            for (int i = 0; i < pairs.Length; i++)
            {
                _places.Add(pairs[i], i);
            }
        }

        public int Pair(int place) => _pairs[place];

        public int Place(int pair) => _places[pair];

        public static Order Of(List<int> unordered, PairTable pairs)
        {
            int[] sorted = [.. unordered];
            sorted.AsSpan().Sort((a, b) => pairs.Value(a).SequenceCompareTo(pairs.Value(b)));
            return new Order(sorted);
        }

        public int Find(ReadOnlySpan<byte> text, PairTable pairs)
        {
            int low = 0;
            int high = _pairs.Length - 1;
            while (low <= high)
            {
                int middle = (low + high) >>> 1;
                int order = pairs.Value(_pairs[middle]).SequenceCompareTo(text);
                if (order == 0)
                {
                    return middle;
                }

                if (order < 0)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle - 1;
                }
            }

            return ~low;
        }
    }
}
