using System.Text;

namespace Plimsoll.Series.Index;

/// <summary>
/// An inverted index: label names, for each its values ascending by UTF-8 bytes, for each value the ids of the series that
/// carry it. Names and values go by their place in that order.
/// </summary>
/// <remarks>Members with a body are shortcuts: an index overrides those that it can answer with less work.</remarks>
internal interface ILabelIndex
{
    /// <summary>Series; ids run from zero to below this.</summary>
    int Count { get; }

    int NameCount { get; }

    string Name(int name);

    /// <summary>The place of a label name; negative when no series has it.</summary>
    int FindName(string name);

    /// <summary>How many values a label has. Each is a value of at least one series.</summary>
    int ValueCount(int name);

    string Value(int name, int value);

    /// <summary>A value as UTF-8; valid until the next call.</summary>
    ReadOnlySpan<byte> ValueBytes(int name, int value) => Encoding.UTF8.GetBytes(Value(name, value));

    /// <summary>The place of a value; the complement of where it would be when it is not there.</summary>
    int FindValue(int name, ReadOnlySpan<byte> text);

    /// <summary>The ids of the series with a value, ascending.</summary>
    ReadOnlySpan<int> Postings(int name, int value);

    /// <summary>How many series have a value.</summary>
    int PostingCount(int name, int value) => Postings(name, value).Length;

    /// <summary>The ids of the series with a value, ascending; none when the value is not there.</summary>
    ReadOnlySpan<int> Postings(int name, ReadOnlySpan<byte> text)
    {
        int value = FindValue(name, text);
        return value < 0 ? [] : Postings(name, value);
    }

    /// <summary>How many series have a value.</summary>
    int PostingCount(int name, ReadOnlySpan<byte> text)
    {
        int value = FindValue(name, text);
        return value < 0 ? 0 : PostingCount(name, value);
    }

    /// <summary>The place of a series' value of a label; -1 when it has none.</summary>
    int ValueOf(int id, int name);

    /// <summary>Marks the places of the names that a series has.</summary>
    void MarkNames(int id, Span<bool> names)
    {
        for (int name = 0; name < names.Length; name++)
        {
            names[name] = names[name] || ValueOf(id, name) >= 0;
        }
    }
}
