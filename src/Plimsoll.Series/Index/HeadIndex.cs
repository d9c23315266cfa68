using System.Runtime.CompilerServices;
using System.Text;

namespace Plimsoll.Series.Index;

/// <summary>
/// Labels and postings of a head's series. A series is the numbers of its pairs; a pair knows its bytes, so a label set is
/// put together by copying.
/// </summary>
/// <remarks>
/// One writer at a time and no reader meanwhile: the caller's <see cref="ReaderWriterLockSlim"/>. Any number of readers under
/// its read side, where what is sorted on demand is sorted once. Spans handed out are valid until the read side is left.
/// About 95 bytes a series of nine labels at a million series.
/// </remarks>
internal sealed partial class HeadIndex : ILabelIndex, IDisposable
{
    private const int PageInts = 64 << 10;

    private readonly PairTable _pairs = new();
    private readonly PostingLists _postings = new();
    private readonly List<LabelNameEntry> _names = [];
    private readonly Dictionary<string, int> _nameNumbers = new(StringComparer.Ordinal);
    private readonly List<int[]> _pages = [];
    private readonly Lock _orderGate = new();
    private volatile NameOrder? _nameOrder;
    private uint[] _series = new uint[64];
    private int[] _lastPairs = new int[16];
    private int _lastCount;
    private int _pageUsed = PageInts;

    public int Count { get; private set; }

    /// <summary>Bytes of memory held.</summary>
    public long Bytes => _pairs.Bytes + _postings.Bytes + ((long)_pages.Count * PageInts * sizeof(int)) + ((long)_series.Length * sizeof(uint));

    public int NameCount => _names.Count;

    /// <summary>Adds a series under the next id.</summary>
    /// <param name="canonicalLabels">Not the labels of another series of this index.</param>
    public int Add(ReadOnlySpan<byte> canonicalLabels)
    {
        int count = 0;
        int at = 0;
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
            count++;
        }

        _lastCount = count;
        int id = Count++;
        ReadOnlySpan<int> pairs = _lastPairs.AsSpan(0, count);
        Store(id, pairs);
        foreach (int pair in pairs)
        {
            _postings.Add(pair, id);
        }

        return id;
    }

    public LabelSet Labels(int id)
    {
        ReadOnlySpan<int> pairs = PairsOf(id);
        Label[] labels = new Label[pairs.Length];
        for (int i = 0; i < pairs.Length; i++)
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

    private void Store(int id, ReadOnlySpan<int> pairs)
    {
        if (_pages.Count == 0 || _pages[^1].Length - _pageUsed < pairs.Length + 1)
        {
            _pages.Add(GC.AllocateUninitializedArray<int>(Math.Max(PageInts, pairs.Length + 1)));
            _pageUsed = 0;
        }

        if (id == _series.Length)
        {
            Array.Resize(ref _series, 2 * id);
        }

        int[] page = _pages[^1];
        _series[id] = ((uint)(_pages.Count - 1) << 16) | (uint)_pageUsed;
        page[_pageUsed] = pairs.Length;
        pairs.CopyTo(page.AsSpan(_pageUsed + 1));
        _pageUsed += pairs.Length + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<int> PairsOf(int id)
    {
        uint place = _series[id];
        int[] page = _pages[(int)(place >> 16)];
        int at = (int)(place & 0xFFFF);
        return page.AsSpan(at + 1, page[at]);
    }
}
