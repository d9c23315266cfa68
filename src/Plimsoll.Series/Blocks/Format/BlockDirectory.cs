using System.Text.Unicode;

namespace Plimsoll.Series.Blocks;

/// <summary>
/// The end of a block, read when it is opened: what the block is, where its pages lie, and the tables that are as small as
/// the number of label names and metrics.
/// </summary>
internal sealed class BlockDirectory
{
    private const int MaxEntries = 1 << 24;

    public required BlockMeta Meta { get; init; }

    /// <summary>Label names, ascending.</summary>
    public required TextList Names { get; init; }

    /// <summary>For each name the number of its first value; one more entry says where the last ends.</summary>
    public required int[] FirstValue { get; init; }

    /// <summary>The names of each shape of label sets, one after the other.</summary>
    public required int[] ShapeNames { get; init; }

    /// <summary>Where each shape begins within <see cref="ShapeNames"/>, and where the last ends.</summary>
    public required int[] ShapeStarts { get; init; }

    /// <summary>For each metric the number of its name among all values; -1 stands for a series without a name.</summary>
    public required int[] Metrics { get; init; }

    public required PageTable Values { get; init; }

    public required PageTable Postings { get; init; }

    public required PageTable Targets { get; init; }

    public required PageTable TargetSeries { get; init; }

    public required PageTable Series { get; init; }

    public void Write(ByteWriter to)
    {
        WriteMeta(to);
        to.Varint((ulong)Names.Count);
        for (int i = 0; i < Names.Count; i++)
        {
            to.Varint((ulong)Names[i].Length);
            to.Bytes(Names[i]);
            to.Varint((ulong)(FirstValue[i + 1] - FirstValue[i]));
        }

        to.Varint((ulong)(ShapeStarts.Length - 1));
        for (int i = 0; i + 1 < ShapeStarts.Length; i++)
        {
            to.Varint((ulong)(ShapeStarts[i + 1] - ShapeStarts[i]));
            foreach (int name in ShapeNames.AsSpan()[ShapeStarts[i]..ShapeStarts[i + 1]])
            {
                to.Varint((ulong)name);
            }
        }

        to.Varint((ulong)Metrics.Length);
        int before = 0;
        foreach (int metric in Metrics)
        {
            to.Zigzag(metric - before);
            before = metric;
        }

        Values.Write(to);
        Postings.Write(to);
        Targets.Write(to);
        TargetSeries.Write(to);
        Series.Write(to);
    }

    /// <exception cref="InvalidDataException">The bytes are no directory.</exception>
    public static BlockDirectory Read(ReadOnlySpan<byte> bytes, TenantId tenant, ulong number, long directoryOffset)
    {
        ByteReader from = new(bytes);
        BlockMeta meta = ReadMeta(ref from, tenant, number);

        int nameCount = from.Count(bytesEach: 2);
        TextList names = new(nameCount);
        int[] firstValue = new int[nameCount + 1];
        for (int i = 0; i < nameCount; i++)
        {
            ReadOnlySpan<byte> name = from.Bytes(from.Count());
            if (name.IsEmpty || !Utf8.IsValid(name) || (i > 0 && names[i - 1].SequenceCompareTo(name) >= 0))
            {
                throw new InvalidDataException("the label names are no texts in order");
            }

            names.Add(name);
            firstValue[i + 1] = checked(firstValue[i] + (int)Math.Min(from.Varint(), int.MaxValue));
        }

        (int[] shapeNames, int[] shapeStarts) = ReadShapes(ref from, names);

        int metricName = names.Find("__name__"u8);
        int[] metrics = new int[from.Count()];
        long before = 0;
        for (int i = 0; i < metrics.Length; i++)
        {
            before = unchecked(before + from.Zigzag());
            bool isOne = before == -1 || (metricName >= 0 && before >= firstValue[metricName] && before < firstValue[metricName + 1]);
            metrics[i] = isOne ? (int)before : throw new InvalidDataException("a metric's name is none of the values");
        }

        BlockDirectory directory = new()
        {
            Meta = meta,
            Names = names,
            FirstValue = firstValue,
            ShapeNames = shapeNames,
            ShapeStarts = shapeStarts,
            Metrics = metrics,
            Values = PageTable.Read(ref from, directoryOffset),
            Postings = PageTable.Read(ref from, directoryOffset),
            Targets = PageTable.Read(ref from, directoryOffset),
            TargetSeries = PageTable.Read(ref from, directoryOffset),
            Series = PageTable.Read(ref from, directoryOffset),
        };
        if (from.Remaining > 0 || directory.Values.Records != firstValue[^1] || directory.Postings.Records != firstValue[^1]
            || directory.Targets.Records != directory.TargetSeries.Records || directory.Series.Records != meta.Series)
        {
            throw new InvalidDataException("the sections of the index do not fit each other");
        }

        return directory;
    }

    private static (int[] Names, int[] Starts) ReadShapes(ref ByteReader from, TextList labels)
    {
        int metricName = labels.Find("__name__"u8);
        int[] starts = new int[from.Count() + 1];
        List<int> names = [];
        for (int i = 0; i + 1 < starts.Length; i++)
        {
            int length = from.Count();
            int before = -1;
            for (int n = 0; n < length; n++)
            {
                ulong name = from.Varint();
                if (name >= (ulong)labels.Count || (int)name <= before || (int)name == metricName)
                {
                    throw new InvalidDataException("a shape names an unknown label, or names are out of order");
                }

                before = (int)name;
                names.Add(before);
            }

            starts[i + 1] = names.Count <= MaxEntries ? names.Count : throw new InvalidDataException("there are too many shapes");
        }

        return ([.. names], starts);
    }

    private void WriteMeta(ByteWriter to)
    {
        to.Varint(Meta.Order);
        to.Varint((ulong)Meta.Level);
        to.Zigzag(Meta.MinMs);
        to.Zigzag(Meta.MaxMs);
        to.Varint((ulong)Meta.Series);
        to.Varint((ulong)Meta.Chunks);
        to.Varint((ulong)Meta.Samples);
        to.Varint((ulong)Meta.IndexBytes);
        to.Byte(Meta.IsRepair ? (byte)1 : (byte)0);
        to.Varint((ulong)Meta.SealedLogs.Count);
        foreach (SealedLog log in Meta.SealedLogs)
        {
            to.Zigzag(log.ThroughMs);
            to.Varint(log.Segment);
            to.Varint((ulong)log.Offset);
        }

        to.Varint((ulong)Meta.Inputs.Count);
        foreach (ulong input in Meta.Inputs)
        {
            to.Varint(input);
        }
    }

    private static BlockMeta ReadMeta(ref ByteReader from, TenantId tenant, ulong number)
    {
        ulong order = from.Varint();
        int level = (int)Math.Min(from.Varint(), 64);
        long minMs = from.Zigzag();
        long maxMs = from.Zigzag();
        ulong series = from.Varint();
        ulong chunks = from.Varint();
        ulong samples = from.Varint();
        ulong indexBytes = from.Varint();
        bool isRepair = from.Byte() != 0;
        if (minMs > maxMs || series > int.MaxValue || chunks > int.MaxValue || samples > long.MaxValue || indexBytes > long.MaxValue || order > number)
        {
            throw new InvalidDataException("the block's description makes no sense");
        }

        SealedLog[] logs = new SealedLog[from.Count(bytesEach: 3)];
        for (int i = 0; i < logs.Length; i++)
        {
            logs[i] = new SealedLog(from.Zigzag(), from.Varint(), (long)Math.Min(from.Varint(), long.MaxValue));
        }

        ulong[] inputs = new ulong[from.Count()];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = from.Varint();
        }

        return new BlockMeta
        {
            Tenant = tenant,
            Number = number,
            Order = order,
            Level = level,
            MinMs = minMs,
            MaxMs = maxMs,
            Series = (int)series,
            Chunks = (int)chunks,
            Samples = (long)samples,
            IndexBytes = (long)indexBytes,
            IsRepair = isRepair,
            SealedLogs = logs,
            Inputs = inputs,
        };
    }
}
