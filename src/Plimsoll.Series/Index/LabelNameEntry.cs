using System.Text;

namespace Plimsoll.Series.Index;

/// <summary>One label name of a head: its pairs as they came, and, when asked for, in the order of their values.</summary>
internal sealed class LabelNameEntry(byte[] utf8)
{
    private readonly List<int> _pairs = [];
    private readonly Lock _gate = new();
    private volatile ValueOrder _order = ValueOrder.Empty;

    public byte[] Utf8 { get; } = utf8;

    public string Name { get; } = Encoding.UTF8.GetString(utf8);

    public int Count => _pairs.Count;

    /// <returns>The pair's place among those of this name, in order of coming.</returns>
    public int Add(int pair)
    {
        _pairs.Add(pair);
        return _pairs.Count - 1;
    }

    /// <summary>The pairs ascending by value. Several readers may ask at once.</summary>
    public ValueOrder Sorted(PairTable pairs)
    {
        ValueOrder order = _order;
        if (order.Count == _pairs.Count)
        {
            return order;
        }

        lock (_gate)
        {
            return _order.Count == _pairs.Count ? _order : _order = ValueOrder.Extend(_order, _pairs, pairs);
        }
    }
}
