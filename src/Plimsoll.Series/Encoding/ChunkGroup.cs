namespace Plimsoll.Series.Encodings;

/// <summary>The parsed header of a group of chunks: immutable, to be shared between threads and kept in a cache.</summary>
/// <remarks>
/// Like <see cref="Chunk"/> it carries no checksum: damaged bytes decode to as many samples as they state, or throw
/// <see cref="InvalidDataException"/>.
/// </remarks>
internal sealed class ChunkGroup
{
    internal const int Histograms = 1;
    internal const int Starts = 2;
    internal const int PartOfColumn = 4;

    private readonly byte[] _header;
    private readonly EntropyTable[] _tables;
    private readonly Column[] _columns;

    private ChunkGroup(byte[] header, EntropyTable[] tables, Column[] columns)
    {
        _header = header;
        _tables = tables;
        _columns = columns;
    }

    public static ChunkGroup Parse(ReadOnlySpan<byte> header)
    {
        ByteSource source = new(header);
        byte format = source.Byte();
        if (format != ChunkGroupEncoder.Format)
        {
            throw new InvalidDataException($"A group has the format {format}.");
        }

        EntropyTable[] tables = new EntropyTable[source.Varint(TableAssignment.MaxTables, "The number of entropy tables")];
        for (int i = 0; i < tables.Length; i++)
        {
            tables[i] = new EntropyTable(EntropyModel.Read(ref source));
        }

        Column[] columns = new Column[source.Varint(ChunkGroupEncoder.MaxChunks, "The number of timestamp columns")];
        for (int i = 0; i < columns.Length; i++)
        {
            int count = source.Varint(Chunk.MaxSamples, "The number of timestamps");
            int length = source.Varint(source.Remaining, "The length of a timestamp column");
            columns[i] = new Column(count, source.Position, length);
            source.Bytes(length);
        }

        source.ExpectEnd();
        return new ChunkGroup(header.ToArray(), tables, columns);
    }

    /// <returns>How many samples the chunk states; the spans of the other methods must hold that many.</returns>
    public int CountOf(ReadOnlySpan<byte> chunk)
    {
        ByteSource source = new(chunk);
        return Open(ref source).Count;
    }

    /// <summary>True if the chunk's samples are histograms: they are read with <see cref="DecodeHistograms"/>.</summary>
    public bool HoldsHistograms(ReadOnlySpan<byte> chunk)
    {
        ByteSource source = new(chunk);
        return (Open(ref source).Flags & Histograms) != 0;
    }

    /// <returns>How many samples were decoded.</returns>
    public int Decode(ReadOnlySpan<byte> chunk, Span<long> timestampsMs, Span<double> values)
    {
        ByteSource source = new(chunk);
        Opened opened = Open(ref source);
        ReadTimestamps(opened, timestampsMs);
        ReadValues(opened, ref source, values);
        return opened.Count;
    }

    /// <returns>How many timestamps were decoded.</returns>
    public int DecodeTimestamps(ReadOnlySpan<byte> chunk, Span<long> timestampsMs)
    {
        ByteSource source = new(chunk);
        Opened opened = Open(ref source);
        ReadTimestamps(opened, timestampsMs);
        return opened.Count;
    }

    /// <returns>How many values were decoded.</returns>
    public int DecodeValues(ReadOnlySpan<byte> chunk, Span<double> values)
    {
        ByteSource source = new(chunk);
        Opened opened = Open(ref source);
        ReadValues(opened, ref source, values);
        return opened.Count;
    }

    /// <returns>As many as there are samples, or 0 if no start is known.</returns>
    public int DecodeStarts(ReadOnlySpan<byte> chunk, Span<long> startTimestampsMs)
    {
        ByteSource source = new(chunk);
        Opened opened = Open(ref source);
        if ((opened.Flags & Starts) == 0)
        {
            return 0;
        }

        StartRuns.Read(ref source, startTimestampsMs[..opened.Count]);
        return opened.Count;
    }

    /// <returns>How many histograms were decoded.</returns>
    public int DecodeHistograms(ReadOnlySpan<byte> chunk, Span<long> timestampsMs, Span<Histogram> histograms)
    {
        ByteSource source = new(chunk);
        Opened opened = Open(ref source);
        if ((opened.Flags & Histograms) == 0)
        {
            throw new InvalidDataException("The chunk holds floats, not histograms.");
        }

        ReadTimestamps(opened, timestampsMs);
        if ((opened.Flags & Starts) != 0)
        {
            StartRuns.Skip(ref source, opened.Count);
        }

        HistogramRuns.Read(ref source, histograms[..opened.Count]);
        source.ExpectEnd();
        return opened.Count;
    }

    private Opened Open(ref ByteSource source)
    {
        int flags = source.Byte();
        if ((flags & ~(Histograms | Starts | PartOfColumn)) != 0)
        {
            throw new InvalidDataException($"A chunk of a group has the flags {flags}.");
        }

        int column = source.Varint(_columns.Length - 1, "The number of a timestamp column");
        int all = _columns[column].Count;
        if ((flags & PartOfColumn) == 0)
        {
            return new Opened(flags, column, 0, all);
        }

        int from = source.Varint(all, "The beginning of a part of a timestamp column");
        return new Opened(flags, column, from, source.Varint(all - from, "The length of a part of a timestamp column"));
    }

    private void ReadTimestamps(Opened opened, Span<long> timestampsMs)
    {
        Column column = _columns[opened.Column];
        ByteSource source = new(_header.AsSpan(column.At, column.Length));
        timestampsMs = timestampsMs[..opened.Count];
        if (column.Count == 0)
        {
            source.ExpectEnd();
            return;
        }

        if (opened.Count == column.Count)
        {
            TimestampColumn.Read(ref source, timestampsMs);
        }
        else
        {
            TimestampColumn.ReadPart(ref source, column.Count, opened.From, timestampsMs);
        }

        source.ExpectEnd();
    }

    private void ReadValues(Opened opened, ref ByteSource source, Span<double> values)
    {
        if ((opened.Flags & Histograms) != 0)
        {
            throw new InvalidDataException("The chunk holds histograms, not floats.");
        }

        if ((opened.Flags & Starts) != 0)
        {
            StartRuns.Skip(ref source, opened.Count);
        }

        if (opened.Count > 0)
        {
            FloatColumn.Read(ref source, values[..opened.Count], _tables);
        }

        source.ExpectEnd();
    }

    private readonly record struct Opened(int Flags, int Column, int From, int Count);

    private readonly record struct Column(int Count, int At, int Length);
}
