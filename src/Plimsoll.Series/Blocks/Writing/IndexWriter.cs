using System.Runtime.InteropServices;

namespace Plimsoll.Series.Blocks;

/// <summary>Writes the index over a block's series when all are known: values, postings, targets, and the directory.</summary>
internal sealed class IndexWriter(BlockSink sink, TargetTable targets, List<int> metrics)
{
    private readonly ByteWriter _record = new();
    private readonly PageTable _valueTable = new();
    private readonly PageTable _postingTable = new();
    private readonly PageTable _targetTable = new();
    private readonly PageTable _targetSeriesTable = new();
    private int[] _nameOrder = [];
    private int[] _valueOrder = [];
    private int[] _valueRank = [];
    private int[] _firstValue = [];
    private int[] _nameRank = [];

    /// <param name="metricOf">For each series the number of its metric.</param>
    /// <param name="targetOf">For each series the number of its target.</param>
    public BlockDirectory Write(PageTable series, ReadOnlySpan<int> metricOf, ReadOnlySpan<int> targetOf, BlockMeta meta, long dataBytes)
    {
        Rank();
        WriteValues();
        WritePostings(metricOf);
        WriteTargets();
        WriteTargetSeries(targetOf);
        return Directory(series, meta, dataBytes);
    }

    // Names by their text, values by name and then text.
    private void Rank()
    {
        TextTable names = targets.Names;
        TextTable values = targets.Values;
        _nameOrder = Numbers(names.Count);
        Sort(_nameOrder, (a, b) => names.Text(a).SequenceCompareTo(names.Text(b)));
        _nameRank = Inverse(_nameOrder);
        int[] nameRank = _nameRank;
        _valueOrder = Numbers(values.Count);
        Sort(_valueOrder, (a, b) =>
        {
            int order = nameRank[values.Prefix(a)] - nameRank[values.Prefix(b)];
            return order != 0 ? order : values.Text(a).SequenceCompareTo(values.Text(b));
        });
        _valueRank = Inverse(_valueOrder);
        _firstValue = new int[names.Count + 1];
        foreach (int value in _valueOrder)
        {
            _firstValue[_nameRank[values.Prefix(value)] + 1]++;
        }

        for (int i = 0; i < names.Count; i++)
        {
            _firstValue[i + 1] += _firstValue[i];
        }
    }

    private void WriteValues()
    {
        RecordPageWriter pages = new(sink, _valueTable);
        int before = -1;
        foreach (int value in _valueOrder)
        {
            ReadOnlySpan<byte> text = targets.Values.Text(value);
            int shared = pages.IsAtStop ? 0 : targets.Values.Text(before).CommonPrefixLength(text);
            _record.Clear();
            _record.Varint((ulong)shared);
            _record.Bytes(text[shared..]);
            pages.Add(_record.Written);
            before = value;
        }

        pages.Close();
    }

    // A metric's name leads to series, any other value to targets.
    private void WritePostings(ReadOnlySpan<int> metricOf)
    {
        int[] starts = new int[targets.Values.Count + 1];
        for (int target = 0; target < targets.Count; target++)
        {
            foreach (int value in targets.ValuesOf(target))
            {
                starts[_valueRank[value] + 1]++;
            }
        }

        foreach (int metric in metricOf)
        {
            if (metrics[metric] >= 0)
            {
                starts[_valueRank[metrics[metric]] + 1]++;
            }
        }

        for (int i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        int[] next = starts[..^1];
        int[] ids = new int[starts[^1]];
        for (int target = 0; target < targets.Count; target++)
        {
            foreach (int value in targets.ValuesOf(target))
            {
                ids[next[_valueRank[value]]++] = target;
            }
        }

        for (int series = 0; series < metricOf.Length; series++)
        {
            int metric = metrics[metricOf[series]];
            if (metric >= 0)
            {
                ids[next[_valueRank[metric]]++] = series;
            }
        }

        RecordPageWriter pages = new(sink, _postingTable);
        for (int value = 0; value + 1 < starts.Length; value++)
        {
            _record.Clear();
            PostingCode.Write(_record, ids.AsSpan()[starts[value]..starts[value + 1]]);
            pages.Add(_record.Written);
        }

        pages.Close();
    }

    private void WriteTargets()
    {
        RecordPageWriter pages = new(sink, _targetTable);
        for (int target = 0; target < targets.Count; target++)
        {
            _record.Clear();
            _record.Varint((ulong)targets.ShapeOf(target));
            foreach (int value in targets.ValuesOf(target))
            {
                int name = _nameRank[targets.Values.Prefix(value)];
                _record.Varint((ulong)(_valueRank[value] - _firstValue[name]));
            }

            pages.Add(_record.Written);
        }

        pages.Close();
    }

    private void WriteTargetSeries(ReadOnlySpan<int> targetOf)
    {
        int[] starts = new int[targets.Count + 1];
        foreach (int target in targetOf)
        {
            starts[target + 1]++;
        }

        for (int i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        int[] next = starts[..^1];
        int[] ids = new int[targetOf.Length];
        for (int series = 0; series < targetOf.Length; series++)
        {
            ids[next[targetOf[series]]++] = series;
        }

        RecordPageWriter pages = new(sink, _targetSeriesTable);
        for (int target = 0; target < targets.Count; target++)
        {
            _record.Clear();
            PostingCode.Write(_record, ids.AsSpan()[starts[target]..starts[target + 1]]);
            pages.Add(_record.Written);
        }

        pages.Close();
    }

    private BlockDirectory Directory(PageTable series, BlockMeta meta, long dataBytes)
    {
        TextList names = new(targets.Names.Count);
        foreach (int name in _nameOrder)
        {
            names.Add(targets.Names.Text(name));
        }

        List<int> shapeNames = [];
        int[] shapeStarts = new int[targets.Shapes.Count + 1];
        for (int shape = 0; shape < targets.Shapes.Count; shape++)
        {
            foreach (int name in MemoryMarshal.Cast<byte, int>(targets.Shapes.Text(shape)))
            {
                shapeNames.Add(_nameRank[name]);
            }

            shapeStarts[shape + 1] = shapeNames.Count;
        }

        return new BlockDirectory
        {
            Meta = meta with { IndexBytes = sink.Position - dataBytes },
            Names = names,
            FirstValue = _firstValue,
            ShapeNames = [.. shapeNames],
            ShapeStarts = shapeStarts,
            Metrics = [.. metrics.Select(metric => metric < 0 ? -1 : _valueRank[metric])],
            Values = _valueTable,
            Postings = _postingTable,
            Targets = _targetTable,
            TargetSeries = _targetSeriesTable,
            Series = series,
        };
    }

    private static int[] Numbers(int count)
    {
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = i;
        }

        return numbers;
    }

    private static int[] Inverse(int[] order)
    {
        int[] inverse = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            inverse[order[i]] = i;
        }

        return inverse;
    }

    private static void Sort(int[] numbers, Comparison<int> comparison)
    {
        // Series come sorted, so texts often do too.
        for (int i = 1; i < numbers.Length; i++)
        {
            if (comparison(numbers[i - 1], numbers[i]) > 0)
            {
                numbers.AsSpan().Sort(comparison);
                return;
            }
        }
    }
}
