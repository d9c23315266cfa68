namespace Plimsoll.Series.Blocks;

/// <summary>Looks up one series by all of its labels.</summary>
internal sealed partial class BlockIndex
{
    private const int FewTargets = 16;

    /// <summary>The id of the series with exactly these labels, in canonical form; -1 when the block has none.</summary>
    public int Find(ReadOnlySpan<byte> canonicalLabels)
    {
        List<int> wanted = [];
        foreach (LabelBytes.LabelSpans label in LabelBytes.Enumerate(canonicalLabels))
        {
            int name = _directory.Names.Find(label.Name);
            int value = name < 0 ? -1 : FindValue(name, label.Value);
            if (value < 0)
            {
                return -1;
            }

            wanted.Add(_directory.FirstValue[name] + value);
        }

        return FindAmong(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(wanted));
    }

    // Over the series of the metric alone where they stand together: by a target that few series share, or by halves.
    private int FindAmong(ReadOnlySpan<int> wanted)
    {
        int low = 0;
        int high = Count - 1;
        if (_metricName == 0 && wanted.Length > 0 && wanted[0] < _directory.FirstValue[1])
        {
            (low, high) = RunOf(wanted[0]);
        }

        return RarestTargets(wanted) is { } targets ? FindByTargets(targets, wanted, low, high) : FindByHalves(wanted, low, high);
    }

    // The targets with that value of those wanted that the fewest have; null when even these are many.
    private int[]? RarestTargets(ReadOnlySpan<int> wanted)
    {
        int rarest = -1;
        int fewest = FewTargets + 1;
        foreach (int value in wanted)
        {
            if (_metricName >= 0 && value >= _directory.FirstValue[_metricName] && value < _directory.FirstValue[_metricName + 1])
            {
                continue;
            }

            int count = CountPosting(value);
            if (count < fewest)
            {
                (rarest, fewest) = (value, count);
            }
        }

        return rarest < 0 ? null : ReadPosting(_postings, rarest, _directory.Targets.Records);
    }

    private int FindByTargets(int[] targets, ReadOnlySpan<int> wanted, int low, int high)
    {
        Span<int> names = stackalloc int[LabelsOnStack];
        Span<int> numbers = stackalloc int[LabelsOnStack];
        foreach (int target in targets)
        {
            foreach (int id in ReadPosting(_targetSeries, target, Count))
            {
                if (id >= low && id <= high)
                {
                    int count = Numbers(id, ref names, ref numbers);
                    if (numbers[..count].SequenceEqual(wanted))
                    {
                        return id;
                    }
                }
            }
        }

        return -1;
    }

    private int FindByHalves(ReadOnlySpan<int> wanted, int low, int high)
    {
        Span<int> names = stackalloc int[LabelsOnStack];
        Span<int> numbers = stackalloc int[LabelsOnStack];
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int count = Numbers(middle, ref names, ref numbers);
            int order = numbers[..count].SequenceCompareTo(wanted);
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

        return -1;
    }

    // Where no label sorts before __name__, the series of a metric stand together.
    private (int First, int Last) RunOf(int metric)
    {
        try
        {
            ReadOnlySpan<byte> posting = _postings[metric];
            ByteReader from = new(posting);
            from.Byte();
            ulong first = from.Varint();
            int count = PostingCode.Count(posting, Count);
            return ((int)first, (int)first + count - 1);
        }
        catch (InvalidDataException invalid)
        {
            throw _block.Damage($"the posting list {metric} makes no sense", invalid);
        }
    }

    private int CountPosting(int value)
    {
        ReadOnlySpan<byte> bytes = _postings[value];
        try
        {
            return PostingCode.Count(bytes, _directory.Targets.Records);
        }
        catch (InvalidDataException invalid)
        {
            throw _block.Damage($"the posting list {value} makes no sense", invalid);
        }
    }
}
