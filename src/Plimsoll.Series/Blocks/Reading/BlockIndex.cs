using System.Text;
using Plimsoll.Series.Encodings;
using Plimsoll.Series.Index;

namespace Plimsoll.Series.Blocks;

/// <summary>
/// The index of one block, read page by page as it is asked. Ids are the series' places in the order of labels. Safe for
/// several threads.
/// </summary>
/// <remarks>Damage of a page is a <see cref="BlockDamageException"/> to whoever needs that page; the others go on.</remarks>
internal sealed class BlockIndex(Block block) : ILabelIndex
{
    private BlockDirectory Directory => block.Directory;

    /// <summary>Series; ids run from zero to below this.</summary>
    public int Count => block.Meta.Series;

    public int NameCount => Directory.Names.Count;

    public string Name(int name) => Encoding.UTF8.GetString(Directory.Names[name]);

    /// <summary>The place of a label name among all; negative when no series has it.</summary>
    public int FindName(string name) => Directory.Names.Find(Encoding.UTF8.GetBytes(name));

    /// <summary>How many values a label has.</summary>
    public int ValueCount(int name) => Directory.FirstValue[name + 1] - Directory.FirstValue[name];

    /// <summary>A value of a label, by its place in ascending order.</summary>
    public string Value(int name, int value) => Encoding.UTF8.GetString(ValueText(Directory.FirstValue[name] + value, new ByteWriter(64)));

    /// <summary>The place of a value among those of its label; the complement of where it would be when it is not there.</summary>
    public int FindValue(int name, ReadOnlySpan<byte> text)
    {
        ByteWriter scratch = new(64);
        int low = Directory.FirstValue[name];
        int high = Directory.FirstValue[name + 1] - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = ValueText(middle, scratch).SequenceCompareTo(text);
            if (order == 0)
            {
                return middle - Directory.FirstValue[name];
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

        return ~(low - Directory.FirstValue[name]);
    }

    /// <summary>The ids of the series that have a value, ascending.</summary>
    public ReadOnlySpan<int> Postings(int name, int value)
    {
        int number = Directory.FirstValue[name] + value;
        bool isMetric = Directory.Names[name].SequenceEqual("__name__"u8);
        int[] found = ReadPosting(Directory.Postings, number, isMetric ? Count : Directory.Targets.Records, "postings");
        return isMetric ? found : SeriesOf(found);
    }

    public LabelSet Labels(int id)
    {
        ByteWriter bytes = new(256);
        WriteLabels(id, bytes);
        try
        {
            return LabelBytes.ToLabelSet(bytes.Written);
        }
        catch (InvalidDataException invalid)
        {
            throw block.Damage($"the labels of series {id} are none", invalid);
        }
    }

    /// <summary>Appends the labels of a series in canonical form.</summary>
    public void WriteLabels(int id, ByteWriter to)
    {
        SeriesPage page = PageOf(id, out int number);
        int place = id - Directory.Series.First(number);
        int metric = Directory.Metrics[page.Metric(place)];
        ByteWriter scratch = new(128);
        ReadOnlySpan<byte> record = Record(Directory.Targets, page.Target(place), "targets");
        try
        {
            ByteReader from = new(record);
            ReadOnlySpan<int> names = ShapeNames(ref from);
            bool metricIsDue = metric >= 0;
            foreach (int name in names)
            {
                int value = ValueNumber(name, from.Varint());
                ReadOnlySpan<byte> nameText = Directory.Names[name];
                if (metricIsDue && nameText.SequenceCompareTo("__name__"u8) > 0)
                {
                    SeriesLabels.Append(to, "__name__"u8, ValueText(metric, scratch));
                    metricIsDue = false;
                }

                SeriesLabels.Append(to, nameText, ValueText(value, scratch));
            }

            if (metricIsDue)
            {
                SeriesLabels.Append(to, "__name__"u8, ValueText(metric, scratch));
            }
        }
        catch (InvalidDataException invalid)
        {
            throw block.Damage($"the labels of series {id} make no sense", invalid);
        }
    }

    /// <summary>The place of a series' value among those of a label; -1 when it has none.</summary>
    public int ValueOf(int id, int name)
    {
        SeriesPage page = PageOf(id, out int number);
        int place = id - Directory.Series.First(number);
        if (Directory.Names[name].SequenceEqual("__name__"u8))
        {
            int metric = Directory.Metrics[page.Metric(place)];
            return metric < 0 ? -1 : metric - Directory.FirstValue[name];
        }

        ReadOnlySpan<byte> record = Record(Directory.Targets, page.Target(place), "targets");
        try
        {
            ByteReader from = new(record);
            foreach (int one in ShapeNames(ref from))
            {
                int value = ValueNumber(one, from.Varint());
                if (one == name)
                {
                    return value - Directory.FirstValue[name];
                }
            }

            return -1;
        }
        catch (InvalidDataException invalid)
        {
            throw block.Damage($"the labels of series {id} make no sense", invalid);
        }
    }

    /// <summary>The id of the series with exactly these labels, in canonical form; -1 when the block has none.</summary>
    public int Find(ReadOnlySpan<byte> canonicalLabels)
    {
        ByteWriter labels = new(256);
        int low = 0;
        int high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            labels.Clear();
            WriteLabels(middle, labels);
            int order = LabelBytes.Compare(labels.Written, canonicalLabels);
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

    /// <summary>Adds the chunks of a series that overlap a range, oldest first.</summary>
    public void Chunks(int id, TimeRange range, List<ChunkRef> to)
    {
        SeriesPage page = PageOf(id, out int number);
        (int from, int end) = page.ChunksOf(id - Directory.Series.First(number));
        for (int place = from; place < end; place++)
        {
            ChunkRef chunk = page.Chunk(number, place);
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
            throw block.Damage($"statistics in page {chunk.Page} make no sense", invalid);
        }
    }

    /// <summary>The page of series with a number; pages follow each other in the order of ids.</summary>
    internal SeriesPage Page(int number)
    {
        PageTable table = Directory.Series;
        long offset = table.Offset(number);
        SeriesPage? page = block.Cached<SeriesPage>(offset);
        if (page is not null)
        {
            return page;
        }

        byte[] bytes = block.ReadPiece(offset, table.Length(number), "the page of series");
        try
        {
            page = new SeriesPage(bytes, table.Length(number), table.Count(number), Directory);
        }
        catch (Exception invalid) when (invalid is InvalidDataException or OverflowException)
        {
            throw block.Damage($"the page of series at {offset} makes no sense", invalid);
        }

        block.Cache(offset, page, page.Cost);
        return page;
    }

    private SeriesPage PageOf(int id, out int number)
    {
        number = Directory.Series.PageOf(id);
        return Page(number);
    }

    private ReadOnlySpan<int> ShapeNames(ref ByteReader from)
    {
        ulong shape = from.Varint();
        return shape < (ulong)(Directory.ShapeStarts.Length - 1)
            ? Directory.ShapeNames.AsSpan()[Directory.ShapeStarts[(int)shape]..Directory.ShapeStarts[(int)shape + 1]]
            : throw new InvalidDataException("a target has an unknown shape");
    }

    private int ValueNumber(int name, ulong value) =>
        value < (ulong)ValueCount(name) ? Directory.FirstValue[name] + (int)value : throw new InvalidDataException("a target has an unknown value");

    private byte[] PageBytes(PageTable table, int page, string what)
    {
        long offset = table.Offset(page);
        byte[]? bytes = block.Cached<byte[]>(offset);
        if (bytes is null)
        {
            bytes = block.ReadPiece(offset, table.Length(page), $"a page of {what}");
            block.Cache(offset, bytes, bytes.Length);
        }

        return bytes;
    }

    private ReadOnlySpan<byte> Record(PageTable table, int record, string what)
    {
        int page = table.PageOf(record);
        byte[] bytes = PageBytes(table, page, what);
        try
        {
            return RecordPage.Record(bytes.AsSpan(0, table.Length(page)), table.Count(page), record - table.First(page));
        }
        catch (InvalidDataException invalid)
        {
            throw block.Damage($"the page of {what} at {table.Offset(page)} makes no sense", invalid);
        }
    }

    // Values are told by what differs from the one before, from the last stop on.
    private ReadOnlySpan<byte> ValueText(int value, ByteWriter scratch)
    {
        PageTable table = Directory.Values;
        int page = table.PageOf(value);
        byte[] bytes = PageBytes(table, page, "values");
        int place = value - table.First(page);
        scratch.Clear();
        try
        {
            RecordWalk walk = RecordPage.Walk(bytes.AsSpan(0, table.Length(page)), table.Count(page), place);
            for (int i = place % RecordPage.Stride; i >= 0; i--)
            {
                ByteReader from = new(walk.Next());
                ulong shared = from.Varint();
                if (shared > (ulong)scratch.Length)
                {
                    throw new InvalidDataException("a value shares more than there is");
                }

                scratch.Truncate((int)shared);
                scratch.Bytes(from.Rest());
            }
        }
        catch (InvalidDataException invalid)
        {
            throw block.Damage($"the page of values at {table.Offset(page)} makes no sense", invalid);
        }

        return scratch.Written;
    }

    private int[] ReadPosting(PageTable table, int record, int limit, string what)
    {
        ReadOnlySpan<byte> bytes = Record(table, record, what);
        try
        {
            int[] ids = new int[PostingCode.Count(bytes, limit)];
            PostingCode.Read(bytes, limit, ids);
            return ids;
        }
        catch (InvalidDataException invalid)
        {
            throw block.Damage($"record {record} of {what} makes no sense", invalid);
        }
    }

    private int[] SeriesOf(int[] targets)
    {
        if (targets.Length == 1)
        {
            return ReadPosting(Directory.TargetSeries, targets[0], Count, "targets' series");
        }

        ulong[] marks = new ulong[(Count + 63) / 64];
        int total = 0;
        foreach (int target in targets)
        {
            foreach (int id in ReadPosting(Directory.TargetSeries, target, Count, "targets' series"))
            {
                marks[id >> 6] |= 1UL << (id & 63);
                total++;
            }
        }

        int[] ids = new int[total];
        int found = 0;
        for (int i = 0; i < marks.Length; i++)
        {
            for (ulong left = marks[i]; left != 0 && found < total; left &= left - 1)
            {
                ids[found++] = (64 * i) + System.Numerics.BitOperations.TrailingZeroCount(left);
            }
        }

        return found == total ? ids : throw block.Damage("a series is listed under two targets");
    }
}
