using System.Runtime.CompilerServices;
using System.Text;

namespace Plimsoll.Series.Index;

/// <summary>
/// Labels and postings of a head's series. A series is the number of its first pair, mostly the metric's name, and a list of
/// the others, which the series of one target share; a pair knows its bytes, so a label set is put together by copying.
/// </summary>
/// <remarks>
/// One writer at a time and no reader meanwhile: the caller's <see cref="ReaderWriterLockSlim"/>. Any number of readers under
/// its read side, where what is sorted on demand is sorted once. Spans handed out are valid until the read side is left.
/// About 60 bytes a series of eleven labels at a million series, thirteen of them a target: most of it postings.
/// </remarks>
internal sealed partial class HeadIndex : ILabelIndex, IDisposable
{
    private readonly PairTable _pairs = new();
    private readonly PairLists _rests = new();
    private readonly PostingLists _postings = new();
    private readonly List<LabelNameEntry> _names = [];
    private readonly Dictionary<string, int> _nameNumbers = new(StringComparer.Ordinal);
    private readonly Lock _orderGate = new();
    private volatile NameOrder? _nameOrder;
    private SeriesPairs[] _series = new SeriesPairs[64];
    private int[] _lastPairs = new int[16];
    private int _lastCount;
    private int _lastRest = -1;

    public int Count { get; private set; }

    /// <summary>Bytes of memory held.</summary>
    public long Bytes => _pairs.Bytes + _postings.Bytes + _rests.Bytes + ((long)_series.Length * 2 * sizeof(int));

    public int NameCount => _names.Count;

    /// <summary>Adds a series under the next id.</summary>
    /// <param name="canonicalLabels">Not the labels of another series of this index.</param>
    public int Add(ReadOnlySpan<byte> canonicalLabels)
    {
        int count = 0;
        int at = 0;
        bool sameRest = true;
        while (at < canonicalLabels.Length)
        {
            ReadOnlySpan<byte> left = canonicalLabels[at..];
            if (count < _lastCount)
            {
                // Neighbours share most of their labels; and bytes that begin with a label's are that label, as its length stands first.
                ReadOnlySpan<byte> known = _pairs.Label(_lastPairs[count]);
                if (left.StartsWith(known))
                {
                    at += known.Length;
                    count++;
                    continue;
                }
            }

            if (count == _lastPairs.Length)
            {
                Array.Resize(ref _lastPairs, 2 * count);
            }

            _lastPairs[count] = PairOf(left, count < _lastCount ? _lastPairs[count] : -1, out int length);
            at += length;
            sameRest &= count == 0;
            count++;
        }

        sameRest &= count == _lastCount && _lastRest >= 0;
        _lastCount = count;
        int id = Count++;
        ReadOnlySpan<int> pairs = _lastPairs.AsSpan(0, count);
        Store(id, pairs[0], _lastRest = sameRest ? _lastRest : _rests.Add(pairs[1..]));
        foreach (int pair in pairs)
        {
            _postings.Add(pair, id);
        }

        return id;
    }

    public LabelSet Labels(int id)
    {
        PairList pairs = PairsOf(id);
        Label[] labels = new Label[pairs.Count];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = new Label(_names[_pairs.NameOf(pairs[i])].Name, _pairs.Text(pairs[i]));
        }

        return LabelSet.FromSorted(labels);
    }

    public int LabelBytesLength(int id)
    {
        int length = 0;
        foreach (int pair in PairsOf(id))
        {
            length += _pairs.Label(pair).Length;
        }

        return length;
    }

    public int CopyLabelBytes(int id, Span<byte> to)
    {
        int at = 0;
        foreach (int pair in PairsOf(id))
        {
            ReadOnlySpan<byte> label = _pairs.Label(pair);
            label.CopyTo(to[at..]);
            at += label.Length;
        }

        return at;
    }

    /// <summary>The matching series' ids, ascending.</summary>
    public int[] Find(IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellation) => MatchingSeries.Find(this, matchers, cancellation);

    public string Name(int name) => Entry(name).Name;

    public int FindName(string name) => _nameNumbers.TryGetValue(name, out int number) ? Names().Place(number) : -1;

    public int ValueCount(int name) => Entry(name).Count;

    public string Value(int name, int value) => _pairs.Text(Entry(name).Sorted(_pairs).Pair(value));

    public ReadOnlySpan<byte> ValueBytes(int name, int value) => _pairs.Value(Entry(name).Sorted(_pairs).Pair(value));

    public int FindValue(int name, ReadOnlySpan<byte> text) => Entry(name).Sorted(_pairs).Find(text, _pairs);

    public ReadOnlySpan<int> Postings(int name, int value) => _postings.Ids(Entry(name).Sorted(_pairs).Pair(value));

    public int PostingCount(int name, int value) => _postings.Count(Entry(name).Sorted(_pairs).Pair(value));

    /// <remarks>By hash, so that an exact value needs no order of all.</remarks>
    public ReadOnlySpan<int> Postings(int name, ReadOnlySpan<byte> text)
    {
        int pair = FindPair(Entry(name).Utf8, text);
        return pair < 0 ? [] : _postings.Ids(pair);
    }

    public int PostingCount(int name, ReadOnlySpan<byte> text)
    {
        int pair = FindPair(Entry(name).Utf8, text);
        return pair < 0 ? 0 : _postings.Count(pair);
    }

    public int ValueOf(int id, int name)
    {
        int number = Names().Number(name);
        foreach (int pair in PairsOf(id))
        {
            if (_pairs.NameOf(pair) == number)
            {
                return _names[number].Sorted(_pairs).Place(_pairs.OrdinalOf(pair));
            }
        }

        return -1;
    }

    public void MarkNames(int id, Span<bool> names)
    {
        NameOrder order = Names();
        foreach (int pair in PairsOf(id))
        {
            names[order.Place(_pairs.NameOf(pair))] = true;
        }
    }

    public void Dispose() => _postings.Dispose();

    private LabelNameEntry Entry(int name) => _names[Names().Number(name)];

    private NameOrder Names()
    {
        NameOrder? order = _nameOrder;
        if (order is not null && order.Count == _names.Count)
        {
            return order;
        }

        lock (_orderGate)
        {
            return _nameOrder is { } other && other.Count == _names.Count ? other : _nameOrder = new NameOrder(_names);
        }
    }

    private int FindPair(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int length = LabelBytes.LengthOf(name.Length, value.Length);
        Span<byte> label = length <= 512 ? stackalloc byte[length] : new byte[length];
        LabelBytes.WriteOne(name, value, label);
        return _pairs.Find(label, PairTable.HashOf(label));
    }

    // The pair at the start of some labels. The one at the same place of the series before mostly has the same name.
    private int PairOf(ReadOnlySpan<byte> labels, int neighbour, out int length)
    {
        LabelBytes.LabelByteEnumerator one = LabelBytes.Enumerate(labels);
        if (!one.MoveNext())
        {
            throw new InvalidOperationException("A series was added under labels that are not in their canonical form.");
        }

        LabelBytes.LabelSpans parts = one.Current;
        length = LabelBytes.EndOf(labels, parts.Value);
        ReadOnlySpan<byte> label = labels[..length];
        ulong hash = PairTable.HashOf(label);
        int pair = _pairs.Find(label, hash);
        if (pair < 0)
        {
            int name = neighbour >= 0 && _names[_pairs.NameOf(neighbour)].Utf8.AsSpan().SequenceEqual(parts.Name)
                ? _pairs.NameOf(neighbour)
                : NumberOf(parts.Name);
            pair = _pairs.Add(label, label.Length - parts.Value.Length, name, _names[name].Count, hash);
            _names[name].Add(pair);
        }

        return pair;
    }

    private int NumberOf(ReadOnlySpan<byte> utf8)
    {
        string name = Encoding.UTF8.GetString(utf8);
        if (!_nameNumbers.TryGetValue(name, out int number))
        {
            number = _names.Count;
            _names.Add(new LabelNameEntry(utf8.ToArray()));
            _nameNumbers.Add(name, number);
        }

        return number;
    }

    private void Store(int id, int first, int rest)
    {
        if (id == _series.Length)
        {
            Array.Resize(ref _series, 2 * id);
        }

        _series[id] = new SeriesPairs(first, rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private PairList PairsOf(int id)
    {
        SeriesPairs pairs = _series[id];
        return new PairList(pairs.First, _rests[pairs.Rest]);
    }

    /// <summary>The number of the first pair, and that of the list of the others.</summary>
    private readonly record struct SeriesPairs(int First, int Rest);

    /// <summary>The numbers of a series' pairs in the order of their names; at least one.</summary>
    private readonly ref struct PairList(int first, ReadOnlySpan<int> rest)
    {
        private readonly int _first = first;
        private readonly ReadOnlySpan<int> _rest = rest;

        public int Count => _rest.Length + 1;

        public int this[int at] => at == 0 ? _first : _rest[at - 1];

        public Enumerator GetEnumerator() => new(this);

        public ref struct Enumerator(PairList list)
        {
            private readonly PairList _list = list;
            private int _at = -1;

            public readonly int Current => _list[_at];

            public bool MoveNext() => ++_at < _list.Count;
        }
    }
}
