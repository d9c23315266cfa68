namespace Plimsoll.Series.Upgrades.Version1.Index;

/// <summary>An inverted index: for each label name and value the ids of the series that carry it.</summary>
internal interface ILabelIndex
{
    /// <summary>Ids run from zero to below this; not each need be a series.</summary>
    int IdLimit { get; }

    /// <summary>The ids of all series, ascending.</summary>
    ReadOnlySpan<int> All { get; }

    /// <summary>The ids of the series with this label, ascending; empty when there is none.</summary>
    ReadOnlySpan<int> Postings(string name, string value);

    /// <summary>How many values a label has.</summary>
    int ValueCount(string name);

    /// <summary>The values of a label, in any order.</summary>
    IEnumerable<string> Values(string name);

    /// <summary>The value of one label of a series; the empty string when it is missing.</summary>
    string ValueOf(int id, string name);
}
