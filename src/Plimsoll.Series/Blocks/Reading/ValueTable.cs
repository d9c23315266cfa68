using System.Text;
using System.Text.Unicode;

namespace Plimsoll.Series.Blocks;

/// <summary>The label values of a block by their number, which is their place in the order of names and then of texts.</summary>
/// <remarks>
/// Pages are unfolded once and kept while they are in use; the few that were used last are found without asking the cache,
/// for the labels of a series are nine texts of one or two pages.
/// </remarks>
internal sealed class ValueTable(Block block)
{
    private readonly ValuePage?[] _recent = new ValuePage?[8];

    public ReadOnlySpan<byte> Text(int value)
    {
        ValuePage page = PageOf(value);
        return page.Text(value - page.First);
    }

    /// <summary>The text as a string, which is made once while its page is in use.</summary>
    public string String(int value)
    {
        ValuePage page = PageOf(value);
        return page.String(value - page.First);
    }

    /// <summary>The number of a text among those from <paramref name="low"/> up to but not including <paramref name="end"/>; the complement of where it would be when it is not there.</summary>
    public int Find(int low, int end, ReadOnlySpan<byte> text)
    {
        int high = end - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = Text(middle).SequenceCompareTo(text);
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

        return ~low;
    }

    private ValuePage PageOf(int value)
    {
        foreach (ValuePage? recent in _recent)
        {
            if (recent is not null && (uint)(value - recent.First) < (uint)recent.Count)
            {
                return recent;
            }
        }

        PageTable table = block.Directory.Values;
        int number = table.PageOf(value);
        ValuePage page = block.Cached<ValuePage>(table.Offset(number)) ?? Load(table, number);
        _recent[number % _recent.Length] = page;
        return page;
    }

    private ValuePage Load(PageTable table, int number)
    {
        long offset = table.Offset(number);
        byte[] bytes = block.ReadPiece(offset, table.Length(number), "a page of values");
        try
        {
            ValuePage page = new(bytes.AsSpan(0, table.Length(number)), table.First(number), table.Count(number));
            block.Cache(offset, page, page.Cost);
            return page;
        }
        catch (InvalidDataException invalid)
        {
            throw block.Damage($"the page of values at {offset} makes no sense", invalid);
        }
    }

    // Values are told by what differs from the one before.
    private sealed class ValuePage
    {
        private readonly ByteWriter _texts;
        private readonly int[] _ends;
        private readonly string?[] _strings;

        public ValuePage(ReadOnlySpan<byte> page, int first, int count)
        {
            First = first;
            Count = count;
            _texts = new ByteWriter(2 * page.Length);
            _ends = new int[count];
            _strings = new string?[count];
            RecordWalk walk = RecordPage.Walk(page, count, 0);
            int start = 0;
            for (int i = 0; i < count; i++)
            {
                ByteReader from = new(walk.Next());
                ulong shared = from.Varint();
                if (shared > (ulong)(_texts.Length - start))
                {
                    throw new InvalidDataException("a value shares more than there is");
                }

                int next = _texts.Length;
                _texts.Reserve((int)shared);
                _texts.Bytes(_texts.Written.Slice(start, (int)shared));
                _texts.Bytes(from.Rest());
                if (_texts.Length > BlockFormat.MaxPiece)
                {
                    throw new InvalidDataException("a page of values unfolds to too much");
                }

                start = next;
                _ends[i] = _texts.Length;
                if (!Utf8.IsValid(Text(i)) || Text(i).IsEmpty)
                {
                    throw new InvalidDataException("a value is empty or no text");
                }
            }
        }

        public int First { get; }

        public int Count { get; }

        public int Cost => (4 * _texts.Length) + (44 * Count);

        public ReadOnlySpan<byte> Text(int place) => _texts.Written[(place == 0 ? 0 : _ends[place - 1]).._ends[place]];

        public string String(int place) => _strings[place] ??= Encoding.UTF8.GetString(Text(place));
    }
}
