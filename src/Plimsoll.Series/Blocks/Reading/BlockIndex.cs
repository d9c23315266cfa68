using System.Numerics;
using System.Text;
using Plimsoll.Series.Encodings;
using Plimsoll.Series.Index;

namespace Plimsoll.Series.Blocks;

/// <summary>
/// The index of one block, read page by page as it is asked. Ids are the series' places in the order of labels. Safe for
/// several threads.
/// </summary>
/// <remarks>
/// A label set is a list of value numbers here: values are numbered by name and then by text, so that to compare the numbers is
/// to compare the labels. Damage of a page is a <see cref="BlockDamageException"/> to whoever needs it; the others go on.
/// </remarks>
internal sealed partial class BlockIndex : ILabelIndex
{
    private const int LabelsOnStack = 64;

    private readonly Block _block;
    private readonly BlockDirectory _directory;
    private readonly ValueTable _values;
    private readonly RecordReader _postings;
    private readonly RecordReader _targets;
    private readonly RecordReader _targetSeries;
    private readonly string?[] _names;
    private readonly int _metricName;
    private SeriesPage? _recent;

    public BlockIndex(Block block)
    {
        _block = block;
        _directory = block.Directory;
        _values = new ValueTable(block);
        _postings = new RecordReader(block, _directory.Postings, "postings");
        _targets = new RecordReader(block, _directory.Targets, "targets");
        _targetSeries = new RecordReader(block, _directory.TargetSeries, "targets' series");
        _names = new string?[_directory.Names.Count];
        _metricName = _directory.Names.Find("__name__"u8);
    }

    /// <summary>Series; ids run from zero to below this.</summary>
    public int Count => _block.Meta.Series;

    public int NameCount => _directory.Names.Count;

    public string Name(int name) => _names[name] ??= Encoding.UTF8.GetString(_directory.Names[name]);

    /// <summary>The place of a label name among all; negative when no series has it.</summary>
    public int FindName(string name) => _directory.Names.Find(Encoding.UTF8.GetBytes(name));

    /// <summary>How many values a label has.</summary>
    public int ValueCount(int name) => _directory.FirstValue[name + 1] - _directory.FirstValue[name];

    /// <summary>A value of a label, by its place in ascending order.</summary>
    public string Value(int name, int value) => _values.String(_directory.FirstValue[name] + value);

    /// <summary>The place of a value among those of its label; the complement of where it would be when it is not there.</summary>
    public int FindValue(int name, ReadOnlySpan<byte> text)
    {
        int first = _directory.FirstValue[name];
        int found = _values.Find(first, _directory.FirstValue[name + 1], text);
        return found >= 0 ? found - first : ~(~found - first);
    }

    /// <summary>The ids of the series that have a value, ascending.</summary>
    public ReadOnlySpan<int> Postings(int name, int value)
    {
        int number = _directory.FirstValue[name] + value;
        return name == _metricName
            ? ReadPosting(_postings, number, Count)
            : SeriesOf(ReadPosting(_postings, number, _directory.Targets.Records));
    }

    /// <summary>The labels of a series. Equal texts are equal strings while they are in use.</summary>
    public LabelSet Labels(int id)
    {
        Span<int> names = stackalloc int[LabelsOnStack];
        Span<int> numbers = stackalloc int[LabelsOnStack];
        int count = Numbers(id, ref names, ref numbers);
        Label[] labels = new Label[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = new Label(Name(names[i]), _values.String(numbers[i]));
        }

        try
        {
            return LabelSet.FromSorted(labels);
        }
        catch (InvalidDataException invalid)
        {
            throw _block.Damage($"the labels of series {id} are none", invalid);
        }
    }

    /// <summary>Appends the labels of a series in canonical form.</summary>
    public void WriteLabels(int id, ByteWriter to)
    {
        Span<int> names = stackalloc int[LabelsOnStack];
        Span<int> numbers = stackalloc int[LabelsOnStack];
        int count = Numbers(id, ref names, ref numbers);
        for (int i = 0; i < count; i++)
        {
            SeriesLabels.Append(to, _directory.Names[names[i]], _values.Text(numbers[i]));
        }
    }

    /// <summary>The place of a series' value among those of a label; -1 when it has none.</summary>
    public int ValueOf(int id, int name)
    {
        Span<int> names = stackalloc int[LabelsOnStack];
        Span<int> numbers = stackalloc int[LabelsOnStack];
        int count = Numbers(id, ref names, ref numbers);
        int at = names[..count].IndexOf(name);
        return at < 0 ? -1 : numbers[at] - _directory.FirstValue[name];
    }

    /// <summary>Adds the chunks of a series that overlap a range, oldest first.</summary>
    public void Chunks(int id, TimeRange range, List<ChunkRef> to)
    {
        SeriesPage page = PageOf(id);
        (int from, int end) = page.ChunksOf(id - page.First);
        for (int place = from; place < end; place++)
        {
            ChunkRef chunk = page.Chunk(place);
            if (range.Overlaps(chunk.MinMs, chunk.MaxMs))
            {
                to.Add(chunk);
            }
        }
    }

    /// <summary>What a chunk's samples amount to, without reading it. Of histograms only that they are there.</summary>
    public ChunkStatistics Statistics(in ChunkRef chunk)
    {
        try
        {
            return Page(chunk.Page).Statistics(chunk.Place);
        }
        catch (InvalidDataException invalid)
        {
            throw _block.Damage($"statistics in page {chunk.Page} make no sense", invalid);
        }
    }

    /// <summary>The numbers of the names and values of a series' labels, in the order of names.</summary>
    private int Numbers(int id, scoped ref Span<int> names, scoped ref Span<int> numbers)
    {
        SeriesPage page = PageOf(id);
        int place = id - page.First;
        int metric = _directory.Metrics[page.Metric(place)];
        ReadOnlySpan<byte> record = _targets[page.Target(place)];
        try
        {
            ByteReader from = new(record);
            ReadOnlySpan<int> shape = ShapeNames(ref from);
            if (shape.Length + 1 > names.Length)
            {
                names = new int[shape.Length + 1];
                numbers = new int[shape.Length + 1];
            }

            int count = 0;
            foreach (int name in shape)
            {
                if (metric >= 0 && name > _metricName)
                {
                    (names[count], numbers[count++]) = (_metricName, metric);
                    metric = -1;
                }

                (names[count], numbers[count++]) = (name, ValueNumber(name, from.Varint()));
            }

            if (metric >= 0)
            {
                (names[count], numbers[count++]) = (_metricName, metric);
            }

            return count > 0 && from.Remaining == 0 ? count : throw new InvalidDataException("there are none, or more than its shape has");
        }
        catch (InvalidDataException invalid)
        {
            throw _block.Damage($"the labels of series {id} make no sense", invalid);
        }
    }

    private SeriesPage PageOf(int id)
    {
        SeriesPage? recent = _recent;
        return recent is not null && (uint)(id - recent.First) < (uint)recent.Series ? recent : Page(_directory.Series.PageOf(id));
    }

    private SeriesPage Page(int number)
    {
        PageTable table = _directory.Series;
        long offset = table.Offset(number);
        SeriesPage? page = _block.Cached<SeriesPage>(offset);
        if (page is null)
        {
            byte[] bytes = _block.ReadPiece(offset, table.Length(number), "the page of series");
            try
            {
                page = new SeriesPage(bytes, number, _directory);
            }
            catch (Exception invalid) when (invalid is InvalidDataException or OverflowException)
            {
                throw _block.Damage($"the page of series at {offset} makes no sense", invalid);
            }

            _block.Cache(offset, page, page.Cost);
        }

        _recent = page;
        return page;
    }

    private ReadOnlySpan<int> ShapeNames(ref ByteReader from)
    {
        ulong shape = from.Varint();
        return shape < (ulong)(_directory.ShapeStarts.Length - 1)
            ? _directory.ShapeNames.AsSpan()[_directory.ShapeStarts[(int)shape].._directory.ShapeStarts[(int)shape + 1]]
            : throw new InvalidDataException("a target has an unknown shape");
    }

    private int ValueNumber(int name, ulong value) =>
        value < (ulong)ValueCount(name) ? _directory.FirstValue[name] + (int)value : throw new InvalidDataException("a target has an unknown value");

    private int[] ReadPosting(RecordReader records, int record, int limit)
    {
        ReadOnlySpan<byte> bytes = records[record];
        try
        {
            int[] ids = new int[PostingCode.Count(bytes, limit)];
            PostingCode.Read(bytes, limit, ids);
            return ids;
        }
        catch (InvalidDataException invalid)
        {
            throw _block.Damage($"the posting list {record} makes no sense", invalid);
        }
    }

    private int[] SeriesOf(int[] targets)
    {
        if (targets.Length == 1)
        {
            return ReadPosting(_targetSeries, targets[0], Count);
        }

        ulong[] marks = new ulong[(Count + 63) / 64];
        int[] scratch = new int[64];
        int total = 0;
        foreach (int target in targets)
        {
            int read = ReadPosting(target, ref scratch);
            foreach (int id in scratch.AsSpan(0, read))
            {
                marks[id >> 6] |= 1UL << (id & 63);
            }

            total += read;
        }

        int[] ids = new int[total];
        int found = 0;
        for (int i = 0; i < marks.Length; i++)
        {
            for (ulong left = marks[i]; left != 0 && found < total; left &= left - 1)
            {
                ids[found++] = (64 * i) + BitOperations.TrailingZeroCount(left);
            }
        }

        return found == total ? ids : throw _block.Damage("a series is listed under two targets");
    }

    private int ReadPosting(int target, ref int[] scratch)
    {
        ReadOnlySpan<byte> bytes = _targetSeries[target];
        try
        {
            int count = PostingCode.Count(bytes, Count);
            if (count > scratch.Length)
            {
                scratch = new int[2 * count];
            }

            return PostingCode.Read(bytes, Count, scratch);
        }
        catch (InvalidDataException invalid)
        {
            throw _block.Damage($"the series of target {target} make no sense", invalid);
        }
    }
}
