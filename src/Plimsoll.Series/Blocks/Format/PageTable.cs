namespace Plimsoll.Series.Blocks;

/// <summary>Where the pages of one section lie, and which records each holds: a few bytes a page, for dozens of records.</summary>
internal sealed class PageTable
{
    private int[] _first = [0];
    private long[] _offsets = [];
    private int[] _lengths = [];

    public int Pages { get; private set; }

    /// <summary>Records in all pages together.</summary>
    public int Records => _first[Pages];

    /// <summary>Bytes of all pages, their checksums included.</summary>
    public long Bytes { get; private set; }

    public int First(int page) => _first[page];

    public int Count(int page) => _first[page + 1] - _first[page];

    public long Offset(int page) => _offsets[page];

    /// <summary>Of the page's content: its checksum follows.</summary>
    public int Length(int page) => _lengths[page];

    public void Add(int records, long offset, int length)
    {
        if (Pages == _offsets.Length)
        {
            int capacity = Math.Max(4, 2 * Pages);
            Array.Resize(ref _first, capacity + 1);
            Array.Resize(ref _offsets, capacity);
            Array.Resize(ref _lengths, capacity);
        }

        _offsets[Pages] = offset;
        _lengths[Pages] = length;
        _first[Pages + 1] = checked(_first[Pages] + records);
        Bytes += length + BlockFormat.ChecksumLength;
        Pages++;
    }

    /// <summary>The page that holds a record.</summary>
    public int PageOf(int record)
    {
        if ((uint)record >= (uint)Records)
        {
            throw new ArgumentOutOfRangeException(nameof(record), record, $"There are {Records} records.");
        }

        int low = 0;
        int high = Pages - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >>> 1;
            if (_first[middle] <= record)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    public void Write(ByteWriter to)
    {
        to.Varint((ulong)Pages);
        long end = 0;
        for (int i = 0; i < Pages; i++)
        {
            to.Varint((ulong)Count(i));
            to.Zigzag(_offsets[i] - end);
            to.Varint((ulong)_lengths[i]);
            end = _offsets[i] + _lengths[i] + BlockFormat.ChecksumLength;
        }
    }

    /// <exception cref="InvalidDataException">A page would lie outside of the file.</exception>
    public static PageTable Read(ref ByteReader from, long directoryOffset)
    {
        int pages = from.Count(bytesEach: 3);
        PageTable table = new()
        {
            _first = new int[pages + 1],
            _offsets = new long[pages],
            _lengths = new int[pages],
        };
        long end = 0;
        for (int i = 0; i < pages; i++)
        {
            ulong records = from.Varint();
            long offset = unchecked(end + from.Zigzag());
            ulong length = from.Varint();
            if (records is 0 or > int.MaxValue || length > BlockFormat.MaxPiece || offset < BlockFormat.HeaderLength
                || offset > directoryOffset - (long)length - BlockFormat.ChecksumLength || table.Records > int.MaxValue - (int)records)
            {
                throw new InvalidDataException($"page {i} of a section lies outside of the file or holds nothing");
            }

            table.Add((int)records, offset, (int)length);
            end = offset + (long)length + BlockFormat.ChecksumLength;
        }

        return table;
    }
}
