namespace Plimsoll.Series.Index;

/// <summary>
/// An inverted index: label names, for each its values ascending by UTF-8 bytes, for each value the ids of the series that
/// carry it. Names and values go by their place in that order.
/// </summary>
internal interface ILabelIndex
{
    /// <summary>Series; ids run from zero to below this.</summary>
    int Count { get; }

    int NameCount { get; }

    string Name(int name);

    /// <summary>The place of a label name; negative when no series has it.</summary>
    int FindName(string name);

    /// <summary>How many values a label has.</summary>
    int ValueCount(int name);

    string Value(int name, int value);

    /// <summary>The place of a value; the complement of where it would be when it is not there.</summary>
    int FindValue(int name, ReadOnlySpan<byte> text);

    /// <summary>The ids of the series with a value, ascending.</summary>
    ReadOnlySpan<int> Postings(int name, int value);

    /// <summary>The place of a series' value of a label; -1 when it has none.</summary>
    int ValueOf(int id, int name);
}
