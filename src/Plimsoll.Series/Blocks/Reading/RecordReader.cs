namespace Plimsoll.Series.Blocks;

/// <summary>The records of one section of a block, by number. Keeps the pages that were used last at hand.</summary>
internal sealed class RecordReader(Block block, PageTable table, string what)
{
    private readonly Page?[] _recent = new Page?[4];

    /// <exception cref="BlockDamageException">The page that holds it is damaged.</exception>
    public ReadOnlySpan<byte> this[int record]
    {
        get
        {
            Page page = PageOf(record);
            try
            {
                return RecordPage.Record(page.Bytes.AsSpan(0, page.Length), page.Count, record - page.First);
            }
            catch (InvalidDataException invalid)
            {
                throw block.Damage($"record {record} of {what} makes no sense", invalid);
            }
        }
    }

    private Page PageOf(int record)
    {
        foreach (Page? recent in _recent)
        {
            if (recent is not null && (uint)(record - recent.First) < (uint)recent.Count)
            {
                return recent;
            }
        }

        int number = table.PageOf(record);
        long offset = table.Offset(number);
        Page? page = block.Cached<Page>(offset);
        if (page is null)
        {
            byte[] bytes = block.ReadPiece(offset, table.Length(number), $"a page of {what}");
            page = new Page(bytes, table.Length(number), table.First(number), table.Count(number));
            block.Cache(offset, page, bytes.Length + 64);
        }

        _recent[number % _recent.Length] = page;
        return page;
    }

    private sealed class Page(byte[] bytes, int length, int first, int count)
    {
        public byte[] Bytes { get; } = bytes;

        public int Length { get; } = length;

        public int First { get; } = first;

        public int Count { get; } = count;
    }
}
