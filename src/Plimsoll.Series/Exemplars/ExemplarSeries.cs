using Plimsoll.Series.Head;

namespace Plimsoll.Series.Exemplars;

/// <summary>The label sets of the series that have exemplars, each once, with how many exemplars use it.</summary>
internal sealed class ExemplarSeries
{
    private readonly Dictionary<SeriesHash, int> _numbers = [];
    private readonly Stack<int> _free = new();
    private readonly List<Entry> _entries = [];

    public int Count => _numbers.Count;

    /// <summary>Bytes of label sets held.</summary>
    public long Bytes { get; private set; }

    /// <summary>One past the largest number in use.</summary>
    public int Limit => _entries.Count;

    public byte[] Labels(int number) => _entries[number].Labels;

    public bool IsUsed(int number) => _entries[number].Uses > 0;

    /// <summary>The number of a series, with one more use.</summary>
    public int Take(ReadOnlySpan<byte> labels)
    {
        SeriesHash hash = SeriesHash.Of(labels);
        if (_numbers.TryGetValue(hash, out int number))
        {
            _entries[number] = _entries[number] with { Uses = _entries[number].Uses + 1 };
            return number;
        }

        Entry entry = new(labels.ToArray(), hash, 1);
        Bytes += labels.Length;
        if (_free.TryPop(out number))
        {
            _entries[number] = entry;
        }
        else
        {
            number = _entries.Count;
            _entries.Add(entry);
        }

        _numbers.Add(hash, number);
        return number;
    }

    public void Return(int number)
    {
        Entry entry = _entries[number];
        if (entry.Uses > 1)
        {
            _entries[number] = entry with { Uses = entry.Uses - 1 };
            return;
        }

        _numbers.Remove(entry.Hash);
        Bytes -= entry.Labels.Length;
        _entries[number] = new Entry([], default, 0);
        _free.Push(number);
    }

    private readonly record struct Entry(byte[] Labels, SeriesHash Hash, int Uses);
}
