using System.Runtime.InteropServices;

namespace Plimsoll.Series.Upgrades.Version1.Index;

/// <summary>The head's inverted index. Ids are added in ascending order, so each posting list stays sorted.</summary>
/// <remarks>Guarded by the lock of its tenant's head.</remarks>
internal sealed class MemoryIndex : ILabelIndex
{
    private readonly Dictionary<string, Dictionary<string, List<int>>> _names = new(StringComparer.Ordinal);
    private readonly List<int> _all = [];
    private readonly List<LabelSet> _labels = [];

    public int IdLimit => _labels.Count;

    public ReadOnlySpan<int> All => CollectionsMarshal.AsSpan(_all);

    /// <summary>Adds a series under the next id.</summary>
    public int Add(LabelSet labels)
    {
        int id = _labels.Count;
        _labels.Add(labels);
        _all.Add(id);
        foreach (Label label in labels.AsSpan())
        {
            ref Dictionary<string, List<int>>? values = ref CollectionsMarshal.GetValueRefOrAddDefault(_names, label.Name, out _);
            values ??= new Dictionary<string, List<int>>(StringComparer.Ordinal);
            ref List<int>? postings = ref CollectionsMarshal.GetValueRefOrAddDefault(values, label.Value, out _);
            postings ??= new List<int>(1);
            postings.Add(id);
        }

        return id;
    }

    public ReadOnlySpan<int> Postings(string name, string value) =>
        _names.TryGetValue(name, out Dictionary<string, List<int>>? values) && values.TryGetValue(value, out List<int>? postings)
            ? CollectionsMarshal.AsSpan(postings)
            : [];

    public int ValueCount(string name) => _names.TryGetValue(name, out Dictionary<string, List<int>>? values) ? values.Count : 0;

    public IEnumerable<string> Values(string name) =>
        _names.TryGetValue(name, out Dictionary<string, List<int>>? values) ? values.Keys : [];

    public string ValueOf(int id, string name) => _labels[id][name];
}
