namespace Plimsoll.Series.Index;

/// <summary>
/// Labels and postings of a head's series. A series is the numbers of its pairs; a pair knows its bytes, so a label set is
/// put together by copying. One writer at a time, no reader meanwhile; any number of readers otherwise.
/// </summary>
internal sealed class HeadIndex : ILabelIndex, IDisposable
{
    private const int PageInts = 64 << 10;

    private readonly PairTable _pairs = new();
    private readonly PostingLists _postings = new();
    private readonly List<LabelNameEntry> _names = [];
    private readonly Dictionary<string, int> _nameNumbers = new(StringComparer.Ordinal);
    private readonly List<int[]> _pages = [];
    private readonly List<int> _nameOrder = [];
    private uint[] _series = new uint[64];
    private int[] _lastPairs = [];
    private int _pageUsed = PageInts;

    public int Count { get; private set; }

    /// <summary>Bytes of memory held.</summary>
    public long Bytes => _pairs.Bytes + _postings.Bytes + ((long)_pages.Count * PageInts * sizeof(int)) + ((long)_series.Length * sizeof(uint));

    public int NameCount => _names.Count;

    /// <summary>Adds a series under the next id.</summary>
    /// <param name="canonicalLabels">Not the labels of another series of this index.</param>
    public int Add(ReadOnlySpan<byte> canonicalLabels)
    {
        Span<int> pairs = stackalloc int[64];
        int count = 0;
        int at = 0;
        foreach (LabelBytes.LabelSpans label in LabelBytes.Enumerate(canonicalLabels))
        {
            if (count == pairs.Length)
            {
                int[] more = new int[2 * count];
                pairs.CopyTo(more);
                pairs = more;
            }

            int end = LabelBytes.EndOf(canonicalLabels, label.Value);
            pairs[count] = PairOf(canonicalLabels[at..end], label, count);
            count++;
            at = end;
        }

        int id = Count++;
        Store(id, pairs[..count]);
        foreach (int pair in pairs[..count])
        {
            _postings.Add(pair, id);
        }

        Remember(pairs[..count]);
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

    /// <summary>Puts ids in the order of their label sets.</summary>
    public void SortByLabels(Span<int> ids) => ids.Sort(CompareLabels);

    /// <summary>A new index of some series only, numbered from zero in the order given.</summary>
    public HeadIndex Keep(ReadOnlySpan<int> ids)
    {
        HeadIndex kept = new();
        byte[] labels = [];
        foreach (int id in ids)
        {
            int length = LabelBytesLength(id);
            if (labels.Length < length)
            {
                labels = new byte[2 * length];
            }

            CopyLabelBytes(id, labels);
            kept.Add(labels.AsSpan(0, length));
        }

        return kept;
    }

    public string Name(int name) => _names[_nameOrder[name]].Name;

    public int FindName(string name)
    {
        if (!_nameNumbers.TryGetValue(name, out int number))
        {
            return -1;
        }

        return _nameOrder.IndexOf(number);
    }

    public int ValueCount(int name) => Entry(name).Count;

    public string Value(int name, int value) => _pairs.Text(Entry(name).Sorted(_pairs).Pair(value));

    public int FindValue(int name, ReadOnlySpan<byte> text) => Entry(name).Sorted(_pairs).Find(text, _pairs);

    public ReadOnlySpan<int> Postings(int name, int value) => _postings.Ids(Entry(name).Sorted(_pairs).Pair(value));

    public int ValueOf(int id, int name)
    {
        int number = _nameOrder[name];
        foreach (int pair in PairsOf(id))
        {
            if (_pairs.NameOf(pair) == number)
            {
                return _names[number].Sorted(_pairs).Place(pair);
            }
        }

        return -1;
    }

    public void Dispose() => _postings.Dispose();

    private LabelNameEntry Entry(int name) => _names[_nameOrder[name]];

    // Neighbours share most of their labels, so the series before mostly has the pair already.
    private int PairOf(ReadOnlySpan<byte> label, LabelBytes.LabelSpans parts, int place)
    {
        if (place < _lastPairs.Length && _lastPairs[place] >= 0 && _pairs.Label(_lastPairs[place]).SequenceEqual(label))
        {
            return _lastPairs[place];
        }

        ulong hash = PairTable.HashOf(label);
        int pair = _pairs.Find(label, hash);
        if (pair < 0)
        {
            int name = NameOf(parts.Name);
            pair = _pairs.Add(label, label.Length - parts.Value.Length, name, hash);
            _names[name].Add(pair);
        }

        return pair;
    }

    private int NameOf(ReadOnlySpan<byte> utf8)
    {
        string name = System.Text.Encoding.UTF8.GetString(utf8);
        if (!_nameNumbers.TryGetValue(name, out int number))
        {
            number = _names.Count;
            LabelNameEntry entry = new(utf8.ToArray());
            _names.Add(entry);
            _nameNumbers.Add(name, number);
            int place = 0;
            while (place < _nameOrder.Count && _names[_nameOrder[place]].Utf8.AsSpan().SequenceCompareTo(utf8) < 0)
            {
                place++;
            }

            _nameOrder.Insert(place, number);
        }

        return number;
    }

    private void Store(int id, ReadOnlySpan<int> pairs)
    {
        if (_pages.Count == 0 || PageInts - _pageUsed < pairs.Length + 1)
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

    private void Remember(ReadOnlySpan<int> pairs)
    {
        if (_lastPairs.Length < pairs.Length)
        {
            _lastPairs = new int[2 * pairs.Length];
        }

        _lastPairs.AsSpan().Fill(-1);
        pairs.CopyTo(_lastPairs);
    }

    private ReadOnlySpan<int> PairsOf(int id)
    {
        uint place = _series[id];
        int[] page = _pages[(int)(place >> 16)];
        int at = (int)(place & 0xFFFF);
        return page.AsSpan(at + 1, page[at]);
    }

    private int CompareLabels(int left, int right)
    {
        ReadOnlySpan<int> l = PairsOf(left);
        ReadOnlySpan<int> r = PairsOf(right);
        int shared = Math.Min(l.Length, r.Length);
        for (int i = 0; i < shared; i++)
        {
            if (l[i] != r[i])
            {
                int order = _names[_pairs.NameOf(l[i])].Utf8.AsSpan().SequenceCompareTo(_names[_pairs.NameOf(r[i])].Utf8);
                return order != 0 ? order : _pairs.Value(l[i]).SequenceCompareTo(_pairs.Value(r[i]));
            }
        }

        return l.Length - r.Length;
    }
}
