namespace Plimsoll.Series.Blocks;

/// <summary>Many short texts in UTF-8, in one array.</summary>
internal sealed class TextList(int capacity = 16)
{
    private readonly ByteWriter _bytes = new(16 * Math.Max(4, Math.Min(capacity, 1 << 16)));
    private int[] _ends = new int[Math.Max(4, capacity)];

    public int Count { get; private set; }

    public ReadOnlySpan<byte> this[int index] => _bytes.Written[(index == 0 ? 0 : _ends[index - 1]).._ends[index]];

    public void Add(ReadOnlySpan<byte> text)
    {
        if (Count == _ends.Length)
        {
            Array.Resize(ref _ends, 2 * Count);
        }

        _bytes.Bytes(text);
        _ends[Count++] = _bytes.Length;
    }

    /// <summary>Where a text is among texts that ascend; the complement of where it would be when it is not there.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        int low = 0;
        int high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = this[middle].SequenceCompareTo(text);
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
