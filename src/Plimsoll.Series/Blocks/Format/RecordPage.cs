using System.Buffers.Binary;

namespace Plimsoll.Series.Blocks;

/// <summary>
/// A page of records of any length: each with its length before it, and the places of every sixteenth at the end, so that a
/// reader skips to any record within a few steps.
/// </summary>
internal static class RecordPage
{
    /// <summary>Records from one known place to the next.</summary>
    public const int Stride = 16;

    /// <summary>A page is closed when it holds so many bytes.</summary>
    public const int TargetBytes = 8 << 10;

    /// <summary>The records from the last known place up to the wanted one, the latter last.</summary>
    /// <exception cref="InvalidDataException">The page makes no sense.</exception>
    public static RecordWalk Walk(ReadOnlySpan<byte> page, int records, int record)
    {
        int stops = (records + Stride - 1) / Stride;
        int body = page.Length - (4 * stops);
        if (body < 0)
        {
            throw new InvalidDataException("a page is shorter than the table of its records");
        }

        uint start = BinaryPrimitives.ReadUInt32LittleEndian(page[(body + (4 * (record / Stride)))..]);
        return start <= body
            ? new RecordWalk(page[(int)start..body])
            : throw new InvalidDataException("a record lies outside of its page");
    }

    /// <summary>One record, when those before it are not needed.</summary>
    public static ReadOnlySpan<byte> Record(ReadOnlySpan<byte> page, int records, int record)
    {
        RecordWalk walk = Walk(page, records, record);
        for (int i = record % Stride; i > 0; i--)
        {
            walk.Next();
        }

        return walk.Next();
    }
}

/// <summary>Goes from record to record within a page.</summary>
internal ref struct RecordWalk(ReadOnlySpan<byte> left)
{
    private ReadOnlySpan<byte> _left = left;

    public ReadOnlySpan<byte> Next()
    {
        ByteReader reader = new(_left);
        int length = reader.Count();
        ReadOnlySpan<byte> record = reader.Bytes(length);
        _left = _left[reader.Position..];
        return record;
    }
}

/// <summary>Collects records into pages and hands each full page on.</summary>
internal sealed class RecordPageWriter(BlockSink sink, PageTable table)
{
    private readonly ByteWriter _page = new(2 * RecordPage.TargetBytes);
    private readonly List<uint> _stops = [];
    private int _records;

    /// <summary>True when the next record is one that readers begin at.</summary>
    public bool IsAtStop => _records % RecordPage.Stride == 0;

    public void Add(ReadOnlySpan<byte> record)
    {
        if (IsAtStop)
        {
            _stops.Add((uint)_page.Length);
        }

        _page.Varint((ulong)record.Length);
        _page.Bytes(record);
        _records++;
        if (_page.Length >= RecordPage.TargetBytes)
        {
            Close();
        }
    }

    public void Close()
    {
        if (_records == 0)
        {
            return;
        }

        foreach (uint stop in _stops)
        {
            _page.UInt32(stop);
        }

        table.Add(_records, sink.Position, _page.Length);
        sink.Checked(_page.Written);
        _page.Clear();
        _stops.Clear();
        _records = 0;
    }
}
