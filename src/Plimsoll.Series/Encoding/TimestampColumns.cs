namespace Plimsoll.Series.Encodings;

/// <summary>
/// The timestamps of a group's chunks, each column once. A chunk whose timestamps are a part of a longer column (the series began
/// later or ended earlier) refers to that part.
/// </summary>
internal sealed class TimestampColumns
{
    /// <summary>Count and length as varints, at most.</summary>
    private const int RoomForLengths = 5;

    private readonly List<(int From, int Count)> _columns = [];
    private readonly List<Reference> _references = [];
    private readonly List<int> _kept = [];
    private long[] _timestampsMs = [];
    private int _length;

    public int MaxBytes
    {
        get
        {
            int bytes = 8;
            foreach (int column in _kept)
            {
                bytes += 8 + TimestampColumn.MaxBytes(_columns[column].Count);
            }

            return bytes;
        }
    }

    /// <returns>A number to <see cref="Resolve"/> later: equal timestamps get equal numbers.</returns>
    public int Add(ReadOnlySpan<long> timestampsMs)
    {
        for (int i = _columns.Count - 1; i >= 0; i--)
        {
            if (Timestamps(i).SequenceEqual(timestampsMs))
            {
                return i;
            }
        }

        if (_timestampsMs.Length < _length + timestampsMs.Length)
        {
            Array.Resize(ref _timestampsMs, Math.Max(_timestampsMs.Length * 2, _length + timestampsMs.Length));
        }

        timestampsMs.CopyTo(_timestampsMs.AsSpan(_length));
        _columns.Add((_length, timestampsMs.Length));
        _length += timestampsMs.Length;
        return _columns.Count - 1;
    }

    /// <summary>Decides which columns are kept and which are parts of others; none may be added after that.</summary>
    public void Arrange()
    {
        int[] byLength = new int[_columns.Count];
        for (int i = 0; i < byLength.Length; i++)
        {
            byLength[i] = i;
            _references.Add(default);
        }

        Array.Sort(byLength, (one, other) =>
            _columns[one].Count != _columns[other].Count ? _columns[other].Count.CompareTo(_columns[one].Count) : one.CompareTo(other));
        foreach (int column in byLength)
        {
            _references[column] = PartOfKept(column);
        }
    }

    /// <summary>Which column of the header a number stands for; valid once arranged.</summary>
    public Reference Resolve(int column) => _references[column];

    public void Write(ref ByteSink header)
    {
        header.Varint((ulong)_kept.Count);
        long[] scratch = ArrayPool.Rent(Chunk.MaxSamples);
        foreach (int column in _kept)
        {
            ReadOnlySpan<long> timestampsMs = Timestamps(column);
            ByteSink sink = new(header.Rest[RoomForLengths..]);
            TimestampColumn.Write(timestampsMs, scratch, ref sink);
            ReadOnlySpan<byte> bytes = header.Rest.Slice(RoomForLengths, sink.Length);
            header.Varint((ulong)timestampsMs.Length);

            // The column moves up to them.
            header.Varint((ulong)bytes.Length);
            header.Bytes(bytes);
        }

        ArrayPool.Return(scratch);
    }

    public void Clear()
    {
        _columns.Clear();
        _references.Clear();
        _kept.Clear();
        _length = 0;
    }

    private static System.Buffers.ArrayPool<long> ArrayPool => System.Buffers.ArrayPool<long>.Shared;

    private Reference PartOfKept(int column)
    {
        ReadOnlySpan<long> timestampsMs = Timestamps(column);
        for (int i = 0; i < _kept.Count; i++)
        {
            ReadOnlySpan<long> longer = Timestamps(_kept[i]);
            int from = longer.BinarySearch(timestampsMs[0]);
            if (from >= 0 && from + timestampsMs.Length <= longer.Length && longer.Slice(from, timestampsMs.Length).SequenceEqual(timestampsMs))
            {
                return new Reference(i, from, timestampsMs.Length, longer.Length);
            }
        }

        _kept.Add(column);
        return new Reference(_kept.Count - 1, 0, timestampsMs.Length, timestampsMs.Length);
    }

    private ReadOnlySpan<long> Timestamps(int column) => _timestampsMs.AsSpan(_columns[column].From, _columns[column].Count);

    /// <param name="Column">Its number in the header.</param>
    /// <param name="From">The first timestamp of the part.</param>
    /// <param name="Count">How many there are in the part.</param>
    /// <param name="Of">How many there are in the column.</param>
    public readonly record struct Reference(int Column, int From, int Count, int Of)
    {
        public bool IsWhole => Count == Of;
    }
}
